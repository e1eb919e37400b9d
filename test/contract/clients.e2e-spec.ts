import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { assay, data } from '@app/client';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { startApp, TestApp } from '../support/app';
import { ContractProxy, startContractProxy } from '../support/contract';
import { until } from '../support/wait';

// Clients and api with a proxy between them that lets nothing pass, in either direction, that is not as docs/openapi.json says.

describe('through the contract', () => {
  let app: TestApp;
  let proxy: ContractProxy;
  beforeAll(async () => {
    app = await startApp();
    proxy = await startContractProxy(app.url, { requests: true });
  }, 60_000);
  afterAll(async () => {
    await proxy.close();
    await app.close();
  });

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
    const sent = await data(client.POST('/api/v1/events/batch', { body: { events } }));
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
    expect(proxy.violations()).toEqual([]);
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
    expect(proxy.violations()).toEqual([]);
  });

  it('nothing passes that the document does not know', async () => {
    const ask = (path: string, body?: object) =>
      fetch(`${proxy.url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
      });
    expect((await ask('/api/v1/experiments', { key: 'x' })).status).toBe(422);
    expect((await ask('/api/v1/nowhere')).status).toBe(404);
    await until('both in its log', () => Promise.resolve(proxy.violations().length === 2));
  });
});

describe('the contract', () => {
  let server: Server;
  let proxy: ContractProxy;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"fine"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    proxy = await startContractProxy(`http://127.0.0.1:${port}`, { requests: false });
  }, 60_000);
  afterAll(async () => {
    await proxy.close();
    server.close();
  });

  it('is broken by an answer that is not as the document says', async () => {
    const { status } = await fetch(`${proxy.url}/health/live`);
    expect(status).toBe(500);
    await until('it in its log', () => Promise.resolve(proxy.violations().length === 1));
  });
});
