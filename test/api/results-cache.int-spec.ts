import { Client } from 'pg';
import { EVER_MEASURES } from '@app/store';
import { Answer, Json, startApp, TestApp, urlOf } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, sendAndStore } from './help';
import { aMetric } from './metrics-help';

// Answers are kept, in each process by itself, and none of them may outlive what it was made of.

let app: TestApp;
let otherUrl: string;
let made: () => number;
let restore: () => void;
beforeAll(async () => {
  app = await startApp();
  otherUrl = await urlOf(await app.startBeside());
  ({ made, restore } = listen());
});
afterAll(async () => {
  restore();
  await app.close();
});

/** Counts the answers that were made, in this process, from the statement that each of them takes. */
function listen(): { made: () => number; restore: () => void } {
  const driver = Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const { query } = driver;
  let count = 0;
  driver.query = function (this: Client, ...args: unknown[]): unknown {
    if ((args[0] as { text?: string } | null)?.text === EVER_MEASURES) count += 1;
    return query.apply(this, args);
  };
  return { made: () => count, restore: () => void (driver.query = query) };
}

const results = (id: string, query = '', headers: Record<string, string> = {}): Promise<Answer> =>
  app.call('GET', `/api/v1/experiments/${id}/results${query}`, undefined, headers);
const elsewhere = (id: string): Promise<Answer> =>
  app.call('GET', `${otherUrl}/api/v1/experiments/${id}/results`);

/** Both processes have answered, so both have an answer in memory. */
async function kept(user: string, options: object = {}) {
  const { id } = await anExperiment(app, options);
  await app.call('GET', `/api/v1/experiments/${id}/assignment/${user}`);
  const [first, second] = [await results(id), await elsewhere(id)];
  expect(second.body).toEqual(first.body);
  return { id: id as string, etag: first.headers.get('etag') as string, body: first.body };
}

/** The same question to both processes, once each. */
async function both<T>(id: string, look: (body: Json) => T): Promise<[T, T]> {
  return [look((await results(id)).body), look((await elsewhere(id)).body)];
}

describe('results that are kept', () => {
  it('are made once for as long as nothing changes, whatever they are called by', async () => {
    const { id, body } = await kept('ann');
    const before = made();
    expect((await results(body.experiment.key)).body).toEqual(body);
    expect((await results(id.toUpperCase())).body).toEqual(body);
    expect((await results(id, '?granularity=total&confidence_level=0.95')).body).toEqual(body);
    expect(made()).toBe(before);
    await results(id, '?confidence_level=0.9');
    expect(made()).toBe(before + 1);
  });

  it('give way to the answer after an event, at once and in every process', async () => {
    const { id } = await kept('ben');
    const events = ({ metrics }: Json): number =>
      metrics
        .flatMap(({ variants }: Json) => variants)
        .reduce((sum: number, { events }: Json) => sum + events, 0);
    for (const expected of [1, 2, 3]) {
      await sendAndStore(app, [{ user_id: 'ben', type: 'buy' }]);
      expect(await both(id, events)).toEqual([expected, expected]);
    }
  });

  it('give way to one after an assignment, an import, or an override of somebody who is nobody yet', async () => {
    const { id } = await kept('cat');
    await app.call('GET', `/api/v1/experiments/${id}/assignment/dan`);
    expect(await both(id, ({ population }) => population.users)).toEqual([2, 2]);
    const assignments = [{ user_id: 'eve', variant_key: 'control', assigned_at: '2026-01-01T00:00:00Z' }];
    await app.call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments });
    expect(await both(id, ({ population }) => population.users)).toEqual([3, 3]);
    const overridden = ({ population: { excluded } }: Json): number => excluded.overridden;
    const override = `/api/v1/experiments/${id}/overrides/nobody`;
    await app.call('PUT', override, { variant_key: 'control' });
    expect(await both(id, overridden)).toEqual([1, 1]);
    const inControl = ({ population: { excluded } }: Json): number => excluded.by_variant.control.overridden;
    await app.call('PUT', override, { variant_key: 'treatment' });
    expect(await both(id, inControl)).toEqual([0, 0]);
    await app.call('DELETE', override);
    expect(await both(id, overridden)).toEqual([0, 0]);
  });

  it('give way to one after a change of the experiment: its name, its metrics, its epochs, its end', async () => {
    const { id } = await kept('fay');
    const change = { name: 'Renamed', metrics: ['buy'] };
    const changed = await app.call('PATCH', `/api/v1/experiments/${id}`, change, { 'if-match': '*' });
    expect(changed.body).toMatchObject({ name: 'Renamed' });
    expect(await both(id, ({ experiment }) => experiment.name)).toEqual(['Renamed', 'Renamed']);
    expect(await both(id, ({ metrics }) => metrics[0]?.key)).toEqual(['buy', 'buy']);
    const variants = [
      { key: 'control', allocation_pct: 20 },
      { key: 'treatment', allocation_pct: 80 },
    ];
    await app.call('POST', `/api/v1/experiments/${id}/epochs`, { variants, coverage_pct: 100 });
    expect(await both(id, ({ population }) => population.srm.epochs.length)).toEqual([2, 2]);
    await app.call('POST', `/api/v1/experiments/${id}/complete`);
    expect(await both(id, ({ experiment }) => experiment.status)).toEqual(['completed', 'completed']);
  });

  it('give way to one after a change of a metric, also of its name alone', async () => {
    const { key, id: metricId } = await aMetric(app, {
      name: 'One',
      definition: { kind: 'count', event_types: ['click'] },
    });
    const { id } = await kept('gus', { metrics: [{ key }] });
    const name = ({ metrics }: Json): string => metrics.find((metric: Json) => metric.key === key).name;
    expect(await both(id, name)).toEqual(['One', 'One']);
    expect((await app.call('PATCH', `/api/v1/metrics/${metricId}`, { name: 'Two' })).status).toBe(200);
    expect(await both(id, name)).toEqual(['Two', 'Two']);
  });

  it('move with the clock: an end that comes ends them', async () => {
    const { id } = await anExperiment(app, { ends_at: new Date(Date.now() + 5_000).toISOString() });
    const status = async (): Promise<string> => (await results(id)).body.experiment.status;
    expect(await status()).toBe('running');
    await until('the end', async () => (await status()) === 'completed');
  });

  it('answer 304 without being made, until something changes', async () => {
    const { id, etag } = await kept('hal');
    const before = made();
    expect(await results(id, '', { 'if-none-match': etag })).toMatchObject({ status: 304, body: '' });
    expect(made()).toBe(before);
    await sendAndStore(app, [{ user_id: 'hal', type: 'buy' }]);
    const changed = await results(id, '', { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('are made once for two hundred who ask at the same time, and keep nobody waiting', async () => {
    const { id } = await kept('ida');
    await sendAndStore(app, [{ user_id: 'ida', type: 'buy' }]);
    const before = made();
    const crowd = Array.from({ length: 200 }, () => results(id));
    const other = app.call('GET', `/api/v1/experiments/${id}`);
    expect((await other).status).toBe(200);
    const answers = await Promise.all(crowd);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(1);
    expect(made()).toBe(before + 1);
  });

  it('are not kept at all when told so', async () => {
    const { id } = await kept('joe');
    const url = await urlOf(await app.startBeside({ RESULTS_CACHE_TTL: '0' }));
    const before = made();
    for (let turn = 0; turn < 3; turn++) await app.call('GET', `${url}/api/v1/experiments/${id}/results`);
    expect(made()).toBe(before + 3);
  });
});
