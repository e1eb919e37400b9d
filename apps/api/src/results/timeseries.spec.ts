import { invalid } from '@app/model';
import type { Totals } from '@app/store';
import { asked, EXPERIMENT, NO_TOTALS } from './fixture';
import { hourlyRange, hourlySeries } from './hours';
import { dailySeries, SeriesOptions } from './timeseries';

const OPTIONS: SeriesOptions = {
  alpha: 0.05,
  range: { start: null, end: null },
  frame: { start: null, maturedBefore: '2026-11-10' },
  tuningUsers: () => 5000,
};
const users = [
  { arm_id: 1, day: '2026-11-01', users: 10 },
  { arm_id: 2, day: '2026-11-01', users: 10 },
  { arm_id: 1, day: '2026-11-03', users: 5 },
];
const row = (measure_id: number, day: string, sum: string, squares: string, products = '0', converters = 0) => ({
  arm_id: 1, measure_id, day, events: 1, active_users: 1, new_converters: converters, value_sum: sum, value_squares: squares, products,
}); // prettier-ignore
const series = (totals: Partial<Totals>, metric = asked(), options: Partial<SeriesOptions> = {}) =>
  dailySeries(EXPERIMENT, { ...NO_TOTALS, users, ...totals }, metric, { ...OPTIONS, ...options });

describe('a series by the day', () => {
  it('has the variance of totals so far: squares of days and the products between them', () => {
    // One user with 3 on the first day and 4 on the second: squares 9, 16 and 2 * 3 * 4; sum of squares 9, then 49.
    const days = [row(1, '2026-11-01', '3', '9', '0', 1), row(1, '2026-11-02', '4', '16', '24')];
    const points = series({ days }, asked({ kind: 'mean' }));
    const [first, second] = points.map(({ variants }) => variants[0].cumulative);
    expect([first.mean, second.mean]).toEqual([0.3, 0.7]);
    // (49 - 49 / 10) / 9 = 4.9, t of nine degrees of freedom 2.2622.
    expect(second.mean_interval?.high).toBeCloseTo(0.7 + 2.2622 * Math.sqrt(4.9 / 10), 4);
  });

  it('of a ratio takes both sides and their products, also on days with one of them', () => {
    const days = [
      row(1, '2026-11-01', '30', '900', '0', 1),
      row(2, '2026-11-01', '2', '4'),
      row(2, '2026-11-02', '1', '1', '4'),
    ];
    const cross = [
      { arm_id: 1, numerator_id: 1, denominator_id: 2, day: '2026-11-01', product: '60' },
      { arm_id: 1, numerator_id: 1, denominator_id: 2, day: '2026-11-02', product: '30' },
    ];
    const other = [1, 2].flatMap((measure) => [{ ...row(measure, '2026-11-01', '5', '25'), arm_id: 2 }]);
    const points = series({ days: [...days, ...other], cross }, asked({ kind: 'ratio', measureIds: [1, 2] }));
    expect(points.map(({ day, comparisons }) => [day, comparisons[0].difference.estimate])).toEqual([
      ['2026-11-01', 1 - 30 / 2], ['2026-11-02', 1 - 30 / 3], ['2026-11-03', 1 - 30 / 3],
    ]); // prettier-ignore
  });

  it('of retention counts users from the day on which their window closes', () => {
    const definition = { kind: 'retention' as const, event_types: ['visit'], from_day: 1, to_day: 3 };
    const spans = [{ arm_id: 1, measure_id: 1, end_day: '2026-11-04', users: 4 }];
    const points = series({ spans }, asked({ kind: 'retention', definition }));
    expect(
      points.map(({ day, variants: [a] }) => [
        day,
        a.users,
        a.conversions,
        a.cumulative.users,
        a.cumulative.rate,
      ]),
    ).toEqual([
      ['2026-11-04', 10, 4, 10, 0.4],
      ['2026-11-06', 5, 0, 15, 4 / 15],
    ]);
    const early = series({}, asked({ kind: 'retention', definition }), {
      frame: { start: null, maturedBefore: '2026-11-05' },
    });
    expect(early.map(({ day }) => day)).toEqual(['2026-11-04']);
  });

  it('of a funnel counts who came through on the day of the last step', () => {
    const definition = { kind: 'funnel' as const, steps: [{ event_types: ['a'] }, { event_types: ['b'] }] };
    const spans = [
      { arm_id: 1, measure_id: 1, end_day: '2026-11-02', users: 6 },
      { arm_id: 1, measure_id: 2, end_day: '2026-11-03', users: 3 },
    ];
    const points = series({ spans }, asked({ kind: 'funnel', definition, measureIds: [1, 2] }));
    const shown = points.map(({ variants: [a] }) => [
      a.conversions,
      a.rate,
      a.events,
      a.cumulative.conversions,
    ]);
    expect(shown).toEqual([[0, null, null, 0], [0, null, null, 0], [3, null, null, 3]]); // prettier-ignore
  });

  it('of a capped metric has no means: the cap is that of a whole range', () => {
    const definition = { kind: 'mean' as const, event_types: ['buy'], cap: { upper: 1 } };
    const [point] = series(
      { days: [row(1, '2026-11-01', '3', '9', '0', 1)] },
      asked({ kind: 'mean', definition }),
    );
    expect(point.variants[0]).toMatchObject({
      conversions: 1,
      value_sum: null,
      cumulative: { mean: null, conversions: 1 },
    });
    expect(point.comparisons).toEqual([]);
  });
});

describe('a series by the hour', () => {
  it('goes on from what was before', () => {
    const [first, second] = hourlySeries(
      EXPERIMENT,
      {
        users: [{ arm_id: 1, hour: '2026-11-03T11:00:00.000Z', users: 2 }],
        measures: [
          {
            arm_id: 1,
            measure_id: 1,
            hour: '2026-11-03T10:00:00.000Z',
            events: 4,
            active_users: 3,
            converters: 1,
            value_sum: '1.5',
          },
        ],
        usersBefore: [{ arm_id: 1, day: '2026-11-01', users: 8 }],
        convertersBefore: [{ arm_id: 1, measure_id: 1, converters: 3 }],
      },
      asked(),
      OPTIONS,
    );
    expect(first).toMatchObject({
      hour: '2026-11-03T10:00:00.000Z',
      variants: [
        {
          users: 0,
          conversions: 3,
          events: 4,
          value_sum: 1.5,
          cumulative: { users: 8, conversions: 4, rate: 0.5, mean: null },
        },
        {},
      ],
    });
    expect(second.variants[0].cumulative).toMatchObject({ users: 10, conversions: 4, rate: 0.4 });
  });

  it('covers the last three days unless told otherwise, and two weeks at most', () => {
    const of = (start: string | null, end: string | null) => hourlyRange({ start, end }, '2026-11-20');
    expect(of(null, null)).toEqual({ start: '2026-11-18', end: '2026-11-21' });
    expect(of(null, '2026-11-10')).toEqual({ start: '2026-11-07', end: '2026-11-10' });
    expect(of('2026-11-07', null)).toEqual({ start: '2026-11-07', end: '2026-11-21' });
    expect(() => of('2026-11-06', null)).toThrow(
      invalid('/granularity', 'out_of_range', '').constructor as never,
    );
  });
});
