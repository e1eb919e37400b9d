import { SelectedMetric } from './metric';
import { changesSince, seal } from './preregistration';

const metric = (key: string, options: Partial<SelectedMetric> = {}): SelectedMetric => ({
  key, metric_id: null, role: 'goal', direction: null, selected_at: '2026-11-01T00:00:00.000Z', ...options,
}); // prettier-ignore
const plan = {
  metrics: [metric('buy', { role: 'primary' }), metric('revenue', { metric_id: 'm-1' }), metric('errors', { direction: 'decrease' })],
  analysisMode: 'fixed' as const, plannedUsers: 1000, horizonAt: '2026-12-01T00:00:00.000Z', hypothesis: 'More people buy.',
}; // prettier-ignore
const active = [{ metric_id: 'm-1', version: 3, direction: 'decrease' as const }];
const AT = '2026-11-02T00:00:00.000Z';

describe('the plan of an experiment', () => {
  it('is written down with what the totals hold', () => {
    expect(seal(plan, active, AT)).toEqual({
      sealed_at: AT,
      primary: { key: 'buy', metric_id: null, version: null, direction: 'increase' },
      metrics: [
        { key: 'buy', metric_id: null, version: null, direction: 'increase', role: 'primary' },
        { key: 'revenue', metric_id: 'm-1', version: 3, direction: 'decrease', role: 'goal' },
        { key: 'errors', metric_id: null, version: null, direction: 'decrease', role: 'goal' },
      ],
      analysis_mode: 'fixed',
      planned_users: 1000,
      horizon_at: '2026-12-01T00:00:00.000Z',
      hypothesis: 'More people buy.',
    });
  });

  it('may have no primary metric', () => {
    expect(seal({ ...plan, metrics: [] }, [], AT)).toMatchObject({ primary: null, metrics: [] });
  });

  it('has not changed when nothing has', () => {
    expect(changesSince(seal(plan, active, AT), plan, active)).toEqual([]);
    expect(changesSince(seal(plan, active, AT), plan)).toEqual([]);
  });

  it('is compared with what there is now', () => {
    const now = {
      ...plan,
      hypothesis: null,
      metrics: [metric('revenue', { metric_id: 'm-1', role: 'primary' }), metric('errors'), metric('visits')],
    };
    const later = [{ metric_id: 'm-1', version: 4, direction: 'increase' as const }];
    expect(changesSince(seal(plan, active, AT), now, later)).toEqual([
      { field: 'primary_metric', planned: 'buy', now: 'revenue' },
      { field: 'metrics/buy', planned: { role: 'primary', direction: 'increase' }, now: null },
      { field: 'metrics/revenue/role', planned: 'goal', now: 'primary' },
      { field: 'metrics/revenue/direction', planned: 'decrease', now: 'increase' },
      { field: 'metrics/revenue/version', planned: 3, now: 4 },
      { field: 'metrics/errors/direction', planned: 'decrease', now: 'increase' },
      { field: 'metrics/visits', planned: null, now: { role: 'goal', direction: 'increase' } },
      { field: 'hypothesis', planned: 'More people buy.', now: null },
    ]);
  });

  it('knows an event type from a declared metric of the same key', () => {
    const now = {
      ...plan,
      metrics: [metric('buy', { role: 'primary', metric_id: 'm-2' }), ...plan.metrics.slice(1)],
    };
    expect(changesSince(seal(plan, active, AT), now, active).map(({ field }) => field)).toEqual([
      'metrics/buy',
      'metrics/buy',
    ]);
  });
});
