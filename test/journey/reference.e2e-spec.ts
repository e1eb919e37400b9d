import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseMapping } from '../../tools/import/mapping';
import { Json, startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { driftOf, getJson, importInto, Server, settle, startServer, totalsOf } from './imported';
import { smallMapping, smallRows, truthOf, writeFiles } from './small-file';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'assay-small-'));
const rows = smallRows();
const { csv, ndjson } = writeFiles(dir, rows);
const truth = truthOf(rows);
let straight: Record<string, string[]>;

afterAll(() => fs.rmSync(dir, { recursive: true }));

describe('importing a file', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    const summary = await importInto(app, csv, smallMapping('straight'));
    expect(summary).toMatchObject({
      rows: rows.length,
      rejected: 0,
      events: { accepted: truth.events, duplicates: 0 },
    });
    straight = await totalsOf(app.database.db, 'straight');
  }, 60_000);
  afterAll(() => app.close());

  it('counts what the rows say', async () => {
    const results = await getJson(app, '/experiments/straight/results');
    expect(results.population.by_variant).toEqual(truth.users);
    const [purchase] = results.metrics;
    expect(purchase.key).toBe('purchase');
    for (const variant of purchase.variants) {
      expect(variant.conversions).toBe(truth.converters[variant.key]);
      expect(variant.value_sum).toBe(truth.revenue[variant.key]);
    }
    expect(await driftOf(app, 'straight')).toBe(0);
  });

  it('changes nothing the second time', async () => {
    const again = await importInto(app, csv, smallMapping('straight'), { batch: 300 });
    expect(again.assignments).toMatchObject({ imported: 0, moved: 0 });
    expect(await totalsOf(app.database.db, 'straight')).toEqual(straight);
    const [{ events }] = await app.database.db.rows<{ events: string }>(
      "SELECT count(*) AS events FROM events WHERE type <> 'last'",
    );
    expect(Number(events)).toBe(truth.events);
  }, 60_000);

  it.each([
    ['from a compressed NDJSON file', ndjson, { batch: 700 }],
    ['with the last row first', csv, { reverse: true }],
    ['in random order by four clients', csv, { shuffle: 11, parallel: 4, batch: 200 }],
    ['in another random order', ndjson, { shuffle: 12, parallel: 4, batch: 30 }],
  ])(
    'gives the same totals %s',
    async (name, file, how) => {
      const key = name.replaceAll(/\W+/g, '-').toLowerCase();
      await importInto(app, file, smallMapping(key), how);
      expect(await totalsOf(app.database.db, key)).toEqual(straight);
    },
    60_000,
  );
});

describe('importing while the worker is killed', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  }, 60_000);
  afterAll(() => server.close(), 60_000);

  it('gives the same totals', async () => {
    const { db } = server.database;
    const stored = async (): Promise<number> =>
      Number((await db.rows('SELECT count(*) FROM event_ledger'))[0].count);
    const importing = importInto(server, csv, smallMapping('killed'), {
      shuffle: 13,
      parallel: 4,
      batch: 20,
    });
    for (const share of [0.1, 0.5]) {
      await until('a share of the events', async () => (await stored()) > share * truth.events);
      const killed = server.workerPid();
      process.kill(killed, 'SIGKILL');
      await until('another worker', () => Promise.resolve(server.workerPid() !== killed));
    }
    await importing;
    // A job that the killed worker held is taken up when its lock has expired.
    await until('all events', async () => (await stored()) >= truth.events + 1, 120_000);
    await settle(server);
    expect(await totalsOf(db, 'killed')).toEqual(straight);
    expect(await driftOf(server, 'killed')).toBe(0);
  }, 180_000);
});

// Public A/B tests with answers computed by scipy and statsmodels. The files are not part of the project; without them there are no such tests.
const data = process.env.ASSAY_REFERENCE_DATA ?? path.resolve(__dirname, '../../../shared/data');
if (fs.existsSync(path.join(data, 'reference.json'))) {
  const reference = JSON.parse(fs.readFileSync(path.join(data, 'reference.json'), 'utf8'));

  describe('the published results', () => {
    let server: Server;
    beforeAll(async () => {
      server = await startServer();
    }, 60_000);
    afterAll(() => server.close(), 60_000);

    it('agree for udacity_homepage_actions', async () => {
      const { click_through } = reference.udacity_homepage_actions;
      const results = await resultsOf('udacity_homepage_actions', 8_188);
      compareRates(results, 'click', click_through);
      near(results.population.srm.p_value, click_through.srm.p);
      expect(results.population.srm.status).toBe('mismatch');
    }, 60_000);

    it('agree for cookie_cats', async () => {
      const results = await resultsOf('cookie_cats', 90_189);
      for (const metric of ['retention_1', 'retention_7'])
        compareRates(results, metric, reference.cookie_cats[metric]);
      near(results.population.srm.p_value, reference.cookie_cats.retention_7.srm.p);
      expect(results.population.srm.status).toBe('warning');
    }, 180_000);

    it('agree for hillstrom', async () => {
      const { visit, conversion, spend } = reference.hillstrom;
      const keys = { 'no-email': 'No E-Mail', 'mens-email': 'Mens E-Mail', 'womens-email': 'Womens E-Mail' };
      const results = await resultsOf('hillstrom', 64_000);
      compareRates(results, 'visit', visit, keys);
      compareRates(results, 'conversion', conversion, keys);
      compareMeans(results, 'spend', spend, keys);
      // 33.33, 33.33, 33.34 stand for thirds.
      near(results.population.srm.p_value, visit.srm.p);
    }, 180_000);

    it('agree for ab_data when the earliest row of a user decides', async () => {
      const { P3_first_timestamp_wins } = reference.ab_data;
      const results = await resultsOf('ab_data', 294_478);
      compareRates(results, 'conversion', P3_first_timestamp_wins);
      near(results.population.srm.p_value, P3_first_timestamp_wins.srm.p);
    }, 300_000);

    async function resultsOf(name: string, expectedRows: number): Promise<Json> {
      const file = path.resolve(__dirname, `../../docs/examples/${name}.json`);
      const mapping = parseMapping(fs.readFileSync(file, 'utf8'), file);
      const { rows: sent, rejected } = await importInto(server, path.join(data, `${name}.csv.gz`), mapping);
      expect({ sent, rejected }).toEqual({ sent: expectedRows, rejected: 0 });
      expect(await driftOf(server, mapping.experiment.key)).toBe(0);
      return getJson(server, `/experiments/${mapping.experiment.key}/results`);
    }
  });
}

/** Agreement to nine digits, relative to the reference: some p-values lie near 1e-112. */
function near(actual: number | null, expected: number): void {
  if (actual === null || !(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected)))
    throw new Error(`${actual} is not ${expected} to nine digits`);
}

type Names = Record<string, string>;

function metricOf(results: Json, key: string): Json {
  return results.metrics.find((metric: Json) => metric.key === key);
}

function compareRates(results: Json, key: string, expected: Json, names: Names = {}): void {
  const metric = metricOf(results, key);
  expect(metric.variants).toHaveLength(Object.keys(expected.arms).length);
  for (const variant of metric.variants) {
    const arm = expected.arms[names[variant.key] ?? variant.key];
    expect([variant.users, variant.conversions]).toEqual([arm.n, arm.conversions]);
    near(variant.rate, arm.rate);
    near(variant.interval.low, arm.wilson_lo);
    near(variant.interval.high, arm.wilson_hi);
  }
  expect(metric.comparisons).toHaveLength(metric.variants.length - 1);
  for (const comparison of metric.comparisons) {
    const versus = expected.vs_control[names[comparison.variant] ?? comparison.variant];
    near(comparison.difference.estimate, versus.abs_diff);
    near(comparison.difference.low, versus.diff_ci95_newcombe[0]);
    near(comparison.difference.high, versus.diff_ci95_newcombe[1]);
    near(comparison.lift.estimate, versus.rel_lift);
    near(comparison.p_value, versus.p_pooled);
    if (versus.p_adj_holm !== undefined) near(comparison.p_value_adjusted, versus.p_adj_holm);
  }
}

function compareMeans(results: Json, key: string, expected: Json, names: Names): void {
  const metric = metricOf(results, `${key}:value`);
  for (const variant of metric.variants) {
    const arm = expected.arms[names[variant.key]];
    expect(variant.users).toBe(arm.n);
    near(variant.value_sum, arm.sum);
    near(variant.mean_per_user, arm.mean);
    near(variant.variance, arm.var);
  }
  for (const comparison of metric.comparisons) {
    const versus = expected.vs_control[names[comparison.variant]];
    near(comparison.difference.estimate, versus.abs_diff);
    near(comparison.difference.low, versus.diff_ci95[0]);
    near(comparison.difference.high, versus.diff_ci95[1]);
    near(comparison.lift.estimate, versus.rel_lift);
    near(comparison.p_value, versus.p);
    near(comparison.p_value_adjusted, versus.p_adj_holm);
  }
}
