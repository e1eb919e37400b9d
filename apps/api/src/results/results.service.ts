import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { invalid, notFound } from '@app/model';
import { EventQueue } from '@app/queue';
import { ExperimentsStore, TotalsStore } from '@app/store';
import { report } from './report';
import { ResultsAnswer, ResultsQuery } from './results.schema';

export interface Results {
  answer: ResultsAnswer;
  /** Strong: the version of the totals, and a hash of the very answer. */
  etag: string;
}

@Injectable()
export class ResultsService {
  constructor(
    private readonly experiments: ExperimentsStore,
    private readonly totals: TotalsStore,
    private readonly queue: EventQueue,
  ) {}

  /** @throws AssayError not_found, invalid_request */
  async read(idOrKey: string, query: ResultsQuery): Promise<Results> {
    const range = { start: query.start_date ?? null, end: query.end_date ?? null };
    if (range.start !== null && range.end !== null && range.start >= range.end) {
      throw invalid(
        '/end_date',
        'out_of_range',
        'end_date must be later than start_date; it is the day after the last one.',
      );
    }
    if (query.metric !== undefined && query.event_type !== undefined && query.metric !== query.event_type) {
      throw invalid('/event_type', 'contradiction', 'metric and event_type mean the same; give one of them.');
    }
    const experiment = await this.experiments.find(idOrKey);
    if (experiment === null) throw notFound('experiment', idOrKey);
    const metric = query.metric ?? query.event_type ?? null;
    const totals = await this.totals.read(experiment.id, range, metric === null ? null : [metric]);
    const answer = report(experiment, totals, {
      range,
      metric,
      daily: query.granularity === 'day',
      confidenceLevel: query.confidence_level ?? 0.95,
      now: new Date(),
      queueLagMs: await this.queueLag(),
    });
    const hash = createHash('sha256').update(JSON.stringify(answer)).digest('base64url').slice(0, 16);
    return { answer, etag: `"${answer.freshness.totals_version}-${hash}"` };
  }

  /** Results do not depend on the queue; without an answer they only cannot say how fresh they are. */
  private async queueLag(): Promise<number | null> {
    try {
      return (await this.queue.state()).lagMs;
    } catch {
      return null;
    }
  }
}
