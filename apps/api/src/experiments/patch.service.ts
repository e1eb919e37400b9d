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
import { etagOf } from './experiment.answer';
import { PatchExperiment } from './experiments.schema';
import {
  checkConfigs,
  checkDates,
  coverage,
  ExperimentsService,
  inconsistent,
  toVariants,
} from './experiments.service';

/** What decides who counts and when; after the start it stays. */
const FROZEN = ['timezone', 'analysis_population', 'starts_at', 'coverage_pct'] as const;

@Injectable()
export class PatchService {
  constructor(
    private readonly experiments: ExperimentsStore,
    private readonly service: ExperimentsService,
  ) {}

  /**
   * Changes an experiment. What has not begun may change freely; later only what cannot touch the counts, and the end.
   * @param ifMatch the ETag the caller read; needed once the experiment has started
   */
  async patch(idOrKey: string, input: PatchExperiment, ifMatch: string | undefined): Promise<Experiment> {
    const experiment = await this.service.get(idOrKey);
    const now = new Date();
    const isDraft = statusAt(experiment, instantOfDate(now)) === 'draft';
    checkPrecondition(experiment, isDraft, ifMatch, now);
    if (Object.keys(input).length === 0) return experiment;
    if (!isDraft) checkFrozen(experiment, input);
    checkConfigs(input.variants ?? []);
    if (input.starts_at !== undefined || input.ends_at !== undefined) {
      const { starts_at = experiment.startsAt, ends_at = experiment.endsAt } = input;
      const dates = checkDates(starts_at, ends_at, now);
      if (dates.length > 0) throw inconsistent(dates);
    }
    if (input.timezone !== undefined) await this.service.requireTimezone(input.timezone);
    const changed = await this.experiments.change(experiment.id, experiment.version, async (tx) => {
      await this.experiments.update(tx, experiment.id, toChange(input));
      await (isDraft ? this.patchDraft(tx, experiment, input) : this.patchStarted(tx, experiment, input));
    });
    if (!changed)
      throw new AssayError('precondition_failed', 'The experiment changed meanwhile; read it again.');
    return this.service.get(experiment.id);
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
    message:
      name === 'coverage_pct'
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
    primaryMetric: input.primary_metric,
    metrics: input.metrics,
    startsAt: input.starts_at,
    endsAt: input.ends_at,
  };
}
