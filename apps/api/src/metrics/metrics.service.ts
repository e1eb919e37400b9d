import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AssayError, invalid, Metric, MetricDefinition, notFound } from '@app/model';
import {
  Database,
  JobsStore,
  KeyTaken,
  MeasuresStore,
  MetricPage,
  MetricsStore,
  MetricUser,
} from '@app/store';
import { JobSignals } from '../http/job-signals';
import { readDefinition } from './definition.schema';
import { CreateMetric, PatchMetric } from './metrics.schema';

export interface PatchedMetric {
  before: Metric;
  metric: Metric;
  recomputing: { experiment_id: string; job_id: string }[];
}

@Injectable()
export class MetricsService {
  constructor(
    private readonly db: Database,
    private readonly metrics: MetricsStore,
    private readonly measures: MeasuresStore,
    private readonly jobs: JobsStore,
    private readonly signals: JobSignals,
  ) {}

  /** @throws AssayError not_found */
  async get(idOrKey: string): Promise<Metric> {
    const metric = await this.metrics.find(idOrKey);
    if (metric === null) throw notFound('metric', idOrKey);
    return metric;
  }

  list(page: MetricPage): Promise<Metric[]> {
    return this.metrics.list(page);
  }

  /** @throws AssayError invalid_request, invalid_metric, key_taken */
  async create(input: CreateMetric): Promise<Metric> {
    const { key, name = key, description = null, direction = 'increase' } = input;
    const definition = readDefinition(input.definition);
    try {
      return await this.metrics.insert({ id: uuidv7(), key, name, description, direction, definition });
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      throw new AssayError('key_taken', `A metric with the key ${JSON.stringify(key)} exists already.`, {
        errors: [{ pointer: '/key', code: 'key_taken', message: 'Is used by another metric.' }],
      });
    }
  }

  /**
   * Changes a metric wherever it is selected. Where that needs numbers which are not kept, a recompute is opened with the change.
   * @param ifMatch the ETag the caller read; null means whatever is there
   */
  async patch(idOrKey: string, input: PatchMetric, ifMatch: string | undefined): Promise<PatchedMetric> {
    const before = await this.get(idOrKey);
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etagOf(before)) throw changedMeanwhile();
    const definition = input.definition === undefined ? undefined : readDefinition(input.definition);
    checkKind(before.definition, definition);
    if (Object.keys(input).length === 0) return { before, metric: before, recomputing: [] };
    const { name, description, direction } = input;
    const expected = ifMatch === undefined || ifMatch === '*' ? null : before.updated_at;
    const patched = await this.db.transaction(async (tx): Promise<PatchedMetric> => {
      const metric = await this.metrics.update(tx, before.id, expected, {
        name,
        description,
        direction,
        definition,
      });
      if (metric === null) throw expected === null ? notFound('metric', idOrKey) : changedMeanwhile();
      const users = (await this.metrics.usedBy(metric.id, tx)).filter(isOpen);
      const stale = await this.measures.reactivate(tx, users.map(({ id }) => id)); // prettier-ignore
      const recomputing: PatchedMetric['recomputing'] = [];
      for (const experiment_id of stale) {
        const job = await this.jobs.openIn(tx, 'recompute', experiment_id);
        recomputing.push({ experiment_id, job_id: job.id });
      }
      return { before, metric, recomputing };
    });
    for (const { job_id } of patched.recomputing) await this.signals.send('recompute', job_id);
    return patched;
  }

  /** @throws AssayError not_found, metric_in_use */
  async delete(idOrKey: string): Promise<Metric> {
    const metric = await this.get(idOrKey);
    const { id } = metric;
    await this.db.transaction(async (tx) => {
      if (!(await this.metrics.delete(tx, id))) throw notFound('metric', idOrKey);
      // After the row is locked: whoever has selected it meanwhile is seen here.
      const experiments = (await this.metrics.usedBy(id, tx)).filter(isOpen);
      if (experiments.length === 0) return;
      throw new AssayError(
        'metric_in_use',
        `${experiments.length} experiments select the metric; take it out of them first.`,
        {
          members: { experiments },
        },
      );
    });
    return metric;
  }
}

/** Strong: every change has another time. */
export function etagOf(metric: Metric): string {
  return `"${metric.version}-${metric.updated_at}"`;
}

/** Those that have ended keep the definition they have. */
function isOpen({ status }: MetricUser): boolean {
  return status === 'draft' || status === 'running' || status === 'paused';
}

function checkKind(before: MetricDefinition, now: MetricDefinition | undefined): void {
  if (now === undefined || now.kind === before.kind) return;
  const message = `Is ${before.kind} and stays so; declare another metric instead.`;
  throw invalid('/definition/kind', 'frozen', message);
}

function changedMeanwhile(): AssayError {
  return new AssayError(
    'precondition_failed',
    'The metric is no longer the one that you read; read it again.',
  );
}
