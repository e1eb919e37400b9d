import { AnalysisMode, Experiment, ExperimentStatus, SelectedMetric, Variant } from '@app/model';

/** An experiment without what other tables hold. */
export type ExperimentRow = Omit<Experiment, 'variants' | 'epochs' | 'arms'>;

/** A variant as it is configured, before it has arms. */
export interface VariantDraft extends Variant {
  weightBp: number;
}

export type NewExperiment = Omit<
  ExperimentRow,
  'startedAt' | 'endedAt' | 'winner' | 'preregistration' | 'version' | 'createdAt' | 'updatedAt'
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
