import * as fc from 'fast-check';
import { Gauge, marksOf, pressedGauges, Reading } from './pressure';

const MARKS = marksOf({ jobs: 100, lagSeconds: 60 });
const CALM: Reading = { jobs: 0, lag_seconds: 0, memory_share: 0 };
const none = new Set<Gauge>();
const run = (gauge: Gauge, values: (number | null)[]): boolean[] => {
  let pressed: Set<Gauge> = none;
  return values.map((value) => {
    pressed = pressedGauges(pressed, { ...CALM, [gauge]: value }, MARKS);
    return pressed.has(gauge);
  });
};

describe('backpressure', () => {
  it('begins above the high mark and ends below the low one', () => {
    expect(run('jobs', [100, 101, 100, 80, 79, 100])).toEqual([false, true, true, true, false, false]);
    expect(run('lag_seconds', [60, 61, 48, 47])).toEqual([false, true, true, false]);
  });

  it('keeps a third of the memory free before it lets events in again', () => {
    expect(run('memory_share', [0.8, 0.81, 0.7, 0.69])).toEqual([false, true, true, false]);
  });

  it('forgets a gauge that cannot be read', () => {
    expect(run('memory_share', [0.9, null, 0.75])).toEqual([true, false, false]);
  });

  it('judges each gauge by itself', () => {
    const first = pressedGauges(none, { jobs: 200, lag_seconds: 0, memory_share: 0.9 }, MARKS);
    expect([...first].sort()).toEqual(['jobs', 'memory_share']);
    const second = pressedGauges(first, { jobs: 10, lag_seconds: 0, memory_share: 0.75 }, MARKS);
    expect([...second]).toEqual(['memory_share']);
  });

  it('changes at most once while a value wanders between the marks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 80, max: 100 }), { minLength: 1 }),
        fc.boolean(),
        (values, on) => {
          const answers = run('jobs', [on ? 101 : 0, ...values]);
          expect(new Set(answers)).toEqual(new Set([on]));
        },
      ),
    );
  });
});
