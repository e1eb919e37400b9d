import type { FastifyRequest } from 'fastify';
import { credentialInBody, credentialOf, isOfProtocol, mayComeLate } from './credentials';

interface Sent {
  route: string;
  headers?: Record<string, string>;
  params?: object;
  query?: object;
  body?: unknown;
}

function request({ route, headers = {}, params = {}, query = {}, body }: Sent): FastifyRequest {
  return { routeOptions: { url: route }, headers, params, query, body } as unknown as FastifyRequest;
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const json = { 'content-type': 'application/json' };
const text = { 'content-type': 'text/plain;charset=UTF-8' };

describe('the token before the body is read', () => {
  it.each<[string, Sent, string | null, boolean]>([
    ['a header', { route: '/v1/batch', headers: { authorization: 'Bearer t' } }, 'Bearer t', false],
    ['the user name of Segment', { route: '/v1/batch', headers: { authorization: basic('t:') } }, 'Bearer t', false],
    ['the user name of Segment, not the password', { route: '/v1/t', headers: { authorization: basic('t:u:v') } }, 'Bearer t', false],
    ['no user name of OFREP', { route: '/ofrep/v1/evaluate/flags', headers: { authorization: basic('t:') } }, basic('t:'), false],
    ['the key of OFREP', { route: '/ofrep/v1/evaluate/flags', headers: { 'x-api-key': 't' } }, 'Bearer t', false],
    ['the header before the key', { route: '/ofrep/v1/evaluate/flags', headers: { 'x-api-key': 't', authorization: 'Bearer u' } }, 'Bearer u', false],
    ['no key of OFREP elsewhere', { route: '/v1/batch', headers: { 'x-api-key': 't' } }, null, false],
    ['the address, for all to see', { route: '/api/features/:client_key', params: { client_key: 't' } }, 'Bearer t', true],
    ['the query, for all to see', { route: '/v1/t', query: { client_key: 't' } }, 'Bearer t', true],
    ['no list in the query', { route: '/v1/t', query: { client_key: ['t', 'u'] } }, null, false],
  ])('is taken from %s', (_, sent, authorization, isExposed) => {
    const expected = authorization === null ? null : { authorization, isExposed };
    expect(credentialOf(request(sent))).toEqual(expected);
  }); // prettier-ignore
});

describe('the token in the body', () => {
  it.each<[string, Sent, string | null, boolean]>([
    ['of Segment', { route: '/v1/batch', headers: json, body: { writeKey: 't' } }, 'Bearer t', false],
    ['of Segment, as a browser sends it by itself', { route: '/v1/batch', headers: text, body: { writeKey: 't' } }, 'Bearer t', true],
    ['of PostHog', { route: '/posthog/batch', headers: json, body: { api_key: 't' } }, 'Bearer t', false],
    ['of PostHog by its other name', { route: '/posthog/flags', headers: json, body: { token: 't' } }, 'Bearer t', false],
    ['of another protocol', { route: '/posthog/flags', headers: json, body: { writeKey: 't' } }, null, false],
    ['that is no text', { route: '/v1/batch', headers: json, body: { writeKey: { a: 1 } } }, null, false],
    ['that is no object', { route: '/v1/batch', headers: json, body: 'writeKey' }, null, false],
    ['that is not there', { route: '/v1/batch', headers: json }, null, false],
  ])('%s', (_, sent, authorization, isExposed) => {
    const expected = authorization === null ? null : { authorization, isExposed };
    expect(credentialInBody(request(sent))).toEqual(expected);
  }); // prettier-ignore

  it('is for no route of the api', () => {
    const routes = ['/api/v1/events', '/ofrep/v1/evaluate/flags', '/metrics', '/v1', undefined];
    expect(routes.filter(mayComeLate)).toEqual([]);
    expect(['/v1/t', '/posthog/e'].filter(mayComeLate)).toHaveLength(2);
    expect(['/api/v1/events', '/docs', '/api/v1/features'].filter(isOfProtocol)).toEqual([]);
  });
});
