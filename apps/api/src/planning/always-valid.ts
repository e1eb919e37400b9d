import { normalCdf, normalSf, sequentialInterval } from '@app/stats';

// Planning for a test that may be read at any time: in goes the spread of an effect, out come power, size and smallest effect at one
// planned look. The estimate is taken as normal around the true effect, and the look finds it when the always-valid interval of
// `sequentialInterval` excludes 0. Earlier looks may find it too, so the power that counts all looks is a little higher.

export interface AlwaysValid {
  alpha: number;
  /** N*, users of the two arms at which the interval is tightest; null tunes it to the planned look. */
  tuningUsers: number | null;
  /** Variance of one user's value in each arm, when the true effect is this. */
  variances: (effect: number) => { control: number; treatment: number };
}

/** Half-width of the interval in standard errors, where a fixed test has 1.96. */
export function criticalValue({ alpha, tuningUsers }: Omit<AlwaysValid, 'variances'>, users: number): number {
  return sequentialInterval({ estimate: 0, se: 1, n: users, alpha, tuningN: tuningUsers ?? users })
    .halfWidth as number;
}

export function alwaysValidPower(
  test: AlwaysValid,
  effect: number,
  nControl: number,
  nTreatment: number,
): number {
  const { control, treatment } = test.variances(effect);
  const shift = effect / Math.sqrt(control / nControl + treatment / nTreatment);
  const bound = criticalValue(test, nControl + nTreatment);
  return normalSf(bound - shift) + normalCdf(-bound - shift);
}

/** Users in control, not rounded, from which on the effect is found with the wanted power. */
export function alwaysValidSize(test: AlwaysValid, effect: number, power: number, ratio: number): number {
  const reaches = (n: number): boolean => alwaysValidPower(test, effect, n, n * ratio) >= power;
  let high = 1e-6;
  while (!reaches(high)) high *= 2;
  return Math.exp(threshold((log) => reaches(Math.exp(log)), Math.log(high / 2), Math.log(high)));
}

/** Size of the smallest effect in one direction that is found with the wanted power; null when none below `limit` is. */
export function alwaysValidEffect(
  test: AlwaysValid,
  search: { direction: 1 | -1; limit: number; power: number; nControl: number; nTreatment: number },
): number | null {
  const { direction, limit, power, nControl, nTreatment } = search;
  const reaches = (size: number): boolean =>
    alwaysValidPower(test, direction * size, nControl, nTreatment) >= power;
  const { control, treatment } = test.variances(0);
  // Small steps, so that the first crossing is met: the variance of a rate changes with the effect.
  let high = Math.min(limit, Math.sqrt(control / nControl + treatment / nTreatment));
  while (!reaches(high)) {
    if (high >= limit) return null;
    high = Math.min(limit, high * 1.25);
  }
  return threshold(reaches, 0, high);
}

/** Halves the bracket to the last bit: `low` does not reach, `high` does, and what is returned does. */
function threshold(reaches: (x: number) => boolean, low: number, high: number): number {
  let below = low;
  let above = high;
  for (;;) {
    const middle = (below + above) / 2;
    if (middle <= below || middle >= above) return above;
    if (reaches(middle)) above = middle;
    else below = middle;
  }
}
