import { v7 as uuidv7 } from 'uuid';
import {
  AnalysisMode,
  AssayError,
  checkVariants,
  Entry,
  FieldError,
  instantOfDate,
  invalid,
  isStorableJson,
  parseInstant,
  toBasisPoints,
  VariantShare,
} from '@app/model';
import { NewExperiment, VariantDraft } from '@app/store';
import { CreateExperiment } from './experiments.schema';
import { checkChoices } from './selection';

// Pure: what a request says about an experiment, checked and in the words of the store.

const MAX_CONFIG_BYTES = 65_536;

/** Everybody in the traffic, but for the holdout. */
export const OPEN_ENTRY: Entry = { targeting: null, layer: null, holdout: true };

export function inconsistent(errors: FieldError[]): AssayError {
  return new AssayError('invalid_experiment', errors[0]?.message ?? 'The experiment is not consistent.', {
    errors,
  });
}

export function coverage(pct: number, errors: FieldError[]): number {
  const bp = toBasisPoints(pct);
  if (bp === null) {
    errors.push({
      pointer: '/coverage_pct',
      code: 'invalid_allocation',
      message: 'Must be 0 to 100 with at most two decimals.',
    });
  }
  return bp ?? 0;
}

/** Any JSON may be a config that PostgreSQL can store and hand out again. @throws AssayError invalid_request */
export function checkConfigs(variants: readonly { config?: unknown }[]): void {
  const index = variants.findIndex(
    ({ config = null }) =>
      !isStorableJson(config) || Buffer.byteLength(JSON.stringify(config)) > MAX_CONFIG_BYTES,
  );
  if (index === -1) return;
  const message = 'Must be at most 64 KB, nest at most 32 deep and hold no NUL and no lone surrogate.';
  throw invalid(`/variants/${index}/config`, 'invalid_config', message);
}

/** Gives variants their ids; the first is the control when none is marked. */
export function toVariants(shares: (VariantShare & { name?: string; config?: unknown })[]): VariantDraft[] {
  const marked = shares.some((share) => share.is_control === true);
  return shares.map((share, index) => ({
    id: uuidv7(),
    key: share.key,
    name: share.name ?? share.key,
    isControl: marked ? share.is_control === true : index === 0,
    config: share.config ?? null,
    weightBp: toBasisPoints(share.allocation_pct) ?? 0,
  }));
}

/** The dates of an experiment must make sense together, and its end must lie ahead. */
export function checkDates(startsAt: string | null, endsAt: string | null, now: Date): FieldError[] {
  const end = endsAt === null ? null : parseInstant(endsAt);
  if (end === null) return [];
  if (end <= instantOfDate(now))
    return [{ pointer: '/ends_at', code: 'in_the_past', message: 'Must lie in the future.' }];
  const start = startsAt === null ? null : parseInstant(startsAt);
  return start !== null && start >= end
    ? [{ pointer: '/ends_at', code: 'ends_before_start', message: 'Must be later than starts_at.' }]
    : [];
}

/** When the verdict of a fixed horizon is due must be known before the start, and lie ahead. */
export function checkPlan(
  plan: { analysisMode: AnalysisMode; plannedUsers: number | null; horizonAt: string | null },
  startsAt: string | null,
  now: Date,
): FieldError[] {
  const { analysisMode, plannedUsers, horizonAt } = plan;
  const horizon = horizonAt === null ? null : (parseInstant(horizonAt) ?? 0);
  if (analysisMode === 'fixed' && horizon === null && plannedUsers === null) {
    const message = 'The mode `fixed` needs horizon_at or planned_users.';
    return [{ pointer: '/analysis_mode', code: 'horizon_required', message }];
  }
  if (horizon === null) return [];
  if (horizon <= instantOfDate(now))
    return [{ pointer: '/horizon_at', code: 'in_the_past', message: 'Must lie in the future.' }];
  return startsAt !== null && (parseInstant(startsAt) ?? 0) >= horizon
    ? [{ pointer: '/horizon_at', code: 'ends_before_start', message: 'Must be later than starts_at.' }]
    : [];
}

/** Without its metrics and who may enter, which take a look at the store. @throws AssayError invalid_request, invalid_experiment */
export function toNewExperiment(input: CreateExperiment): NewExperiment {
  checkConfigs(input.variants);
  const plan = {
    analysisMode: input.analysis_mode ?? 'sequential',
    plannedUsers: input.planned_users ?? null,
    horizonAt: input.horizon_at ?? null,
  };
  const errors = [
    ...checkVariants(input.variants),
    ...checkDates(input.starts_at ?? null, input.ends_at ?? null, new Date()),
    ...checkPlan(plan, input.starts_at ?? null, new Date()),
    ...checkChoices(input),
  ];
  const coverageBp = coverage(input.coverage_pct ?? 100, errors);
  if (input.status === 'running' && input.starts_at !== undefined) {
    errors.push({
      pointer: '/starts_at',
      code: 'already_running',
      message: 'A start is planned for drafts only.',
    });
  }
  if (errors.length > 0) throw inconsistent(errors);
  const id = uuidv7();
  return {
    id,
    key: input.key,
    name: input.name,
    description: input.description ?? null,
    hypothesis: input.hypothesis ?? null,
    status: input.status ?? 'draft',
    timezone: input.timezone ?? 'UTC',
    analysisPopulation: input.analysis_population ?? 'assigned',
    primaryMetric: null,
    metrics: [],
    ...plan,
    hashAlgorithm: input.hash?.algorithm ?? 'fnv1a',
    hashSeed: input.hash?.seed ?? id,
    ...OPEN_ENTRY,
    startsAt: input.starts_at ?? null,
    endsAt: input.ends_at ?? null,
    coverageBp,
    variants: toVariants(input.variants),
  };
}
