import { Injectable } from '@nestjs/common';
import {
  allowedTransitions,
  AssayError,
  checkVariants,
  Experiment,
  ExperimentStatus,
  instantOfDate,
  nextStatus,
  notFound,
  statusAt,
  toBasisPoints,
  Transition,
} from '@app/model';
import { Database, ExperimentsStore, KeyTaken, ListPage, Transaction } from '@app/store';
import { EntriesService } from './entries.service';
import { checkPlan, coverage, inconsistent, toNewExperiment } from './experiment.draft';
import { CreateExperiment, OpenEpoch } from './experiments.schema';
import { SelectionsService } from './selections.service';

/** Their number bounds what a list, a cache and a reconciliation have to look at. */
const MOST_EXPERIMENTS = 10_000;

@Injectable()
export class ExperimentsService {
  constructor(
    private readonly db: Database,
    private readonly experiments: ExperimentsStore,
    private readonly selections: SelectionsService,
    private readonly entries: EntriesService,
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

  /** @throws AssayError invalid_experiment, key_taken, quota_exceeded */
  async create(input: CreateExperiment): Promise<Experiment> {
    const experiment = toNewExperiment(input);
    await this.requireTimezone(experiment.timezone);
    try {
      await this.db.transaction(async (tx) => {
        await this.requireRoom(tx);
        const selection = await this.selections.resolve(tx, input);
        const entry = await this.entries.resolve(tx, experiment.id, input, experiment);
        await this.experiments.insert(tx, { ...experiment, ...selection, ...entry });
        await this.selections.activate(tx, experiment.id);
        if (experiment.status === 'running') await this.experiments.seal(tx, experiment.id);
      });
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
    const faults = transition === 'start' ? checkPlan(experiment, null, now) : [];
    if (faults.length > 0) throw inconsistent(faults);
    const changed = await this.experiments.change(experiment.id, experiment.version, async (tx) => {
      const nowText = await this.experiments.clock(tx);
      // What the clock has already done is written down with it.
      const startedAt =
        experiment.startedAt ?? (experiment.status === 'draft' ? experiment.startsAt : null) ?? nowText;
      const endedAt =
        to === 'completed' ? nowText : to === 'archived' ? (experiment.endsAt ?? undefined) : undefined;
      await this.experiments.setStatus(tx, experiment.id, { status: to, startedAt, endedAt, winner });
      if (transition === 'start') await this.experiments.seal(tx, experiment.id);
      if (to === 'completed') await this.experiments.refoldSince(tx, experiment.id, nowText);
    });
    if (!changed) throw invalidTransition((await this.get(experiment.id)).status, transition);
    return this.get(experiment.id);
  }

  /** Opens an epoch: new users are split anew, and others may enter; nobody who has a variant moves or leaves. */
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
    const changed = await this.experiments.change(experiment.id, experiment.version, async (tx) => {
      const entry = await this.entries.grow(tx, experiment.id, input, experiment);
      await this.experiments.setEntry(tx, experiment.id, entry);
      await this.experiments.openEpoch(tx, experiment.id, {
        number: experiment.epochs.length + 1,
        coverageBp,
        variants: input.variants.map((variant) => ({
          id: ids.get(variant.key) as string,
          weightBp: toBasisPoints(variant.allocation_pct) as number,
        })),
      });
    });
    if (!changed)
      throw new AssayError('precondition_failed', 'The experiment changed meanwhile; read it again.');
    return this.get(experiment.id);
  }

  private async requireRoom(tx: Transaction): Promise<void> {
    if ((await this.experiments.count(tx)) < MOST_EXPERIMENTS) return;
    throw new AssayError(
      'quota_exceeded',
      `There are ${MOST_EXPERIMENTS} experiments, as many as there may be.`,
    );
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
  async delete(idOrKey: string): Promise<Experiment> {
    const experiment = await this.get(idOrKey);
    if (!(await this.experiments.deleteDraft(experiment.id)))
      throw invalidTransition(statusAt(experiment, instantOfDate(new Date())), 'delete');
    return experiment;
  }
}

export function invalidTransition(from: ExperimentStatus, what: string): AssayError {
  return new AssayError('invalid_transition', `A ${from} experiment does not allow: ${what}.`, {
    members: { allowed_transitions: allowedTransitions(from) },
  });
}
