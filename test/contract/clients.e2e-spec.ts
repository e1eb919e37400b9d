import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { assay, data } from '@app/client';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { startApp, TestApp } from '../support/app';
import { Contract, ContractProxy, openProxy, startContract, theDocument } from '../support/contract';
import { operationsOf } from '../support/openapi';
import { until } from '../support/wait';

// Clients and api with a proxy between them that lets nothing pass, in either direction, that is not as docs/openapi.json says.

let contract: Contract;
beforeAll(async () => {
  contract = await startContract();
}, 60_000);
afterAll(() => contract.close());

describe('through the contract', () => {
  let app: TestApp;
  let proxy: ContractProxy;
  beforeAll(async () => {
    app = await startApp();
    proxy = await openProxy(contract.url, app.url, 'all');
  }, 60_000);
  afterAll(() => app.close());

  it('an experiment goes from its draft to its results with our client', async () => {
    const client = assay({ url: proxy.url, token: app.token });
    const path = { id: 'contract' };
    const variants = [
      { key: 'control', allocation_pct: 50 },
      { key: 'treatment', allocation_pct: 50 },
    ];
    const body = { key: 'contract', name: 'Contract', primary_metric: 'purchase', variants };
    await data(client.POST('/api/v1/experiments', { body }));
    await data(client.POST('/api/v1/experiments/{id}/start', { params: { path } }));
    const users = Array.from({ length: 20 }, (_, i) => `user ${i}/€`);
    for (const user_id of users) {
      const params = { path: { ...path, user_id }, query: { enroll: true } };
      await data(client.GET('/api/v1/experiments/{id}/assignment/{user_id}', { params }));
    }
    const events = users.map((user_id) => ({ user_id, type: 'purchase', value: 0.5 }));
    const sent = await until('an answer of the queue', async () => {
      const asked = client.POST('/api/v1/events/batch', { body: { events } });
      return (await asked).response.status === 503 ? null : data(asked);
    });
    expect(sent).toMatchObject({ accepted: users.length, rejected: [] });
    const metric = await until('the results', async () => {
      const results = await data(client.GET('/api/v1/experiments/{id}/results', { params: { path } }));
      const counted = results.metrics[0].variants.reduce((sum, { events: some }) => sum + (some ?? 0), 0);
      return counted === users.length ? results.metrics[0] : null;
    });
    expect(metric.variants.reduce((sum, { users: some }) => sum + (some ?? 0), 0)).toBe(20);
    await data(
      client.POST('/api/v1/experiments/{id}/complete', { params: { path }, body: { winner: 'control' } }),
    );
    await expect(
      data(client.POST('/api/v1/experiments/{id}/start', { params: { path } })),
    ).rejects.toMatchObject({ problem: { code: 'invalid_transition' } });
    expect(await proxy.violations()).toEqual([]);
  });

  it('OpenFeature evaluates flags with its own SDK', async () => {
    const client = assay({ url: proxy.url, token: app.token });
    const body = { key: 'contract-flag', type: 'json' as const, value: { color: 'green' } };
    await data(client.POST('/api/v1/flags', { body }));
    const provider = new OFREPProvider({
      baseUrl: proxy.url,
      headers: [['Authorization', `Bearer ${app.token}`]],
    });
    await OpenFeature.setProviderAndWait(provider);
    const sdk = OpenFeature.getClient();
    const context = { targetingKey: 'user-1', plan: 'pro' };
    expect(await sdk.getObjectDetails('contract-flag', {}, context)).toMatchObject({
      value: { color: 'green' },
      variant: 'default',
    });
    expect(await sdk.getStringDetails('contract', 'none', context)).toMatchObject({ value: 'control' });
    expect(await sdk.getStringDetails('there-is-none', 'mine', context)).toMatchObject({
      value: 'mine',
      errorCode: 'FLAG_NOT_FOUND',
    });
    await OpenFeature.close();
    expect(await proxy.violations()).toEqual([]);
  });

  it('nothing passes that the document does not know', async () => {
    const ask = (path: string, body?: object) =>
      fetch(`${proxy.url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
      });
    expect((await ask('/api/v1/experiments', { key: 'x' })).status).toBe(500);
    expect((await ask('/api/v1/nowhere')).status).toBe(500);
    expect(await proxy.close()).toHaveLength(2);
  });
});

// Prism takes for right what it cannot read the schema of.
describe('the contract', () => {
  const operations = operationsOf(theDocument());
  let answer = { status: 200, type: 'application/json', text: '"nonsense"' };
  let server: Server;
  let proxy: ContractProxy;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    proxy = await openProxy(contract.url, `http://127.0.0.1:${port}`, 'accepted');
  }, 60_000);
  afterAll(() => server.close());

  const ask = (method: string, path: string, body?: string): Promise<Response> =>
    fetch(proxy.url + path.replaceAll(/\{\w+\}/g, 'x'), {
      method,
      headers: { authorization: 'Bearer x', ...(body && { 'content-type': 'application/json' }) },
      body,
    });

  it('is broken by a body of any operation, and an answer, that is not as the document says', async () => {
    for (const { name, method, path, requestBody, responses } of operations) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        if (content['application/json'] === undefined) continue;
        answer = { status: Number(status), type: 'application/json', text: '"nonsense"' };
        const told = await (await ask(method, path, requestBody && '["nonsense"]')).text();
        expect({ name, told }).toMatchObject({ told: expect.stringContaining('Response body') });
        if (requestBody !== undefined && status < '400')
          expect({ name, told }).toMatchObject({ told: expect.stringContaining('Request body') });
      }
    }
  }, 60_000);

  const live = '{"status":"ok"}';
  const problem = (code: string): string =>
    JSON.stringify({ type: 'x', title: 'x', status: 404, code, detail: 'x', request_id: 'x' });
  it.each([
    ['nothing', '/health/live', 200, 'application/json', live, 200],
    ['a property that it does not know', '/health/live', 200, 'application/json', '{"status":"ok","more":1}', 500],
    ['a status that it does not know', '/health/live', 418, 'application/json', live, 500],
    ['a type that it does not know', '/health/live', 200, 'text/plain', 'ok', 500],
    ['nothing', '/api/v1/flags/x', 404, 'application/problem+json', problem('not_found'), 404],
    ['a code that it does not know', '/api/v1/flags/x', 404, 'application/problem+json', problem('odd'), 500],
  ])('is broken by %s, %s', async (_what, path, status, type, text, told) => {
    answer = { status, type, text };
    expect((await ask('GET', path)).status).toBe(told);
  }); // prettier-ignore
});
