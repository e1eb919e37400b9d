import { FieldError } from './errors';
import { parseInstant } from './instant';
import type { Direction, MetricRole, SelectedMetric } from './metric';
import type { Targeting } from './targeting';

export const STATUSES = ['draft', 'running', 'paused', 'completed', 'archived'] as const;
export type ExperimentStatus = (typeof STATUSES)[number];

export const POPULATIONS = ['assigned', 'exposed'] as const;
export type AnalysisPopulation = (typeof POPULATIONS)[number];

/** `sequential`: a verdict may be read at any time. `fixed`: only at the horizon that was planned. */
export const ANALYSIS_MODES = ['sequential', 'fixed'] as const;
export type AnalysisMode = (typeof ANALYSIS_MODES)[number];

export type Transition = 'start' | 'pause' | 'resume' | 'complete' | 'archive';

const TRANSITIONS: Record<Transition, { from: ExperimentStatus[]; to: ExperimentStatus }> = {
  start: { from: ['draft'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  complete: { from: ['running', 'paused'], to: 'completed' },
  archive: { from: ['completed'], to: 'archived' },
};

/** Shares are whole basis points: 10,000 is everything. */
export const WHOLE_BP = 10_000;
export const MAX_VARIANTS = 20;

export interface Variant {
  id: string;
  key: string;
  name: string;
  isControl: boolean;
  config: unknown;
}

/** A variant within one epoch: the integer key of every aggregate row. */
export interface Arm {
  id: number;
  epoch: number;
  variantId: string;
  weightBp: number;
}

export interface Epoch {
  number: number;
  coverageBp: number;
  openedAt: string;
}

/** A slot of a layer: users whose bucket by the layer's seed lies in [fromBp, toBp). Slots of experiments that run do not overlap. */
export interface LayerSlot {
  id: string;
  key: string;
  seed: string;
  fromBp: number;
  toBp: number;
}

/** Users whose bucket by this seed lies in [0, shareBp) enter no experiment that is subject to it. */
export interface Holdout {
  shareBp: number;
  seed: string;
}

export interface SealedMetric {
  key: string;
  metric_id: string | null;
  /** null for an event type. */
  version: number | null;
  direction: Direction;
}

/** A time in which it took no new users; `to` is null while it lasts. */
export interface Pause {
  from: string;
  to: string | null;
}

/** What was planned when the experiment started. It never changes; what differs from it later is labelled. */
export interface Preregistration {
  sealed_at: string;
  primary: SealedMetric | null;
  /** All of them, the primary one included. */
  metrics: (SealedMetric & { role: MetricRole })[];
  analysis_mode: AnalysisMode;
  planned_users: number | null;
  horizon_at: string | null;
  hypothesis: string | null;
}

export interface Experiment {
  id: string;
  key: string;
  name: string;
  description: string | null;
  hypothesis: string | null;
  status: ExperimentStatus;
  timezone: string;
  analysisPopulation: AnalysisPopulation;
  /** Key of the one among `metrics` whose role is `primary`. */
  primaryMetric: string | null;
  /** What the experiment asks for; the primary one included. */
  metrics: SelectedMetric[];
  analysisMode: AnalysisMode;
  /** All arms together. */
  plannedUsers: number | null;
  horizonAt: string | null;
  /** null before the start, and in experiments that started before there was one. */
  preregistration: Preregistration | null;
  hashAlgorithm: 'fnv1a' | 'murmur3';
  hashSeed: string;
  /** Who may enter; null: everybody. */
  targeting: Targeting | null;
  layer: LayerSlot | null;
  /** Whether the global holdout keeps users out of it. */
  holdout: boolean;
  startsAt: string | null;
  endsAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
  /** Oldest first. */
  pauses: Pause[];
  winner: string | null;
  version: number;
  createdAt: string;
  updatedAt: string;
  /** In the order they were declared, which is the order of their bucket ranges. */
  variants: Variant[];
  /** Oldest first; the last one takes new users. */
  epochs: Epoch[];
  arms: Arm[];
}

/** What decides who may enter an experiment, besides its status and its traffic. */
export type Entry = Pick<Experiment, 'targeting' | 'layer' | 'holdout'>;

export function nextStatus(from: ExperimentStatus, transition: Transition): ExperimentStatus | null {
  const rule = TRANSITIONS[transition];
  return rule.from.includes(from) ? rule.to : null;
}

export function allowedTransitions(from: ExperimentStatus): Transition[] {
  return (Object.keys(TRANSITIONS) as Transition[]).filter((name) => TRANSITIONS[name].from.includes(from));
}

/**
 * The status in force at an instant: `starts_at` and `ends_at` take effect then, not when a scheduled job gets to it.
 * A draft without `starts_at` waits for a start by hand.
 */
export function statusAt(
  experiment: Pick<Experiment, 'status' | 'startsAt' | 'endsAt'>,
  nowUs: number,
): ExperimentStatus {
  const { status, startsAt, endsAt } = experiment;
  const begun = startsAt !== null && (parseInstant(startsAt) ?? Infinity) <= nowUs;
  const over = endsAt !== null && (parseInstant(endsAt) ?? Infinity) <= nowUs;
  const live: ExperimentStatus = status === 'draft' && begun ? 'running' : status;
  return over && (live === 'running' || live === 'paused') ? 'completed' : live;
}

/** The status that was in force at an instant of the past, whatever has become of the experiment since. `completed`: it was over. */
export function statusWas(
  experiment: Pick<Experiment, 'status' | 'startsAt' | 'startedAt' | 'endsAt' | 'endedAt' | 'pauses'>,
  atUs: number,
): Exclude<ExperimentStatus, 'archived'> {
  const { status, startsAt, startedAt, pauses } = experiment;
  const begun = startedAt ?? (status === 'draft' ? startsAt : null);
  const us = (at: string | null): number => parseInstant(at ?? '') ?? Infinity;
  if (atUs < us(begun)) return 'draft';
  if (atUs >= us(endOf(experiment))) return 'completed';
  return pauses.some(({ from, to }) => us(from) <= atUs && atUs < us(to)) ? 'paused' : 'running';
}

/** The epoch that was open at an instant; the first one for everything before it. */
export function epochAt({ epochs }: Pick<Experiment, 'epochs'>, atUs: number): Epoch {
  return epochs.findLast(({ openedAt }) => (parseInstant(openedAt) ?? 0) <= atUs) ?? epochs[0];
}

/** The instant from which events no longer count: the earlier of the planned and the actual end. */
export function endOf(experiment: Pick<Experiment, 'endsAt' | 'endedAt'>): string | null {
  const ends = [experiment.endsAt, experiment.endedAt].filter((at): at is string => at !== null);
  return ends.sort((a, b) => (parseInstant(a) ?? 0) - (parseInstant(b) ?? 0))[0] ?? null;
}

/**
 * The split that an allocation means. Basis points cannot say a third; 3333, 3333 and 3334 are an equal split with the remainder put
 * somewhere, and are read as one. What that bends is far below what a test of the split can see: a noncentrality of 2e-8 per user
 * for thirds. It is not the split of a small coverage, whose buckets are few.
 * @returns weights in proportion, in the order given
 */
export function intendedWeights(weightsBp: readonly number[]): number[] {
  const isEqualSplit = Math.max(...weightsBp) - Math.min(...weightsBp) <= 1;
  return isEqualSplit ? weightsBp.map(() => 1) : [...weightsBp];
}

export interface VariantShare {
  key: string;
  allocation_pct: number;
  is_control?: boolean;
}

/** Turns a percentage with at most two decimals into basis points; null when it has more or lies outside 0..100. */
export function toBasisPoints(pct: number): number | null {
  const bp = Math.round(pct * 100);
  return Math.abs(bp - pct * 100) < 1e-9 && bp >= 0 && bp <= WHOLE_BP ? bp : null;
}

/** Checks what no schema can: unique keys, shares that add up to exactly 100, exactly one control. */
export function checkVariants(variants: VariantShare[]): FieldError[] {
  const errors: FieldError[] = [];
  const keys = new Map<string, number>();
  variants.forEach((variant, index) => {
    const twin = keys.get(variant.key.toLowerCase());
    if (twin !== undefined)
      errors.push(at(index, 'key', 'duplicate', `The key is already used by variant ${twin}.`));
    keys.set(variant.key.toLowerCase(), index);
    if (toBasisPoints(variant.allocation_pct) === null) {
      errors.push(
        at(index, 'allocation_pct', 'invalid_allocation', 'Must be 0 to 100 with at most two decimals.'),
      );
    }
  });
  const sum = variants.reduce((total, variant) => total + (toBasisPoints(variant.allocation_pct) ?? 0), 0);
  if (errors.length === 0 && sum !== WHOLE_BP) {
    const message = `The allocations add up to ${sum / 100}, not to exactly 100.`;
    errors.push({ pointer: '/variants', code: 'allocations_not_100', message });
  }
  if (variants.filter((variant) => variant.is_control === true).length > 1) {
    errors.push({
      pointer: '/variants',
      code: 'several_controls',
      message: 'Only one variant may be the control.',
    });
  }
  return errors;
}

function at(index: number, field: string, code: string, message: string): FieldError {
  return { pointer: `/variants/${index}/${field}`, code, message };
}

export function isTimezone(name: string): boolean {
  try {
    // A region, because offsets have no rules, and PostgreSQL reads short names such as CET as an offset without summer time.
    return (
      (name === 'UTC' || name.includes('/')) &&
      new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false;
  }
}
