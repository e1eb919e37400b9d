import { anExperiment, sendAndStore } from '../api/help';
import { Json, startApp, TestApp } from '../support/app';
import { Random } from '../support/random';
import { compareRates } from './results-statistics';

// Chance decides who converts, so one seed in twenty finds an interval without 0; this one is fixed.
const seed = 1;

/** A careful roll-out during a season: ever more treatment, while everybody buys ever more, and more dearly. */
const RAMP = [
  { treatment: 1, users: 4_000, rate: 0.05, price: 10 },
  { treatment: 10, users: 3_000, rate: 0.12, price: 15 },
  { treatment: 50, users: 3_000, rate: 0.25, price: 20 },
];

describe('a ramp without an effect', () => {
  let app: TestApp;
  let results: Json;
  beforeAll(async () => {
    app = await startApp();
    const random = new Random(seed);
    const { id } = await anExperiment(app, {
      hash: { algorithm: 'fnv1a', seed: `ramp-${seed}` },
      primary_metric: 'purchase',
      variants: shares(RAMP[0].treatment),
    });
    for (const [number, { treatment, users, rate, price }] of RAMP.entries()) {
      if (number > 0) await post(`${id}/epochs`, { variants: shares(treatment), coverage_pct: 100 });
      const names = Array.from({ length: users }, (_, i) => `${seed}-${number}-${i}`);
      for (const user_ids of chunks(names)) await post(`${id}/assignments/bulk`, { user_ids });
      const buyers = names.filter(() => random.next() < rate);
      const events = buyers.map((user_id) => ({
        user_id,
        type: 'purchase',
        value: price + random.below(1_000) / 100,
      }));
      for (const some of chunks(events)) await sendAndStore(app, some);
    }
    results = (await app.call('GET', `/api/v1/experiments/${id}/results`)).body;
  }, 60_000);
  afterAll(() => app.close());

  const metric = (key: string): Json => results.metrics.find((one: Json) => one.key === key);

  it('looks like a large lift when its epochs are pooled', () => {
    const [c, t] = metric('purchase').variants;
    const pooled = compareRates([[c, t]]);
    expect(pooled.lift).toBeGreaterThan(0.5);
    expect(pooled.p).toBeLessThan(1e-9);
    const [before, after] = metric('purchase:value').variants;
    expect(after.mean_per_user / before.mean_per_user).toBeGreaterThan(1.5);
  });

  it.each(['purchase', 'purchase:value'])('shows none in the comparison of %s', (key) => {
    const [comparison] = metric(key).comparisons;
    const { difference, lift, p_value, sequential_p_value, verdict } = comparison;
    expect(difference.low).toBeLessThan(0);
    expect(difference.high).toBeGreaterThan(0);
    expect(Math.abs(lift.estimate)).toBeLessThan(0.15);
    expect(p_value).toBeGreaterThan(0.05);
    expect(sequential_p_value).toBeGreaterThan(0.05);
    expect(['better', 'worse']).not.toContain(verdict);
    expect(comparison.strata.map(({ epoch }: Json) => epoch)).toEqual([1, 2, 3]);
  });

  it('calls the primary metric inconclusive, and nobody the winner', () => {
    expect(metric('purchase').comparisons[0]).toMatchObject({ verdict: 'inconclusive', reason: null });
    expect(results.summary.winner).toBeNull();
  });

  it('has the split of each epoch, though not that of any one of them in all', () => {
    const { srm } = results.population;
    expect(srm.epochs.map((epoch: Json) => [epoch.users, epoch.status])).toEqual(
      RAMP.map(({ users }) => [users, 'ok']),
    );
    expect(srm).toMatchObject({ status: 'ok', leaked: [] });
  });

  async function post(path: string, body: object): Promise<void> {
    const answer = await app.call('POST', `/api/v1/experiments/${path}`, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
});

function shares(treatment: number): object[] {
  return [
    { key: 'control', allocation_pct: 100 - treatment },
    { key: 'treatment', allocation_pct: treatment },
  ];
}

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / 1_000) }, (_, i) =>
    items.slice(i * 1_000, (i + 1) * 1_000),
  );
}
