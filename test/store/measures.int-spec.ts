import { v7 as uuidv7 } from 'uuid';
import { Metric, MetricDefinition, SelectedMetric } from '@app/model';
import { anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { aCandidate } from '../support/people';
import { Stores, storesOf } from '../support/stores';
import { untilLocked } from '../support/locks';

let database: TestDatabase;
let stores: Stores;
beforeAll(async () => {
  database = await freshDatabase();
  stores = storesOf(database.db);
});
afterAll(() => database.drop());

const visits: MetricDefinition = { kind: 'count', event_types: ['visit'] };
const declare = (definition: MetricDefinition): Promise<Metric> => {
  const id = uuidv7();
  return stores.metrics.insert({
    id,
    key: id,
    name: id,
    description: null,
    direction: 'increase',
    definition,
  });
};
const selected = ({ id, key }: Metric): SelectedMetric => ({
  key,
  metric_id: id,
  role: 'goal',
  direction: null,
  selected_at: '2026-11-01T00:00:00.000Z',
});
const experimentWith = (...metrics: Metric[]) =>
  anExperiment({ db: database.db, stores }, { metrics: metrics.map(selected) });
const activate = (id: string) => database.db.transaction((tx) => stores.measures.activate(tx, id));
const active = (id: string) => database.db.transaction((tx) => stores.measures.active(tx, id));
const change = (metric: Metric, definition: MetricDefinition) =>
  database.db.transaction((tx) => stores.metrics.update(tx, metric.id, null, { definition }));
const trial = (id: string) =>
  database.db.transaction((tx) => stores.measures.activateWithoutRecompute(tx, id));

describe('activating metrics', () => {
  it('says whether anything changed', async () => {
    const [first, second] = [await declare(visits), await declare(visits)];
    const { id } = await experimentWith(first);
    expect([await activate(id), await activate(id)]).toEqual([true, false]);
    await database.db.rows('UPDATE experiments SET metrics = $2 WHERE id = $1', [id, JSON.stringify([first, second].map(selected))]); // prettier-ignore
    expect([await activate(id), await activate(id)]).toEqual([true, false]);
    await database.db.rows(`UPDATE experiments SET metrics = '[]' WHERE id = $1`, [id]);
    expect([await activate(id), await activate(id)]).toEqual([true, false]);
    expect(await active(id)).toEqual([]);
  });

  it('leaves what needs a recompute to the recompute', async () => {
    const metric = await declare(visits);
    const experiment = await experimentWith(metric);
    expect(await trial(experiment.id)).toBe(true);
    await stores.assignments.assign([aCandidate(experiment, 'ann')]);
    expect(await trial(experiment.id)).toBe(true);
    await change(metric, { ...visits, window_hours: 1 });
    expect(await trial(experiment.id)).toBe(false);
    expect(await active(experiment.id)).toMatchObject([{ version: 1, definition: visits }]);
    await stores.recounts.recompute(experiment.id);
    expect(await active(experiment.id)).toMatchObject([{ version: 2, definition: { window_hours: 1 } }]);
    expect(await trial(experiment.id)).toBe(true);
  });

  it('makes what it selects a recompute when only a ratio is new', async () => {
    const side = (type: string) => ({ event_types: [type], aggregation: 'sum' as const });
    const metric = await declare({ kind: 'ratio', numerator: side('a'), denominator: side('b') });
    const experiment = await experimentWith();
    await stores.assignments.assign([aCandidate(experiment, 'ann')]);
    await database.db.rows('UPDATE experiments SET metrics = $2 WHERE id = $1', [experiment.id, JSON.stringify([selected(metric)])]); // prettier-ignore
    expect(await trial(experiment.id)).toBe(false);
    expect(await activate(experiment.id)).toBe(true);
    expect(await trial(experiment.id)).toBe(true);
  });

  it('lets nobody change a metric between its selection and the commit', async () => {
    const metric = await declare(visits);
    let changing: Promise<unknown> = Promise.resolve();
    await database.db.transaction(async (tx) => {
      expect(await stores.metrics.idsOf(tx, [metric.key, 'nothing'])).toEqual(
        new Map([[metric.key, metric.id]]),
      );
      changing = change(metric, { ...visits, window_hours: 2 });
      await untilLocked(database.db, 1);
    });
    expect(await changing).toMatchObject({ version: 2 });
  });
});
