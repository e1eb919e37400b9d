import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { invalid, notFound } from '@app/model';
import { EventQueue } from '@app/queue';
import { Reader } from '@app/store';
import { csvName, csvOf } from './csv';
import { MaterialService } from './material.service';
import type { ReportOptions } from './context';
import { report } from './report';
import { ResultsAnswer, ResultsQuery, Table } from './results.schema';
import { MIN_SAMPLE_SIZE } from './verdict';

export interface Results {
  answer: ResultsAnswer;
  /** Strong: the version of the totals, and a hash of the very answer. */
  etag: string;
}

export interface CsvResults {
  text: string;
  fileName: string;
  etag: string;
}

@Injectable()
export class ResultsService {
  constructor(
    private readonly reader: Reader,
    private readonly material: MaterialService,
    private readonly queue: EventQueue,
  ) {}

  /** @throws AssayError not_found, invalid_request */
  async read(idOrKey: string, query: ResultsQuery): Promise<Results> {
    const options = optionsOf(query, new Date(), await this.queueLag());
    const experiment = await this.reader.experiments.find(idOrKey);
    if (experiment === null) throw notFound('experiment', idOrKey);
    const extras = { novelty: query.novelty ?? false, breakdown: query.breakdown ?? null };
    const answer = report(experiment, await this.material.read(experiment, options, extras), options);
    return { answer, etag: etagOf(answer, JSON.stringify(answer)) };
  }

  /** One table of the same answer. The series is read by the day unless the query says by the hour. */
  async readCsv(idOrKey: string, query: ResultsQuery): Promise<CsvResults> {
    const table = query.table ?? 'variants';
    if (table === 'breakdown' && query.breakdown === undefined) {
      throw invalid('/breakdown', 'required', 'table=breakdown needs the attribute to break down by.');
    }
    const { answer } = await this.read(idOrKey, withSeries(query, table));
    const text = csvOf(table, answer);
    return { text, fileName: csvName(answer.experiment.key, table), etag: etagOf(answer, text) };
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

/** @throws AssayError invalid_request for parameters that contradict each other */
function optionsOf(query: ResultsQuery, now: Date, queueLagMs: number | null): ReportOptions {
  const range = { start: query.start_date ?? null, end: query.end_date ?? null };
  if (range.start !== null && range.end !== null && range.start >= range.end) {
    const message = 'end_date must be later than start_date; it is the day after the last one.';
    throw invalid('/end_date', 'out_of_range', message);
  }
  if (query.metric !== undefined && query.event_type !== undefined && query.metric !== query.event_type) {
    throw invalid('/event_type', 'contradiction', 'metric and event_type mean the same; give one of them.');
  }
  return {
    range,
    metric: query.metric ?? query.event_type ?? null,
    granularity: query.granularity ?? 'total',
    view: query.view ?? 'full',
    confidenceLevel: query.confidence_level ?? 0.95,
    minSampleSize: query.min_sample_size ?? MIN_SAMPLE_SIZE,
    includeIntervals: query.include_ci ?? true,
    explain: query.explain === 'sql',
    now,
    queueLagMs,
  };
}

function withSeries(query: ResultsQuery, table: Table): ResultsQuery {
  if (table !== 'timeseries' || query.granularity === 'hour') return query;
  return { ...query, granularity: 'day' };
}

function etagOf({ freshness }: ResultsAnswer, body: string): string {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 16);
  return `"${freshness.totals_version}-${hash}"`;
}
