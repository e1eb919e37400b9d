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
  parseInstant,
  statusAt,
  toBasisPoints,
  Transition,
} from '@app/model';
import { Conflict, Database, ExperimentsStore, KeyTaken, ListPage, Transaction } from '@app/store';
import { asksNothingNew, EntriesService } from './entries.service';
import { checkDates, checkPlan, coverage, inconsistent, toNewExperiment } from './experiment.draft';
import { CreateExperiment, OpenEpoch } from './experiments.schema';
import { SelectionsService } from './selections.service';

/** Their number bounds what a list, a cache and a reconciliation have to look at. */
const MOST_EXPERIMENTS = 10_000;
const ATTEMPTS = 4;

/** What a change made of an experiment; it may have been so before. */
export interface Outcome {
  experiment: Experiment;
  isChanged: boolean;
}

interface Move {
  transition: Transition;
  to: ExperimentStatus;
  winner: string | null;
}

interface NewEpoch {
  number: number;
  coverageBp: number;
  variants: { id: string; weightBp: number }[];
}

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

  list(page: ListPage, now: Date): Promise<Experiment[]> {
    return this.experiments.list(page, now);
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
   * Moves an experiment along draft -> running <-> paused -> completed -> archived. A winner can also be declared after the end, once.
   * @returns the experiment, and whether anything is other than before
   * @throws AssayError not_found, invalid_experiment, invalid_transition with `allowed_transitions`
   */
  transition(idOrKey: string, transition: Transition, winner: string | null = null): Promise<Outcome> {
    return this.insist(async () => {
      const experiment = await this.get(idOrKey);
      const from = statusAt(experiment, instantOfDate(new Date()));
      const isDeclaration = transition === 'complete' && from === 'completed' && winner !== null;
      const to = isDeclaration ? from : nextStatus(from, transition);
      if (to === null) throw invalidTransition(from, transition);
      if (winner !== null && !experiment.variants.some((variant) => variant.key === winner)) {
        throw inconsistent([
          { pointer: '/winner', code: 'unknown_variant', message: 'No variant has this key.' },
        ]);
      }
      if (isDeclaration && experiment.winner !== null) {
        if (experiment.winner === winner) return { experiment, isChanged: false };
        throw otherWinner(experiment.winner);
      }
      const changed = await this.experiments.change(experiment.id, experiment.version, (tx) =>
        this.move(tx, experiment, { transition, to, winner }),
      );
      return changed ? { experiment: await this.get(experiment.id), isChanged: true } : null;
    });
  }

  private async move(
    tx: Transaction,
    experiment: Experiment,
    { transition, to, winner }: Move,
  ): Promise<void> {
    const now = await this.experiments.clock(tx);
    if (transition === 'start') {
      const [at, { endsAt }] = [new Date(now), experiment];
      const faults = [...checkDates(null, endsAt, at), ...checkPlan(experiment, null, at)];
      if (faults.length > 0) throw inconsistent(faults);
    }
    // What the clock has already done is written down with it; what it was going to do comes too late.
    const startedAt =
      experiment.startedAt ?? (experiment.status === 'draft' ? earlier(experiment.startsAt, now) : now);
    const endedAt = ['completed', 'archived'].includes(to) ? earlier(experiment.endsAt, now) : undefined;
    await this.experiments.setStatus(tx, experiment.id, { status: to, startedAt, endedAt, winner });
    if (transition === 'start') await this.experiments.seal(tx, experiment.id);
    if (to === 'completed' && experiment.endedAt === null && endedAt === now)
      await this.experiments.refoldSince(tx, experiment.id, now);
  }

  /**
   * Opens an epoch: new users are split anew, and others may enter; nobody who has a variant moves or leaves. None when all of it is so
   * already: an epoch is a period in which it stays the same, and a request that is sent again must not cut it in two.
   * @returns the experiment, and whether an epoch was opened
   */
  openEpoch(idOrKey: string, input: OpenEpoch): Promise<Outcome> {
    return this.insist(async () => {
      const experiment = await this.get(idOrKey);
      const status = statusAt(experiment, instantOfDate(new Date()));
      if (status !== 'running' && status !== 'paused') throw invalidTransition(status, 'epochs');
      const epoch = nextEpoch(experiment, input);
      if (isInForce(experiment, epoch) && asksNothingNew(input, experiment))
        return { experiment, isChanged: false };
      const changed = await this.experiments.change(experiment.id, experiment.version, async (tx) => {
        const entry = await this.entries.grow(tx, experiment.id, input, experiment);
        await this.experiments.setEntry(tx, experiment.id, entry);
        await this.experiments.openEpoch(tx, experiment.id, epoch);
      });
      return changed ? { experiment: await this.get(experiment.id), isChanged: true } : null;
    });
  }

  /**
   * Decides anew while others change the experiment between the decision and the change: that it is another version does not say that the
   * decision is another. The first loser holds the locks of `change`, so in a unit of work the second attempt is the last.
   * @param attempt answers null when it came too late
   */
  async insist<T>(attempt: () => Promise<T | null>): Promise<T> {
    for (let left = ATTEMPTS; left > 0; left--) {
      const outcome = await attempt();
      if (outcome !== null) return outcome;
    }
    throw new Conflict('others change the experiment all the time');
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
  const article = from === 'archived' ? 'An' : 'A';
  return new AssayError('invalid_transition', `${article} ${from} experiment does not allow: ${what}.`, {
    members: { allowed_transitions: allowedTransitions(from) },
  });
}

function otherWinner(winner: string): AssayError {
  return new AssayError('invalid_transition', `The winner is ${winner} already, and stays it.`, {
    members: { allowed_transitions: allowedTransitions('completed') },
  });
}

/** @throws AssayError invalid_experiment when it does not say an allocation of all variants */
function nextEpoch(experiment: Experiment, input: OpenEpoch): NewEpoch {
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
  const variants = input.variants.map((variant) => ({
    id: ids.get(variant.key) as string,
    weightBp: toBasisPoints(variant.allocation_pct) as number,
  }));
  return { number: experiment.epochs.length + 1, coverageBp, variants };
}

function isInForce({ epochs, arms }: Experiment, { coverageBp, variants }: NewEpoch): boolean {
  const current = epochs[epochs.length - 1];
  const weights = new Map(
    arms.filter(({ epoch }) => epoch === current.number).map((arm) => [arm.variantId, arm.weightBp]),
  );
  return current.coverageBp === coverageBp && variants.every((one) => weights.get(one.id) === one.weightBp);
}

function earlier(planned: string | null, now: string): string {
  return planned !== null && (parseInstant(planned) ?? Infinity) < (parseInstant(now) ?? 0) ? planned : now;
}
