import fs from 'node:fs';
import path from 'node:path';
import { EXPERIMENT, material, OPTIONS, select } from './fixture';
import { report } from './report';

// The answers that docs/results.md explains. `UPDATE_EXAMPLES=1` writes them anew.

const measure = (arm_id: number, measure_id: number, converters: number, events: number, value_sum = '0', value_squares = '0') => ({
  arm_id, measure_id, converters, events, value_sum, value_squares,
}); // prettier-ignore
const plain = [
  { measure_id: 1, event_type: 'purchase' },
  { measure_id: 2, event_type: 'error' },
];
const button = {
  ...EXPERIMENT,
  id: '0198c1f2-7b1e-7c3a-9d2f-2f6f1c0a5e11',
  key: 'checkout-button',
  name: 'Green checkout button',
  metrics: [
    select('purchase', 'primary'),
    { ...select('error', 'guardrail'), direction: 'decrease' as const },
  ],
  plannedUsers: 20_000,
  variants: EXPERIMENT.variants.map((variant, index) => ({ ...variant, key: ['control', 'green'][index] })),
};

const oneEpoch = report(
  { ...button, epochs: button.epochs.slice(0, 1), arms: button.arms.slice(0, 2) },
  material({
    freshness: {
      version: 812,
      last_event_at: '2026-11-04T10:58:11.000Z',
      as_of: '2026-11-04T10:58:12.000Z',
    },
    plain,
    users: [
      { arm_id: 1, day: '2026-11-01', users: 2500 },
      { arm_id: 2, day: '2026-11-01', users: 2490 },
      { arm_id: 1, day: '2026-11-02', users: 2500 },
      { arm_id: 2, day: '2026-11-02', users: 2610 },
    ],
    measures: [
      measure(1, 1, 400, 520, '15600.5', '1048210.25'),
      measure(2, 1, 490, 640, '19150', '1305000'),
      measure(1, 2, 40, 55),
      measure(2, 2, 44, 60),
    ],
  }),
  OPTIONS,
);

/** From 1 % to 50 % while the rate falls from 40 % to 10 %, and no effect at all. */
const ramp = report(
  {
    ...button,
    arms: button.arms.map((arm, index) => ({ ...arm, weightBp: [9900, 100, 5000, 5000][index] })),
  },
  material({
    freshness: {
      version: 96,
      last_event_at: '2026-11-04T10:58:11.000Z',
      as_of: '2026-11-04T10:58:12.000Z',
    },
    plain: plain.slice(0, 1),
    users: [9900, 100, 5000, 5000].map((users, index) => ({
      arm_id: index + 1,
      day: index < 2 ? '2026-11-01' : '2026-11-02',
      users,
    })),
    measures: [
      measure(1, 1, 3960, 3960),
      measure(2, 1, 40, 40),
      measure(3, 1, 500, 500),
      measure(4, 1, 500, 500),
    ],
  }),
  { ...OPTIONS, metric: 'purchase' },
);

describe('the examples in the documentation', () => {
  it.each([
    ['results.json', oneEpoch],
    ['results-epochs.json', ramp],
  ])('are what the endpoint answers: %s', (name, answer) => {
    const file = path.resolve(__dirname, '../../../../docs/examples', name);
    if (process.env.UPDATE_EXAMPLES === '1') fs.writeFileSync(file, `${JSON.stringify(answer, null, 2)}\n`);
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual(answer);
  });

  it('show no effect where there is none', () => {
    expect(ramp.metrics[0].comparisons[0]).toMatchObject({
      difference: { estimate: 0 },
      verdict: 'inconclusive',
    });
  });
});
