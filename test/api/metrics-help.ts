import { Json, TestApp } from '../support/app';
import { until } from '../support/wait';

/** A definition of each kind. */
export const KINDS: Record<string, object> = {
  conversion: { kind: 'conversion', event_types: ['buy'], filter: [{ property: 'pro', operator: 'eq', value: true }] },
  count: { kind: 'count', event_types: ['visit', 'view'], covariate_days: 7 },
  mean: { kind: 'mean', event_types: ['buy'], value_property: 'net', cap: { upper: 100 } },
  ratio: {
    kind: 'ratio',
    numerator: { event_types: ['buy'], aggregation: 'sum' },
    denominator: { event_types: ['buy'], aggregation: 'count' },
  },
  retention: { kind: 'retention', event_types: ['visit'], from_day: 1, to_day: 7 },
  funnel: { kind: 'funnel', steps: [{ event_types: ['view'] }, { name: 'Bought', event_types: ['buy'] }], window_hours: 48 },
}; // prettier-ignore

let counter = 0;

export const metricsAt = (path: string): string => `/api/v1/metrics${path}`;

/** Declares a metric; every call has another key unless told otherwise. */
export async function aMetric(app: TestApp, options: object): Promise<Json> {
  counter += 1;
  const { status, body } = await app.call('POST', metricsAt(''), { key: `metric-${counter}`, ...options });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}

/** What the totals of an experiment hold. */
export function selectedIn(app: TestApp, experimentId: string): Promise<Json[]> {
  return app.database.source.query(
    `SELECT m.*, (SELECT count(*)::int FROM experiment_measures s WHERE s.experiment_id = m.experiment_id) AS measures
     FROM experiment_metrics m WHERE experiment_id = $1 ORDER BY key`,
    [experimentId],
  );
}

export function finished(app: TestApp, jobId: string): Promise<Json> {
  return until(`job ${jobId}`, async () => {
    const { body } = await app.call('GET', `/api/v1/jobs/${jobId}`);
    return ['completed', 'failed'].includes(body.state) ? body : null;
  });
}
