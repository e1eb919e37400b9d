import { startApp, TestApp } from '../support/app';
import { anExperiment, sendAndStore } from './help';
import { aMetric } from './metrics-help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const ANCHOR = '2026-01-01T22:30:00Z';
const pro = [{ property: 'pro', operator: 'eq', value: true }];
const buy = { event_types: ['buy'] };

/** Declares the metrics in an experiment that the user is in since ANCHOR, and asks what became of one event in each. */
async function become(definitions: Record<string, object>, event: object) {
  const metrics = await Promise.all(
    Object.entries(definitions).map(async ([name, definition]) => ({
      ...(await aMetric(app, { definition })),
      name,
    })),
  );
  const { id } = await anExperiment(app, {
    timezone: 'Europe/Berlin',
    metrics: ['buy', ...metrics.map(({ key }) => key)],
  });
  await app.call('POST', `/api/v1/experiments/${id}/assignments/import`, {
    assignments: [{ user_id: `user-${id}`, variant_key: 'control', assigned_at: ANCHOR }],
  });
  const [eventId] = await sendAndStore(app, [{ user_id: `user-${id}`, type: 'buy', ...event }]);
  const { experiments } = (await app.call('GET', `/api/v1/events/${eventId}/disposition`)).body;
  const names = new Map(metrics.map(({ key, name }) => [key, name]));
  return {
    disposition: experiments[0].disposition,
    metrics: Object.fromEntries(
      experiments[0].metrics.map((metric: { key: string; disposition: string }) => [
        names.get(metric.key) ?? metric.key,
        metric.disposition,
      ]),
    ),
  };
}

const ALL = {
  plain: { kind: 'conversion', ...buy },
  filtered: { kind: 'mean', ...buy, filter: pro },
  early: { kind: 'count', ...buy, window_hours: 2 },
  both: { kind: 'count', ...buy, window_hours: 2, filter: pro },
  ratio: { kind: 'ratio', numerator: { ...buy, filter: pro, aggregation: 'sum' }, denominator: { event_types: ['buy', 'view'], aggregation: 'count' } },
  nextDay: { kind: 'retention', ...buy, from_day: 1, to_day: 1 },
  funnel: { kind: 'funnel', steps: [{ event_types: ['view'] }, { ...buy, filter: pro }] },
  other: { kind: 'count', event_types: ['view'] },
}; // prettier-ignore

describe('what became of an event in the metrics of an experiment', () => {
  it.each<[string, object, object]>([
    ['early', { timestamp: '2026-01-01T22:59:59Z', properties: { pro: true } },
      { plain: 'counted', filtered: 'counted', early: 'counted', both: 'counted', ratio: 'counted', nextDay: 'out_of_window', funnel: 'counted' }],
    // In Berlin it is half past midnight.
    ['on the next day of the experiment, at the end of the window', { timestamp: '2026-01-02T00:30:00Z', properties: { pro: true } },
      { plain: 'counted', filtered: 'counted', early: 'out_of_window', both: 'out_of_window', ratio: 'counted', nextDay: 'counted', funnel: 'counted' }],
    ['without what the filter wants', { timestamp: '2026-01-01T23:10:00Z', properties: { pro: 'true' } },
      { plain: 'counted', filtered: 'filtered', early: 'counted', both: 'filtered', ratio: 'counted', nextDay: 'counted', funnel: 'filtered' }],
    ['late and without properties', { timestamp: '2026-01-09T00:00:00Z' },
      { plain: 'counted', filtered: 'filtered', early: 'out_of_window', both: 'filtered', ratio: 'counted', nextDay: 'out_of_window', funnel: 'filtered' }],
  ])('%s', async (_, event, metrics) => {
    expect(await become(ALL, event)).toEqual({ disposition: 'counted', metrics });
  }); // prettier-ignore

  it('is not said when it does not count at all', async () => {
    expect(await become(ALL, { timestamp: '2026-01-01T22:29:59Z' })).toEqual({
      disposition: 'before_anchor',
      metrics: {},
    });
  });
});
