import {
  deltaLift,
  katzLift,
  moverLift,
  newcombeInterval,
  twoProportionZTest,
  wilsonInterval,
} from '@app/stats';
import type { Random } from './random';
import { atLeast, Count, covers, near, percent, told, type Row } from './row';

/** A pair of arms of one size with their true rates. */
export interface RateSetting {
  users: number;
  control: number;
  treatment: number;
}

export const manyUsers: RateSetting = { users: 3000, control: 0.1, treatment: 0.12 };
export const lowCounts: RateSetting = { users: 100, control: 0.05, treatment: 0.08 };

export function describeRates({ users, control, treatment }: RateSetting): string {
  return `A/B, ${users} users an arm, rates ${percent(control)} and ${percent(treatment)}`;
}

/** Coverage of the intervals of rates. At low counts counts are coarse: the score intervals may only cover more. */
export function rateIntervals(random: Random, runs: number, setting: RateSetting): Row[] {
  const { users } = setting;
  const counts = { wilson: new Count(), newcombe: new Count(), mover: new Count() };
  const contrast = { wald: new Count(), katz: new Count(), delta: new Count() };
  const diff = setting.treatment - setting.control;
  const lift = setting.treatment / setting.control - 1;
  for (let run = 0; run < runs; run++) {
    const control = { users, conversions: random.binomial(users, setting.control) };
    const treatment = { users, conversions: random.binomial(users, setting.treatment) };
    const arms = { control, treatment };
    counts.wilson.add(covers(wilsonInterval(control), setting.control));
    counts.newcombe.add(covers(newcombeInterval(arms), diff));
    counts.mover.add(covers(moverLift(arms), lift));
    contrast.wald.add(covers(twoProportionZTest(arms).unpooled, diff));
    contrast.katz.add(covers(katzLift(arms), lift));
    contrast.delta.add(covers(deltaLift(arms), lift));
  }
  const rule = setting === lowCounts ? atLeast : near;
  return [
    rule('Wilson, rate', counts.wilson, 0.95),
    rule('Newcombe, difference', counts.newcombe, 0.95),
    rule('MOVER, lift', counts.mover, 0.95),
    told('Wald, difference (not reported)', contrast.wald, '95 %, less at low counts'),
    told('Katz, lift (not reported)', contrast.katz, '95 %, none at a count of 0'),
    told('delta method, lift (not reported)', contrast.delta, '95 %, less at low counts'),
  ];
}
