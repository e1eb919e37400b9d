import { assay, AssayError, data } from '@app/client';
import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';

// The client that is made from docs/openapi.json, against the api that docs/openapi.json is made from.

let app: TestApp;
let client: ReturnType<typeof assay>;
beforeAll(async () => {
  app = await startApp();
  client = assay({ url: app.url, token: app.token });
});
afterAll(() => app.close());

const experiment = {
  key: 'client',
  name: 'Through the client',
  status: 'running' as const,
  primary_metric: 'purchase',
  variants: [
    { key: 'control', allocation_pct: 50 },
    { key: 'treatment', allocation_pct: 50 },
  ],
};

describe('the client', () => {
  it('creates an experiment, assigns a user, sends an event and reads the result', async () => {
    const created = await data(client.POST('/api/v1/experiments', { body: experiment }));
    expect(created).toMatchObject({ key: 'client', status: 'running' });
    const path = { id: 'client', user_id: 'wör/ld %1' };
    const answer = await data(
      client.GET('/api/v1/experiments/{id}/assignment/{user_id}', {
        params: { path, query: { enroll: true } },
      }),
    );
    expect(answer.user_id).toBe(path.user_id);
    const sent = await data(
      client.POST('/api/v1/events/batch', {
        body: { events: [{ user_id: path.user_id, type: 'purchase', value: 2.5 }] },
      }),
    );
    expect(sent.accepted).toBe(1);
    const counted = await until('the event in the results', async () => {
      const results = await data(
        client.GET('/api/v1/experiments/{id}/results', { params: { path: { id: 'client' } } }),
      );
      const found = results.metrics[0].variants.find(({ events }) => events === 1);
      return found ?? null;
    });
    expect(counted).toMatchObject({ key: answer.variant?.key, value_sum: 2.5 });
  });

  it('tells a problem by its code', async () => {
    const asked = data(client.GET('/api/v1/experiments/{id}', { params: { path: { id: 'there-is-none' } } }));
    await expect(asked).rejects.toThrow(AssayError);
    await expect(asked).rejects.toMatchObject({
      status: 404,
      problem: { code: 'not_found' },
      retryAfter: null,
    });
  });

  it('says where a body is wrong, when the compiler was told to be silent', async () => {
    const body = { key: 'x', variants: [] };
    const { error, response } = await client.POST('/api/v1/experiments', {
      // @ts-expect-error -- it has no name
      body,
    });
    expect(response.status).toBe(400);
    expect(error).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/name', code: 'required' }],
    });
  });

  it('says how long to wait', async () => {
    const limited = await app.startBeside({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_REQUESTS: '1' });
    const url = (await limited.getUrl()).replace('[::1]', '127.0.0.1');
    const other = assay({ url, token: app.token });
    const ask = () => data(other.GET('/api/v1/experiments'));
    await expect(Promise.all([ask(), ask(), ask()])).rejects.toMatchObject({
      status: 429,
      problem: { code: 'rate_limited' },
      retryAfter: expect.any(Number),
    });
  });
});
