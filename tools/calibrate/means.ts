import { compareRatios, cuped, fiellerMeanLift, stratifiedCuped, welchTest } from '@app/stats';
import type { Random } from './random';
import { Count, covers, near, significant, type Row } from './row';
import { clicks, revenue, SPENDING_MEAN, spendings } from './users';

const USERS = 400;
const LIFT = 0.1;
const CLICK_RATE = 0.2;

export const meansSetting = `A/A and A/B with a lift of 10 %, ${USERS} users an arm, skewed values (exponential)`;

/** Size and coverage for means, ratio metrics and CUPED. */
export function meansIntervals(random: Random, runs: number): Row[] {
  const size = { welch: new Count(), ratio: new Count(), cuped: new Count() };
  const diff = { welch: new Count(), ratio: new Count(), cuped: new Count() };
  const lift = { welch: new Count(), ratio: new Count(), cuped: new Count() };
  const effect = LIFT * SPENDING_MEAN;
  for (let run = 0; run < runs; run++) {
    const control = revenue(random, USERS, 1);
    size.welch.add(significant(welchTest({ control, treatment: revenue(random, USERS, 1) }).pValue));
    const means = { control, treatment: revenue(random, USERS, 1 + LIFT) };
    diff.welch.add(covers(welchTest(means), LIFT));
    lift.welch.add(covers(fiellerMeanLift(means), LIFT));

    const base = clicks(random, USERS, CLICK_RATE);
    const same = compareRatios({ control: base, treatment: clicks(random, USERS, CLICK_RATE) });
    size.ratio.add(significant(same.difference.pValue));
    const more = compareRatios({ control: base, treatment: clicks(random, USERS, CLICK_RATE * (1 + LIFT)) });
    diff.ratio.add(covers(more.difference, LIFT * CLICK_RATE));
    lift.ratio.add(covers(more.fieller, LIFT));

    const spent = spendings(random, USERS, 0);
    size.cuped.add(
      significant(cuped({ control: spent, treatment: spendings(random, USERS, 0) }).test.pValue),
    );
    const strata = [{ control: spent, treatment: spendings(random, USERS, effect) }];
    diff.cuped.add(covers(cuped(strata[0]).test, effect));
    lift.cuped.add(covers(stratifiedCuped({ strata }).lift, LIFT));
  }
  return [
    near('Welch, p < .05', size.welch, 0.05),
    near('Welch, difference', diff.welch, 0.95),
    near('Fieller, lift of means', lift.welch, 0.95),
    near('ratio by delta method, p < .05', size.ratio, 0.05),
    near('ratio by delta method, difference', diff.ratio, 0.95),
    near('ratio, Fieller lift', lift.ratio, 0.95),
    near('CUPED, p < .05', size.cuped, 0.05),
    near('CUPED, difference', diff.cuped, 0.95),
    near('CUPED, Fieller lift', lift.cuped, 0.95),
  ];
}
