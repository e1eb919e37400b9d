import { AnalysisMode, Entry, Experiment, ExperimentStatus, SelectedMetric, Variant } from '@app/model';

/** An experiment without what other tables hold. */
export type ExperimentRow = Omit<Experiment, 'variants' | 'epochs' | 'arms'>;

/** A variant as it is configured, before it has arms. */
export interface VariantDraft extends Variant {
  weightBp: number;
}

export type NewExperiment = Omit<
  ExperimentRow,
  'startedAt' | 'endedAt' | 'pauses' | 'winner' | 'preregistration' | 'version' | 'createdAt' | 'updatedAt'
> & {
  coverageBp: number;
  variants: VariantDraft[];
};

/** Columns that a PATCH may change; what is absent stays. */
export interface ExperimentChange {
  name?: string;
  description?: string | null;
  hypothesis?: string | null;
  timezone?: string;
  analysisPopulation?: string;
  primaryMetric?: string | null;
  metrics?: SelectedMetric[];
  analysisMode?: AnalysisMode;
  plannedUsers?: number | null;
  horizonAt?: string | null;
  startsAt?: string | null;
  endsAt?: string | null;
}

export interface ListPage {
  limit: number;
  status: ExperimentStatus | null;
  q: string | null;
  sort: 'created_at' | '-created_at';
  after: { createdAt: string; id: string } | null;
}

/** As the columns targeting, layer_id, layer_from_bp, layer_to_bp and is_subject_to_holdout have it. */
export function entryColumns({ targeting, layer, holdout }: Entry): unknown[] {
  const condition = targeting === null ? null : JSON.stringify(targeting);
  return [condition, layer?.id ?? null, layer?.fromBp ?? null, layer?.toBp ?? null, holdout];
}
