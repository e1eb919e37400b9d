import { Experiment, groupBy, MetricDefinition } from '@app/model';
import { addExact, momentsFromSums, Sample } from '@app/stats';
import type { Totals } from '@app/store';
import { capsOf, capValue, Weighted, weightedMoments } from './caps';
import type { AskedMetric } from './catalogue';

// Pure: totals of arms in, sums over users out, of one metric per variant and epoch. Everything after this computes across users.

/** Sums over a group of users. Those of different users add up. Decimal texts are exact. */
export interface UserSums {
  users: number;
  conversions: number;
  /** null where they are not kept: retention and funnels. */
  events: number | null;
  valueSum: string;
  valueSquares: string;
  /** Of a ratio; the numerator is in `valueSum` and `valueSquares`. */
  denominator: { sum: string; squares: string; product: string } | null;
  /** Of a funnel: users per step. */
  steps: number[] | null;
  covariate: { sum: string; squares: string; product: string } | null;
  /** Of a capped metric: the users' capped totals, zeros included. */
  capped: { values: Weighted[]; usersCapped: number } | null;
}

export interface VariantSums {
  key: string;
  isControl: boolean;
  epochs: { epoch: number; sums: UserSums }[];
  all: UserSums;
}

export interface MetricSums {
  metric: AskedMetric;
  variants: VariantSums[];
  caps: { lower: number | null; upper: number | null } | null;
}

/** Rows per arm, of a whole experiment or of one segment. */
export type ArmRows = Pick<Totals, 'users' | 'measures' | 'cross' | 'spans' | 'covariates'>;

/** What decides which users have had the time a retention metric needs. */
export interface RetentionFrame {
  start: string | null;
  maturedBefore: string;
}

/** How many users have which total, by arm; users without events are not in it. */
export type Distribution = readonly { arm_id: number; total: string; users: number }[];

export interface SumsInput {
  rows: ArmRows;
  frame: RetentionFrame;
  /** Of capped metrics, by key. */
  distributions?: ReadonlyMap<string, Distribution>;
}

export function sumsOf(experiment: Experiment, metric: AskedMetric, input: SumsInput): MetricSums {
  const rows = byArm(input.rows);
  const plain = new Map(
    experiment.arms.map(({ id }) => [id, sumsOfArm(metric, rows.get(id) ?? NO_ROWS, input.frame)]),
  );
  const { perArm, caps } = capped(metric, plain, input.distributions?.get(metric.key));
  const variants = experiment.variants.map((variant): VariantSums => {
    const epochs = experiment.arms
      .filter((arm) => arm.variantId === variant.id)
      .map((arm) => ({ epoch: arm.epoch, sums: perArm.get(arm.id) as UserSums }));
    const all = epochs.map(({ sums }) => sums).reduce(addSums, emptySums(metric));
    return { key: variant.key, isControl: variant.isControl, epochs, all };
  });
  return { metric, variants, caps };
}

const NO_ROWS: ArmRows = { users: [], measures: [], cross: [], spans: [], covariates: [] };

const known = new WeakMap<ArmRows, Map<number, ArmRows>>();

/** The same rows, arm by arm; every metric asks for them. */
export function byArm(rows: ArmRows): Map<number, ArmRows> {
  const found = known.get(rows) ?? grouped(rows);
  known.set(rows, found);
  return found;
}

function grouped(rows: ArmRows): Map<number, ArmRows> {
  const names = ['users', 'measures', 'cross', 'spans', 'covariates'] as const;
  const result = new Map<number, ArmRows>();
  for (const name of names) {
    for (const [arm, own] of groupBy<number, { arm_id: number }>(rows[name], (row) => row.arm_id)) {
      result.set(arm, { ...(result.get(arm) ?? NO_ROWS), [name]: own });
    }
  }
  return result;
}

function sumsOfArm(metric: AskedMetric, rows: ArmRows, frame: RetentionFrame): UserSums {
  const [first, second] = metric.measureIds;
  const users = usersOf(metric.definition, rows.users, frame);
  if (metric.kind === 'funnel' || metric.kind === 'retention') {
    const steps = metric.measureIds.map((id) =>
      rows.spans.reduce((sum, row) => sum + (row.measure_id === id ? row.users : 0), 0),
    );
    const empty = emptySums(metric);
    return {
      ...empty,
      users,
      conversions: steps.at(-1) ?? 0,
      steps: empty.steps === null ? null : pad(steps, empty.steps.length),
    };
  }
  const own = rows.measures.filter((row) => row.measure_id === first);
  const other = rows.measures.filter((row) => row.measure_id === second);
  const cross = rows.cross.filter((row) => row.numerator_id === first && row.denominator_id === second);
  const covariates = rows.covariates.filter((row) => row.measure_id === first);
  return {
    ...emptySums(metric),
    users,
    conversions: own.reduce((sum, row) => sum + row.converters, 0),
    events: own.reduce((sum, row) => sum + row.events, 0),
    valueSum: addAll(own.map((row) => row.value_sum)),
    valueSquares: addAll(own.map((row) => row.value_squares)),
    denominator:
      metric.kind === 'ratio'
        ? {
            sum: addAll(other.map((row) => row.value_sum)),
            squares: addAll(other.map((row) => row.value_squares)),
            product: addAll(cross.map((row) => row.product)),
          }
        : null,
    covariate: hasCovariate(metric.definition)
      ? {
          sum: addAll(covariates.map((row) => row.value_sum)),
          squares: addAll(covariates.map((row) => row.value_squares)),
          product: addAll(covariates.map((row) => row.product)),
        }
      : null,
  };
}

/** Everybody anchored before the end of the range; for retention those whose whole window lies in the range and is over. */
function usersOf(
  definition: MetricDefinition | null,
  users: ArmRows['users'],
  frame: RetentionFrame,
): number {
  const counted =
    definition?.kind === 'retention' ? users.filter(({ day }) => hasMatured(day, definition, frame)) : users;
  return counted.reduce((sum, row) => sum + row.users, 0);
}

export function hasMatured(
  anchorDay: string,
  { from_day, to_day }: { from_day: number; to_day: number },
  { start, maturedBefore }: RetentionFrame,
): boolean {
  return (
    (start === null || addDays(anchorDay, from_day) >= start) && addDays(anchorDay, to_day) < maturedBefore
  );
}

const DAY_MS = 86_400_000;

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

export function hasCovariate(definition: MetricDefinition | null): boolean {
  if (definition?.kind !== 'count' && definition?.kind !== 'mean') return false;
  // The products of covariates are those of uncapped values.
  return definition.covariate_days !== undefined && definition.cap === undefined;
}

export function capOf(definition: MetricDefinition | null) {
  return definition?.kind === 'count' || definition?.kind === 'mean' ? (definition.cap ?? null) : null;
}

/** Replaces the values of users by their capped ones, with caps pooled over all arms. */
function capped(metric: AskedMetric, plain: Map<number, UserSums>, distribution: Distribution | undefined) {
  const cap = capOf(metric.definition);
  if (cap === null || distribution === undefined) return { perArm: plain, caps: null };
  const values = groupBy(distribution, (row) => row.arm_id);
  const valuesOf = new Map(
    [...plain].map(([arm, { users }]) => {
      const active = (values.get(arm) ?? []).map((row) => ({ value: Number(row.total), users: row.users }));
      const zeros = users - active.reduce((sum, row) => sum + row.users, 0);
      return [arm, zeros > 0 ? [...active, { value: 0, users: zeros }] : active];
    }),
  );
  const caps = capsOf(cap, [...valuesOf.values()].flat());
  const perArm = new Map(
    [...plain].map(([arm, sums]) => {
      const own = valuesOf.get(arm) as Weighted[];
      const changed = own.filter(({ value }) => capValue(value, caps) !== value);
      const capped = {
        values: own.map(({ value, users }) => ({ value: capValue(value, caps), users })),
        usersCapped: changed.reduce((sum, row) => sum + row.users, 0),
      };
      return [arm, { ...sums, capped }];
    }),
  );
  return { perArm, caps: { lower: caps.lowerCap, upper: caps.upperCap } };
}

/** Mean and variance of a value per user, after the cap when there is one. */
export function sampleOf(sums: UserSums): Sample {
  if (sums.capped !== null) return weightedMoments(sums.capped.values);
  return momentsFromSums({ n: sums.users, sum: sums.valueSum, sumSquares: sums.valueSquares });
}

export function emptySums({
  kind,
  definition,
  measureIds,
}: Pick<AskedMetric, 'kind' | 'definition' | 'measureIds'>): UserSums {
  const zeros = { sum: '0', squares: '0', product: '0' };
  const steps = definition?.kind === 'funnel' ? definition.steps.length : measureIds.length;
  return {
    users: 0,
    conversions: 0,
    events: kind === 'funnel' || kind === 'retention' ? null : 0,
    valueSum: '0',
    valueSquares: '0',
    denominator: kind === 'ratio' ? zeros : null,
    steps: kind === 'funnel' ? pad([], steps) : null,
    covariate: hasCovariate(definition) ? zeros : null,
    capped: null,
  };
}

export function addSums(a: UserSums, b: UserSums): UserSums {
  return {
    users: a.users + b.users,
    conversions: a.conversions + b.conversions,
    events: a.events === null || b.events === null ? null : a.events + b.events,
    valueSum: addExact(a.valueSum, b.valueSum),
    valueSquares: addExact(a.valueSquares, b.valueSquares),
    denominator: addProducts(a.denominator, b.denominator),
    steps:
      a.steps === null || b.steps === null
        ? null
        : a.steps.map((users, step) => users + (b.steps?.[step] ?? 0)),
    covariate: addProducts(a.covariate, b.covariate),
    capped: addCapped(a.capped, b.capped),
  };
}

function addProducts(a: UserSums['covariate'], b: UserSums['covariate']): UserSums['covariate'] {
  if (a === null || b === null) return null;
  return {
    sum: addExact(a.sum, b.sum),
    squares: addExact(a.squares, b.squares),
    product: addExact(a.product, b.product),
  };
}

function addCapped(a: UserSums['capped'], b: UserSums['capped']): UserSums['capped'] {
  if (a === null || b === null) return a ?? b;
  return { values: [...a.values, ...b.values], usersCapped: a.usersCapped + b.usersCapped };
}

function addAll(decimals: string[]): string {
  return decimals.reduce(addExact, '0');
}

function pad(steps: number[], length: number): number[] {
  return Array.from({ length }, (_, step) => steps[step] ?? 0);
}
