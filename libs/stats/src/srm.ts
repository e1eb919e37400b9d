import { chiSquareSf } from './chi-square';
import { requireCount } from './domain';
import type { Reason } from './reason';

/** Sample ratio mismatch of one allocation. */
export interface SrmTest {
  chiSquare: number | null;
  /** Arms with weight, less one. */
  df: number | null;
  pValue: number | null;
  /** Users to expect in each arm; null for an arm without weight. */
  expected: (number | null)[];
  /** Users found in arms without weight: a data fault of its own, outside the test. */
  leaked: number;
  /** pValue < threshold, 0.001 unless told; false when there is no p. */
  mismatch: boolean;
  /** `no_users`, or `insufficient_data` with fewer than two arms that have weight. */
  reason: Reason | null;
}

/** The same over several allocations; `users` counts the users in arms with weight. */
export interface SrmAcrossEpochs {
  chiSquare: number | null;
  df: number | null;
  pValue: number | null;
  users: number;
  leaked: number;
  reason: Reason | null;
}

/** Assigned users of one arm within one epoch, and its weight in any unit. */
export interface SrmArm {
  users: number;
  weight: number;
}

/** Under `MINIMUM_USERS` (as PostHog) the p is shown but not judged. */
export type SrmStatus = 'ok' | 'warning' | 'mismatch' | 'insufficient';

const MINIMUM_USERS = 100;

/**
 * Pearson's chi-square of distinct assigned users against the configured weights, which need not add up to 1.
 * Fabijan et al. 2019 (KDD), "Diagnosing sample ratio mismatch". Arms without weight are left out of the total,
 * the statistic and its degrees of freedom.
 */
export function srmChiSquare(input: { users: number[]; weights: number[]; threshold?: number }): SrmTest {
  const { users, weights, threshold = 0.001 } = input;
  if (users.length !== weights.length) throw new RangeError('users and weights differ in length');
  const arms = users.map((count, i) => ({ users: count, weight: weights[i] }));
  const epoch = pearson(arms);
  const pValue = epoch.df > 0 && epoch.users > 0 ? chiSquareSf(epoch.chiSquare, epoch.df) : null;
  return {
    chiSquare: pValue === null ? null : epoch.chiSquare,
    df: pValue === null ? null : epoch.df,
    pValue,
    expected: epoch.expected,
    leaked: epoch.leaked,
    mismatch: pValue !== null && pValue < threshold,
    reason: pValue === null ? missing(epoch.users) : null,
  };
}

/**
 * One test over epochs of constant weights, for experiments whose weights changed: the statistics and their
 * degrees of freedom add up because the epochs hold different users (independent chi-squares). An epoch without users or
 * with one arm adds nothing.
 */
export function srmAcrossEpochs(epochs: readonly (readonly SrmArm[])[]): SrmAcrossEpochs {
  const tests = epochs.map(pearson);
  const users = tests.reduce((total, test) => total + test.users, 0);
  const leaked = tests.reduce((total, test) => total + test.leaked, 0);
  const counted = tests.filter((test) => test.users > 0 && test.df > 0);
  if (counted.length === 0) {
    return { chiSquare: null, df: null, pValue: null, users, leaked, reason: missing(users) };
  }
  const chiSquare = counted.reduce((total, test) => total + test.chiSquare, 0);
  const df = counted.reduce((total, test) => total + test.df, 0);
  return { chiSquare, df, pValue: chiSquareSf(chiSquare, df), users, leaked, reason: null };
}

/**
 * Positions of the arms without weight that have users all the same. No chance does that: it is a fault of
 * assignment or import whatever the p-value says, and the place to look for it.
 */
export function leakedArms(arms: readonly SrmArm[]): number[] {
  return arms.flatMap(({ users, weight }, position) => (weight === 0 && users > 0 ? [position] : []));
}

/** Verdict on an SRM p-value: mismatch below 0.001 (GrowthBook, Eppo), warning below 0.01 (Statsig). */
export function srmStatus(pValue: number | null, totalUsers: number): SrmStatus {
  if (pValue === null || totalUsers < MINIMUM_USERS) return 'insufficient';
  if (pValue < 0.001) return 'mismatch';
  return pValue < 0.01 ? 'warning' : 'ok';
}

function pearson(arms: readonly SrmArm[]) {
  let users = 0;
  let weight = 0;
  let leaked = 0;
  let df = -1;
  for (const arm of arms) {
    requireCount(arm.users, 'users');
    if (!(arm.weight >= 0 && arm.weight < Infinity)) throw new RangeError(`weight below 0: ${arm.weight}`);
    if (arm.weight === 0) {
      leaked += arm.users;
      continue;
    }
    users += arm.users;
    weight += arm.weight;
    df += 1;
  }
  const expected = arms.map((arm) => (arm.weight === 0 ? null : users * (arm.weight / weight)));
  let chiSquare = 0;
  arms.forEach((arm, i) => {
    const awaited = expected[i];
    if (awaited) chiSquare += (arm.users - awaited) ** 2 / awaited;
  });
  return { users, leaked, df, chiSquare, expected };
}

function missing(users: number): Reason {
  return users === 0 ? 'no_users' : 'insufficient_data';
}
