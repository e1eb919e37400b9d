import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';

describe.each(['postgres', 'redis'] as const)('the journey on the %s queue', (queue) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ queue });
  });
  afterAll(() => app.close());

  it('goes from assignment over events to results that verify', async () => {
    const created = await app.call('POST', '/api/v1/experiments', {
      key: 'journey',
      name: 'Journey',
      status: 'running',
      primary_metric: 'purchase',
      variants: [
        { key: 'control', allocation_pct: 50 },
        { key: 'treatment', allocation_pct: 50 },
      ],
    });
    expect(created.status).toBe(201);
    const variantOf = new Map<string, string>();
    for (let i = 0; i < 40; i++) {
      const { body } = await app.call('GET', `/api/v1/experiments/journey/assignment/user-${i}`);
      variantOf.set(`user-${i}`, body.variant.key);
    }
    const events = [...variantOf.keys()].slice(0, 25).flatMap((user_id) => [
      { user_id, type: 'purchase', value: 2.5 },
      { user_id, type: 'purchase', value: 0.1 },
    ]);
    const sent = await app.call('POST', '/api/v1/events/batch', { events });
    expect(sent).toMatchObject({ status: 202, body: { accepted: 50, duplicates: 0, rejected: [] } });

    const results = await until('50 events in the results', async () => {
      const { body } = await app.call('GET', '/api/v1/experiments/journey/results');
      const [metric] = body.metrics;
      const counted = metric?.variants.reduce(
        (sum: number, variant: { events: number }) => sum + variant.events,
        0,
      );
      return counted === 50 ? body : null;
    });
    for (const variant of results.metrics[0].variants) {
      const users = [...variantOf].filter(([, key]) => key === variant.key).map(([user]) => user);
      const buyers = users.filter((user) => Number(user.slice(5)) < 25).length;
      expect(variant).toMatchObject({ users: users.length, conversions: buyers, events: 2 * buyers });
      expect(variant.value_sum).toBeCloseTo(buyers * 2.6, 9);
    }
    const verify = await app.call('POST', '/api/v1/experiments/journey/verify');
    expect(verify.status).toBe(202);
    const job = await until('the verification', async () => {
      const { body } = await app.call('GET', verify.headers.get('location') as string);
      return body.state === 'completed' ? body : null;
    });
    expect(job.result).toMatchObject({ drift: 0 });
  });
});
