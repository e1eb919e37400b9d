import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import {
  allowedTransitions,
  AssayError,
  checkVariants,
  Experiment,
  ExperimentStatus,
  FieldError,
  instantOfDate,
  invalid,
  isStorableJson,
  nextStatus,
  notFound,
  parseInstant,
  statusAt,
  toBasisPoints,
  Transition,
  VariantShare,
} from '@app/model';
import { Database, ExperimentsStore, KeyTaken, ListPage, NewExperiment, VariantDraft } from '@app/store';
import { CreateExperiment, OpenEpoch } from './experiments.schema';

const MAX_CONFIG_BYTES = 65_536;

@Injectable()
export class ExperimentsService {
  constructor(
    private readonly db: Database,
    private readonly experiments: ExperimentsStore,
  ) {}

  /** @throws AssayError not_found */
  async get(idOrKey: string): Promise<Experiment> {
    const experiment = await this.experiments.find(idOrKey);
    if (experiment === null) throw notFound('experiment', idOrKey);
    return experiment;
  }

  list(page: ListPage): Promise<Experiment[]> {
    return this.experiments.list(page);
  }

  /** @throws AssayError invalid_experiment, key_taken */
  async create(input: CreateExperiment): Promise<Experiment> {
    const experiment = toNewExperiment(input);
    await this.requireTimezone(experiment.timezone);
    try {
      await this.db.transaction((tx) => this.experiments.insert(tx, experiment));
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      throw new AssayError(
        'key_taken',
        `An experiment with the key ${JSON.stringify(input.key)} exists already.`,
        {
          errors: [{ pointer: '/key', code: 'key_taken', message: 'Is used by another experiment.' }],
        },
      );
    }
    return this.get(experiment.id);
  }

  /**
   * Moves an experiment along draft -> running <-> paused -> completed -> archived.
   * @throws AssayError not_found, invalid_transition with `allowed_transitions`
   */
  async transition(
    idOrKey: string,
    transition: Transition,
    winner: string | null = null,
  ): Promise<Experiment> {
    const experiment = await this.get(idOrKey);
    const now = new Date();
    const from = statusAt(experiment, instantOfDate(now));
    const to = nextStatus(from, transition);
    if (to === null) throw invalidTransition(from, transition);
    if (winner !== null && !experiment.variants.some((variant) => variant.key === winner)) {
      throw inconsistent([
        { pointer: '/winner', code: 'unknown_variant', message: 'No variant has this key.' },
      ]);
    }
    const changed = await this.experiments.change(experiment.id, experiment.version, async (tx) => {
      const nowText = await this.experiments.clock(tx);
      // What the clock has already done is written down with it.
      const startedAt =
        experiment.startedAt ?? (experiment.status === 'draft' ? experiment.startsAt : null) ?? nowText;
      const endedAt =
        to === 'completed' ? nowText : to === 'archived' ? (experiment.endsAt ?? undefined) : undefined;
      await this.experiments.setStatus(tx, experiment.id, { status: to, startedAt, endedAt, winner });
      if (to === 'completed') await this.experiments.refoldSince(tx, experiment.id, nowText);
    });
    if (!changed) throw invalidTransition((await this.get(experiment.id)).status, transition);
    return this.get(experiment.id);
  }

  /** Opens an epoch: new users are split anew, nobody who has a variant moves. */
  async openEpoch(idOrKey: string, input: OpenEpoch): Promise<Experiment> {
    const experiment = await this.get(idOrKey);
    const status = statusAt(experiment, instantOfDate(new Date()));
    if (status !== 'running' && status !== 'paused') throw invalidTransition(status, 'epochs');
    const errors = checkVariants(input.variants);
    const ids = new Map(experiment.variants.map((variant) => [variant.key, variant.id]));
    input.variants.forEach((variant, index) => {
      if (!ids.has(variant.key)) {
        errors.push({
          pointer: `/variants/${index}/key`,
          code: 'unknown_variant',
          message: 'No variant has this key.',
        });
      }
    });
    for (const key of ids.keys()) {
      if (!input.variants.some((variant) => variant.key === key)) {
        errors.push({
          pointer: '/variants',
          code: 'missing_variant',
          message: `The variant ${key} needs an allocation.`,
        });
      }
    }
    const coverageBp = coverage(input.coverage_pct, errors);
    if (errors.length > 0) throw inconsistent(errors);
    const changed = await this.experiments.change(experiment.id, experiment.version, (tx) =>
      this.experiments.openEpoch(tx, experiment.id, {
        number: experiment.epochs.length + 1,
        coverageBp,
        variants: input.variants.map((variant) => ({
          id: ids.get(variant.key) as string,
          weightBp: toBasisPoints(variant.allocation_pct) as number,
        })),
      }),
    );
    if (!changed)
      throw new AssayError('precondition_failed', 'The experiment changed meanwhile; read it again.');
    return this.get(experiment.id);
  }

  /** @throws AssayError invalid_experiment when the database does not know the time zone */
  async requireTimezone(name: string): Promise<void> {
    if (await this.experiments.knowsTimezone(name)) return;
    throw inconsistent([
      {
        pointer: '/timezone',
        code: 'unknown_timezone',
        message: 'The database does not know this time zone.',
      },
    ]);
  }

  /** @throws AssayError not_found, invalid_transition when it is no draft */
  async delete(idOrKey: string): Promise<void> {
    const experiment = await this.get(idOrKey);
    if (!(await this.experiments.deleteDraft(experiment.id)))
      throw invalidTransition(statusAt(experiment, instantOfDate(new Date())), 'delete');
  }
}

export function inconsistent(errors: FieldError[]): AssayError {
  return new AssayError('invalid_experiment', errors[0]?.message ?? 'The experiment is not consistent.', {
    errors,
  });
}

export function invalidTransition(from: ExperimentStatus, what: string): AssayError {
  return new AssayError('invalid_transition', `A ${from} experiment does not allow: ${what}.`, {
    members: { allowed_transitions: allowedTransitions(from) },
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

function toNewExperiment(input: CreateExperiment): NewExperiment {
  checkConfigs(input.variants);
  const errors = [
    ...checkVariants(input.variants),
    ...checkDates(input.starts_at ?? null, input.ends_at ?? null, new Date()),
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
    primaryMetric: input.primary_metric ?? null,
    metrics: input.metrics ?? [],
    hashAlgorithm: input.hash?.algorithm ?? 'fnv1a',
    hashSeed: input.hash?.seed ?? id,
    startsAt: input.starts_at ?? null,
    endsAt: input.ends_at ?? null,
    coverageBp,
    variants: toVariants(input.variants),
  };
}
