// Comparisons over strata: groups of users within which the arms were drawn with constant weights, such as the
// epochs of an allocation. Law: arms are compared within a stratum only, and both arms get the same weights, so a
// change of allocation or of the base rate from stratum to stratum moves neither the effect nor its test.

/** The two arms of one stratum; strata hold different users. */
export interface Stratum<Arm> {
  control: Arm;
  treatment: Arm;
}

/** How many strata count, and how many had too few users in an arm for that. */
export interface Stratified {
  used: number;
  dropped: number;
}

/** A stratum that counts; the weights of all of them add up to 1. */
export interface WeighedStratum<Arm> extends Stratum<Arm> {
  weight: number;
}

/**
 * Strata weighed by n_c n_t/(n_c + n_t), the precision of a difference when users vary alike everywhere. Cochran
 * 1954, Biometrics 10:417; Mantel & Haenszel 1959. Strata with an arm below `minimumUsers` have weight 0.
 */
export function weighStrata<Arm>(
  strata: readonly Stratum<Arm>[],
  usersOf: (arm: Arm) => number,
  minimumUsers: number,
): Stratified & { kept: WeighedStratum<Arm>[] } {
  const enough = strata.filter(
    ({ control, treatment }) => Math.min(usersOf(control), usersOf(treatment)) >= minimumUsers,
  );
  const precision = ({ control, treatment }: Stratum<Arm>) =>
    usersOf(control) * (usersOf(treatment) / (usersOf(control) + usersOf(treatment)));
  const total = enough.reduce((sum, stratum) => sum + precision(stratum), 0);
  const kept = enough.map((stratum) => ({ ...stratum, weight: precision(stratum) / total }));
  return { kept, used: kept.length, dropped: strata.length - kept.length };
}

/**
 * As `weighStrata` for statistics that need a variance: strata with two users in each arm count. When there is none,
 * those with one do, so that the means at least are known.
 */
export function weighForVariance<Arm>(strata: readonly Stratum<Arm>[], usersOf: (arm: Arm) => number) {
  const weighed = weighStrata(strata, usersOf, 2);
  return weighed.used > 0 ? weighed : weighStrata(strata, usersOf, 1);
}

/** Sum of weight times value. */
export function standardise<Arm>(
  kept: readonly WeighedStratum<Arm>[],
  valueOf: (stratum: WeighedStratum<Arm>) => number,
): number {
  return kept.reduce((sum, stratum) => sum + stratum.weight * valueOf(stratum), 0);
}
