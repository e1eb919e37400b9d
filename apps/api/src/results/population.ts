import { BUCKETS, rangesOf } from '@app/bucketing';
import { Epoch, Experiment, intendedWeights } from '@app/model';
import { leakedArms, runningMinimum, sequentialSrm, srmAcrossEpochs, srmStatus } from '@app/stats';
import type { Totals } from '@app/store';
import type { Population } from './results.schema';

// Pure: who is counted, who is not, and whether the split is the one that was configured, epoch by epoch.

interface EpochArm {
  id: number;
  variant: string;
  weight: number;
  users: number;
}

interface EpochUsers {
  epoch: number;
  openedAt: string;
  arms: EpochArm[];
  /** Log of the Bayes factor against the configured split, day by day. */
  evidence: number[];
}

export function populationOf(experiment: Experiment, totals: Pick<Totals, 'users' | 'excluded'>): Population {
  const days = [...new Set(totals.users.map(({ day }) => day))].sort();
  const epochs = epochsOf(experiment, totals, days);
  const zero = Object.fromEntries(experiment.variants.map(({ key }) => [key, 0]));
  const byVariant = { ...zero };
  const expected = { ...zero };
  for (const { arms } of epochs) {
    const shares = expectedOf(arms);
    arms.forEach((arm, index) => {
      byVariant[arm.variant] += arm.users;
      expected[arm.variant] += shares[index] ?? 0;
    });
  }
  const users = Object.values(byVariant).reduce((sum, count) => sum + count, 0);
  const srm = srmAcrossEpochs(epochs.map(({ arms }) => arms));
  const together = days.map((_, day) => epochs.reduce((sum, { evidence }) => sum + evidence[day], 0));
  const leaked = epochs.flatMap(({ arms }) => leakedArms(arms).map((index) => arms[index].variant));
  return {
    users,
    by_variant: byVariant,
    excluded: excludedOf(experiment, totals),
    srm: {
      p_value: srm.pValue,
      sequential_p_value: srm.pValue === null ? null : lastP(together),
      status: srmStatus(srm.pValue, users),
      expected,
      reason: srm.reason,
      epochs: epochs.map(epochAnswer),
      leaked: [...new Set(leaked)],
    },
  };
}

function epochsOf(experiment: Experiment, { users }: Pick<Totals, 'users'>, days: string[]): EpochUsers[] {
  const keyOf = new Map(experiment.variants.map((variant) => [variant.id, variant.key]));
  const usersOf = new Map<number, Map<string, number>>();
  for (const row of users) {
    const own = usersOf.get(row.arm_id) ?? new Map<string, number>();
    usersOf.set(row.arm_id, own.set(row.day, (own.get(row.day) ?? 0) + row.users));
  }
  return experiment.epochs.map((epoch) => {
    const { number, openedAt } = epoch;
    const own = experiment.arms.filter((arm) => arm.epoch === number);
    const weights = splitOf(
      epoch,
      own.map((arm) => arm.weightBp),
    );
    const cumulative = own.map((arm) => runningSums(days.map((day) => usersOf.get(arm.id)?.get(day) ?? 0)));
    const arms = own.map((arm, index) => ({
      id: arm.id,
      variant: keyOf.get(arm.variantId) as string,
      weight: weights[index],
      users: cumulative[index].at(-1) ?? 0,
    }));
    const looks = days.map((_, day) => cumulative.map((sums) => sums[day]));
    return { epoch: number, openedAt, arms, evidence: evidenceOf(looks, weights) };
  });
}

/**
 * The split that the hash makes of an epoch. Below full coverage it is that of the buckets which each arm owns, and those are whole: of
 * 0.1 % at 95:5 they are 10 and 1. At full coverage it is what the allocation means. Without coverage the hash takes in nobody, so that all
 * users were imported.
 */
function splitOf({ coverageBp }: Epoch, weightsBp: number[]): number[] {
  if (coverageBp === 0 || coverageBp === BUCKETS) return intendedWeights(weightsBp);
  return rangesOf(weightsBp, coverageBp).map(({ from, to }) => to - from);
}

/** An epoch with a single share says nothing about the split. */
function evidenceOf(looks: number[][], weights: number[]): number[] {
  if (weights.filter((weight) => weight > 0).length < 2) return looks.map(() => 0);
  return sequentialSrm({ cumulativeUsers: looks, weights }).logBayesFactor;
}

/** 1 over the Bayes factor of independent epochs, whose product is one again; once small it stays small. */
function lastP(evidence: number[]): number | null {
  return runningMinimum(evidence.map((log) => Math.min(1, Math.exp(-log)))).at(-1) ?? null;
}

function epochAnswer({ epoch, openedAt, arms, evidence }: EpochUsers): Population['srm']['epochs'][number] {
  const { pValue } = srmAcrossEpochs([arms]);
  const users = arms.reduce((sum, arm) => sum + arm.users, 0);
  const expected = expectedOf(arms);
  return {
    epoch,
    opened_at: openedAt,
    users,
    by_variant: Object.fromEntries(arms.map((arm) => [arm.variant, arm.users])),
    expected: Object.fromEntries(arms.map((arm, index) => [arm.variant, expected[index]])),
    p_value: pValue,
    sequential_p_value: pValue === null ? null : lastP(evidence),
    status: srmStatus(pValue, users),
  };
}

/** Users to expect of each arm among those in arms with a share. */
function expectedOf(arms: readonly EpochArm[]): (number | null)[] {
  const counted = arms.filter(({ weight }) => weight > 0);
  const users = counted.reduce((sum, arm) => sum + arm.users, 0);
  const whole = counted.reduce((sum, arm) => sum + arm.weight, 0);
  return arms.map(({ weight }) => (weight === 0 ? null : (users * weight) / whole));
}

function excludedOf(experiment: Experiment, { excluded }: Pick<Totals, 'excluded'>): Population['excluded'] {
  const byVariant = experiment.variants.map(({ id, key }) => {
    const row = excluded.find(({ variant_id }) => variant_id === id);
    return [key, { contaminated: row?.contaminated ?? 0, overridden: row?.overridden ?? 0 }] as const;
  });
  const sum = (name: 'contaminated' | 'overridden'): number =>
    byVariant.reduce((all, [, row]) => all + row[name], 0);
  return {
    contaminated: sum('contaminated'),
    overridden: sum('overridden'),
    by_variant: Object.fromEntries(byVariant),
  };
}

function runningSums(counts: number[]): number[] {
  let sum = 0;
  return counts.map((count) => (sum += count));
}
