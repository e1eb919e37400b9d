import * as fc from 'fast-check';
import { AssayError } from '@app/model';
import type { Reader } from '@app/store';
import { CheckedBody } from '../http/schema';
import { SHOWN } from './planning.examples';
import { PlanMde, PlanPower, PlanSampleSize } from './planning.schema';
import { PlanningService } from './planning.service';

// No request here names an experiment, so the stores are never asked.
const service = new PlanningService(null as unknown as Reader);
const sizes = new CheckedBody(PlanSampleSize);
const powers = new CheckedBody(PlanPower);
const effects = new CheckedBody(PlanMde);
const calls = {
  sampleSize: (body: unknown) => service.sampleSize(sizes.transform(body)),
  power: (body: unknown) => service.power(powers.transform(body)),
  mde: (body: unknown) => service.mde(effects.transform(body)),
};

const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });
/** Numbers of every size, the smallest included. */
const size = within(-14, 12).map((exponent) => 10 ** exponent);
const signed = fc.tuple(size, fc.boolean()).map(([value, isNegative]) => (isNegative ? -value : value));
const share = fc.oneof(within(0, 1), within(-300, 0).map((exponent) => 10 ** exponent)); // prettier-ignore
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 1 });

const common = {
  alpha: maybe(within(0.0001, 0.5)),
  mode: maybe(fc.constantFrom('fixed', 'sequential')),
  treatments: maybe(fc.integer({ min: 1, max: 19 })),
  allocation_ratio: maybe(within(0.01, 100)),
};
const kind = fc.oneof(
  fc.record({ kind: fc.constant('conversion'), baseline_rate: share }),
  fc.record({
    kind: fc.constant('mean'),
    baseline_mean: maybe(signed),
    standard_deviation: size.filter((sd) => sd >= 1e-9),
  }),
);
const effect = fc.oneof(
  fc.record({ relative_lift: within(-1.1, 3) }),
  fc.record({ absolute_difference: fc.oneof(signed, within(-1, 1)) }),
);
const power = fc.record({ power: maybe(within(0.01, 0.9999)) });
const users = fc.record({ users: within(0.4, 12).map((exponent) => Math.floor(10 ** exponent)) });
const tuning = fc.record({
  tuning_users: maybe(within(0, 12).map((exponent) => Math.floor(10 ** exponent))),
});

/** Leaves out what is absent, as JSON does. */
const body = (...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(fc.record(common), kind, tuning, ...parts).map((all) => JSON.parse(JSON.stringify(Object.assign({}, ...all)))); // prettier-ignore

async function answerTo(call: keyof typeof calls, request: unknown): Promise<unknown> {
  try {
    const answer = await calls[call](request);
    // JSON would turn NaN and infinity into null.
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    return answer;
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    expect(error.extra.errors?.[0].pointer).toMatch(/^\/./);
    return null;
  }
}

describe('any request for a plan is answered or refused with a pointer', () => {
  it('for a size, which has the power', async () => {
    await fc.assert(
      fc.asyncProperty(body(effect, power), async (request) => {
        const answer = await answerTo('sampleSize', request);
        if (answer === null) return;
        const { power: found, inputs } = answer as { power: number; inputs: { power: number } };
        expect(found).toBeGreaterThanOrEqual(inputs.power - 1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it('for power, which is a probability', async () => {
    await fc.assert(
      fc.asyncProperty(body(effect, users), async (request) => {
        const answer = (await answerTo('power', request)) as { power: number } | null;
        if (answer === null) return;
        expect(answer.power).toBeGreaterThanOrEqual(0);
        expect(answer.power).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });

  it('for a smallest effect, which lies on its side of 0', async () => {
    await fc.assert(
      fc.asyncProperty(body(power, users), async (request) => {
        const answer = (await answerTo('mde', request)) as Record<'increase' | 'decrease', { absolute: number | null }> | null; // prettier-ignore
        if (answer === null) return;
        expect(answer.increase.absolute ?? 1).toBeGreaterThan(0);
        expect(answer.decrease.absolute ?? -1).toBeLessThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the examples in the reference', () => {
  it.each(Object.keys(calls) as (keyof typeof calls)[])('are what is answered: %s', async (call) => {
    expect(await calls[call](SHOWN[call].example)).toEqual(SHOWN[call].answerExample);
  });
});
