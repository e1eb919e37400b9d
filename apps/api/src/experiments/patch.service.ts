import { Injectable } from '@nestjs/common';
import {
  AssayError,
  checkVariants,
  endOf,
  Experiment,
  FieldError,
  instantOfDate,
  parseInstant,
  statusAt,
  VariantShare,
} from '@app/model';
import { ExperimentChange, ExperimentsStore, Transaction } from '@app/store';
import { EntriesService } from './entries.service';
import { etagOf } from './experiment.answer';
import { checkConfigs, checkDates, checkPlan, coverage, inconsistent, toVariants } from './experiment.draft';
import { PatchExperiment } from './experiments.schema';
import { ExperimentsService } from './experiments.service';
import { checkChoices } from './selection';
import { SelectionsService } from './selections.service';

/** What a new epoch may change. */
const IN_EPOCHS = ['coverage_pct', 'targeting', 'layer', 'holdout'] as const;
/** What decides who counts, and when there is a verdict; after the start it stays. */
const FROZEN = [
  'timezone',
  'analysis_population',
  'starts_at',
  ...IN_EPOCHS,
  'analysis_mode',
  'planned_users',
  'horizon_at',
] as const;

export interface Patched {
  before: Experiment;
  experiment: Experiment;
  /** The job that works the totals out anew, when the change makes one necessary. */
  recomputeJobId: string | null;
}

@Injectable()
export class PatchService {
  constructor(
    private readonly experiments: ExperimentsStore,
    private readonly service: ExperimentsService,
    private readonly selections: SelectionsService,
    private readonly entries: EntriesService,
  ) {}

  /**
   * Changes an experiment. What has not begun may change freely; later only what cannot touch the counts, and the end.
   * @param ifMatch the ETag the caller read; needed once the experiment has started
   */
  async patch(idOrKey: string, input: PatchExperiment, ifMatch: string | undefined): Promise<Patched> {
    const patched = await this.service.insist(() => this.attempt(idOrKey, input, ifMatch));
    if (patched.recomputeJobId !== null) await this.selections.send(patched.recomputeJobId);
    return patched;
  }

  /** @returns null when it was changed meanwhile; whether that matters, a look at what is there now tells */
  private async attempt(
    idOrKey: string,
    input: PatchExperiment,
    ifMatch: string | undefined,
  ): Promise<Patched | null> {
    const experiment = await this.service.get(idOrKey);
    const now = new Date();
    const isDraft = statusAt(experiment, instantOfDate(now)) === 'draft';
    checkPrecondition(experiment, isDraft, ifMatch, now);
    if (Object.keys(input).length === 0) return { before: experiment, experiment, recomputeJobId: null };
    if (!isDraft) checkFrozen(experiment, input);
    checkConsistency(experiment, input, isDraft, now);
    if (input.timezone !== undefined) await this.service.requireTimezone(input.timezone);
    let recomputeJobId: string | null = null;
    const changed = await this.experiments.change(experiment.id, experiment.version, async (tx) => {
      await this.experiments.update(tx, experiment.id, toChange(input));
      await this.patchEntry(tx, experiment, input);
      recomputeJobId = await this.patchMetrics(tx, experiment, input);
      await (isDraft ? this.patchDraft(tx, experiment, input) : this.patchStarted(tx, experiment, input));
    });
    if (!changed) return null;
    return { before: experiment, experiment: await this.service.get(experiment.id), recomputeJobId };
  }

  private async patchMetrics(
    tx: Transaction,
    experiment: Experiment,
    input: PatchExperiment,
  ): Promise<string | null> {
    if (input.metrics === undefined && input.primary_metric === undefined) return null;
    const selection = await this.selections.resolve(tx, input, experiment);
    await this.experiments.update(tx, experiment.id, selection);
    return this.selections.apply(tx, experiment.id);
  }

  private async patchEntry(tx: Transaction, experiment: Experiment, input: PatchExperiment): Promise<void> {
    // With another end the experiment must still have its slot for itself.
    if (!['targeting', 'layer', 'holdout', 'ends_at'].some((name) => name in input)) return;
    const entry = await this.entries.resolve(tx, experiment.id, input, experiment);
    await this.experiments.setEntry(tx, experiment.id, entry);
  }

  private async patchDraft(tx: Transaction, experiment: Experiment, input: PatchExperiment): Promise<void> {
    if (input.variants === undefined && input.coverage_pct === undefined) return;
    const errors: FieldError[] = [];
    const coverageBp = coverage(input.coverage_pct ?? experiment.epochs[0].coverageBp / 100, errors);
    const shares = input.variants ?? currentShares(experiment);
    const complete = shares.flatMap((share, index): VariantShare[] => {
      if (share.allocation_pct !== undefined) return [{ ...share, allocation_pct: share.allocation_pct }];
      errors.push({
        pointer: `/variants/${index}/allocation_pct`,
        code: 'required',
        message: 'Is required.',
      });
      return [];
    });
    errors.push(...checkVariants(complete));
    if (complete.length < 2)
      errors.push({ pointer: '/variants', code: 'too_few', message: 'At least two variants are needed.' });
    if (errors.length > 0) throw inconsistent(errors);
    await this.experiments.replaceVariants(tx, experiment.id, coverageBp, toVariants(complete));
  }

  private async patchStarted(tx: Transaction, experiment: Experiment, input: PatchExperiment): Promise<void> {
    for (const variant of input.variants ?? [])
      await this.experiments.describeVariant(tx, experiment.id, variant);
    if (input.ends_at === undefined) return;
    // Both ends lie ahead, so only events of clocks that run fast can change sides.
    const ends = [endOf(experiment), input.ends_at].filter((end): end is string => end !== null);
    const earliest = ends.sort((a, b) => (parseInstant(a) ?? 0) - (parseInstant(b) ?? 0))[0];
    if (earliest !== undefined) await this.experiments.refoldSince(tx, experiment.id, earliest);
  }
}

/** What the experiment would be after the change must make sense. @throws AssayError invalid_request, invalid_experiment */
function checkConsistency(experiment: Experiment, input: PatchExperiment, isDraft: boolean, now: Date): void {
  checkConfigs(input.variants ?? []);
  // One that has started before its planned start has no other.
  const { starts_at = isDraft ? experiment.startsAt : null, ends_at = experiment.endsAt } = input;
  const isRescheduled = input.starts_at !== undefined || input.ends_at !== undefined;
  const isReplanned = ['starts_at', 'analysis_mode', 'planned_users', 'horizon_at'].some(
    (name) => name in input,
  );
  const plan = {
    analysisMode: input.analysis_mode ?? experiment.analysisMode,
    plannedUsers: input.planned_users === undefined ? experiment.plannedUsers : input.planned_users,
    horizonAt: input.horizon_at === undefined ? experiment.horizonAt : input.horizon_at,
  };
  const errors = [
    ...(isRescheduled ? checkDates(starts_at, ends_at, now) : []),
    ...(isReplanned ? checkPlan(plan, starts_at, now) : []),
    ...checkChoices(input),
  ];
  if (errors.length > 0) throw inconsistent(errors);
}

function checkPrecondition(
  experiment: Experiment,
  isDraft: boolean,
  ifMatch: string | undefined,
  now: Date,
): void {
  if (ifMatch === undefined) {
    if (isDraft) return;
    throw new AssayError(
      'precondition_required',
      'Send If-Match with the ETag of the experiment that you read.',
    );
  }
  if (ifMatch !== '*' && ifMatch !== etagOf(experiment, now)) {
    throw new AssayError(
      'precondition_failed',
      'The experiment is no longer the one that you read; read it again.',
    );
  }
}

function checkFrozen(experiment: Experiment, input: PatchExperiment): void {
  const errors: FieldError[] = FROZEN.filter((name) => input[name] !== undefined).map((name) => ({
    pointer: `/${name}`,
    code: 'frozen',
    message: IN_EPOCHS.some((one) => one === name)
      ? 'Open a new epoch instead: POST /experiments/{id}/epochs.'
      : 'Can change in a draft only.',
  }));
  const end = endOf(experiment);
  if (input.ends_at !== undefined && end !== null && (parseInstant(end) ?? 0) <= instantOfDate(new Date())) {
    errors.push({ pointer: '/ends_at', code: 'frozen', message: 'The experiment has already ended.' });
  }
  input.variants?.forEach((variant, index) => {
    const known = experiment.variants.some((candidate) => candidate.key === variant.key);
    if (!known)
      errors.push({
        pointer: `/variants/${index}/key`,
        code: 'unknown_variant',
        message: 'No variant has this key.',
      });
    if (variant.allocation_pct !== undefined || variant.is_control !== undefined) {
      const message =
        'Only name and config can change; for allocations open a new epoch: POST /experiments/{id}/epochs.';
      errors.push({ pointer: `/variants/${index}`, code: 'frozen', message });
    }
  });
  if (errors.length > 0) throw new AssayError('experiment_frozen', errors[0].message, { errors });
}

function currentShares(experiment: Experiment): NonNullable<PatchExperiment['variants']> {
  return experiment.variants.map((variant) => ({
    key: variant.key,
    name: variant.name,
    is_control: variant.isControl,
    config: variant.config,
    allocation_pct: (experiment.arms.find((arm) => arm.variantId === variant.id)?.weightBp ?? 0) / 100,
  }));
}

function toChange(input: PatchExperiment): ExperimentChange {
  return {
    name: input.name,
    description: input.description,
    hypothesis: input.hypothesis,
    timezone: input.timezone,
    analysisPopulation: input.analysis_population,
    analysisMode: input.analysis_mode,
    plannedUsers: input.planned_users,
    horizonAt: input.horizon_at,
    startsAt: input.starts_at,
    endsAt: input.ends_at,
  };
}
