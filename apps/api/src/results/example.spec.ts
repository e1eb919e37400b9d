import fs from 'node:fs';
import path from 'node:path';
import { CHECKOUT_BUTTON } from '../http/story';
import { material, OPTIONS } from './fixture';
import { report } from './report';
import { results } from './results.examples';

// The answers that docs/results.md explains. `UPDATE_EXAMPLES=1` writes them anew.

const measure = (arm_id: number, converters: number) => ({
  arm_id, measure_id: 1, converters, events: converters, value_sum: '0', value_squares: '0',
}); // prettier-ignore

/** From 1 % to 50 % while the rate falls from 40 % to 10 %, and no effect at all. */
const [grey, green] = CHECKOUT_BUTTON.arms;
const ramp = report(
  {
    ...CHECKOUT_BUTTON,
    epochs: [
      ...CHECKOUT_BUTTON.epochs,
      { number: 2, coverageBp: 10_000, openedAt: '2026-11-22T12:00:00.000Z' },
    ],
    arms: [
      { ...grey, weightBp: 9_900 },
      { ...green, weightBp: 100 },
      { ...grey, id: 3, epoch: 2 },
      { ...green, id: 4, epoch: 2 },
    ],
  },
  material({
    freshness: {
      version: 96,
      last_event_at: '2026-11-24T10:58:11.000Z',
      as_of: '2026-11-24T10:58:12.000Z',
    },
    plain: [{ measure_id: 1, event_type: 'purchase' }],
    users: [9900, 100, 5000, 5000].map((users, index) => ({
      arm_id: index + 1,
      day: index < 2 ? '2026-11-21' : '2026-11-22',
      users,
    })),
    measures: [measure(1, 3960), measure(2, 40), measure(3, 500), measure(4, 500)],
  }),
  { ...OPTIONS, metric: 'purchase', now: new Date('2026-11-24T11:00:00Z') },
);

describe('the examples in the documentation', () => {
  it.each([
    ['results.json', results()],
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
