import { parseInstant } from '@app/model';
import { acceptCloudEvent, cloudEventIn, isBatch } from './cloudevents';

const receipt = { receivedUs: parseInstant('2026-11-21T12:00:00.000Z') as number, sentUs: null };
const GOOD = {
  specversion: '1.0',
  id: 'one',
  source: '/shop',
  type: 'purchase',
  subject: 'user-42',
  time: '2026-11-21T09:31:12.250Z',
  data: { value: 49.9 },
};

function accepted(input: unknown) {
  const verdict = acceptCloudEvent(input, receipt);
  if ('fault' in verdict) throw new Error(`${verdict.fault.pointer} ${verdict.fault.code}`);
  return verdict.event;
}

describe('a CloudEvent', () => {
  it('is an event of its subject', () => {
    expect(accepted({ ...GOOD, traceparent: '00-…', dataschema: 'x' })).toMatchObject({
      user_id: 'user-42',
      type: 'purchase',
      timestamp: GOOD.time,
      properties: { value: 49.9 },
    });
    const experiment = '0198c0de-1111-7000-8000-00000000000a';
    expect(accepted({ ...GOOD, type: 'exposure', experimentid: experiment, variantid: 'b' })).toMatchObject({
      experiment_id: experiment,
      variant_id: 'b',
    });
  });

  it('is the same by source and id together', () => {
    const id = accepted(GOOD).event_id;
    expect(accepted({ ...GOOD, data: { other: 1 }, subject: 'x' }).event_id).toBe(id);
    expect(accepted({ ...GOOD, id: 'two' }).event_id).not.toBe(id);
    expect(accepted({ ...GOOD, source: '/other' }).event_id).not.toBe(id);
    expect(accepted({ ...GOOD, source: '/shop","o', id: 'ne' }).event_id).not.toBe(accepted({ ...GOOD, id: 'o","ne' }).event_id);
  }); // prettier-ignore

  it.each<[string, unknown, string]>([
    ['is no object', [GOOD], ' invalid_type'],
    ['is of another version', { ...GOOD, specversion: '0.3' }, '/specversion invalid_choice'],
    ['has no id', { ...GOOD, id: undefined }, '/id required'],
    ['has no source', { ...GOOD, source: '' }, '/source required'],
    ['has no subject', { ...GOOD, subject: undefined }, '/subject required'],
    ['has a subject with NUL', { ...GOOD, subject: 'a\u0000' }, '/subject invalid_format'],
    ['has no type', { ...GOOD, type: undefined }, '/type required'],
    ['has another time', { ...GOOD, time: 'now' }, '/time invalid_format'],
    [
      'has data in base64',
      { ...GOOD, data: undefined, data_base64: 'AA==' },
      '/data_base64 unknown_property',
    ],
    ['has data that are a list', { ...GOOD, data: [] }, '/data invalid_type'],
    ['has a price beyond the cents', { ...GOOD, data: { price: 1e16 } }, '/data/price out_of_range'],
  ])('is refused when it %s', (_, input, fault) => {
    const verdict = acceptCloudEvent(input, receipt);
    expect('fault' in verdict ? `${verdict.fault.pointer} ${verdict.fault.code}` : null).toBe(fault);
  });
});

describe('a request', () => {
  it.each<[string, Record<string, string>, unknown]>([
    ['one as its body', { 'content-type': 'application/cloudevents+json; charset=utf-8' }, { body: 1 }],
    ['one in its headers', { 'content-type': 'application/json', 'ce-specversion': '1.0', 'ce-subject': 'Gr%C3%BC%C3%9Fe', 'ce-id': '100%' }, { specversion: '1.0', subject: 'Grüße', id: '100%', data: { body: 1 } }],
    ['none', { 'content-type': 'application/json', 'ce-id': 'x' }, undefined],
  ])('has %s', (_, headers, event) => {
    expect(cloudEventIn(headers, { body: 1 })).toEqual(event);
  }); // prettier-ignore

  it('has many of them', () => {
    expect(isBatch({ 'content-type': 'Application/CloudEvents-Batch+JSON' })).toBe(true);
    expect(isBatch({ 'content-type': 'application/cloudevents+json' })).toBe(false);
  });
});
