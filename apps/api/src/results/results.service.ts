import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { invalid, notFound } from '@app/model';
import { type Env, NaturalBatch } from '@app/platform';
import { EventQueue } from '@app/queue';
import { Reader, ResultsState } from '@app/store';
import { ENV } from '../injected';
import type { Asked } from './context';
import { csvName, csvOf } from './csv';
import { Extras, MaterialService } from './material.service';
import { isStale, report } from './report';
import { Made, ResultsCache } from './results-cache';
import { ResultsAnswer, ResultsQuery, Table } from './results.schema';
import { MIN_SAMPLE_SIZE } from './verdict';

/** The characters of all answers that are kept. */
const MOST_KEPT = 32_000_000;
/** Experiments whose states one statement reads. */
const MOST_STATES = 1_000;

export interface Results {
  /** Strong: the version of the totals, and a hash of the very answer. */
  etag: string;
  /** Made when it is needed: a client that has it already does not. */
  text: () => string;
  /** Of a table. */
  fileName: string | null;
}

/** An answer but for how far the queue is behind, which every request asks anew. */
interface Sheet {
  etag: string;
  /** null: a table, which says nothing of it. */
  freshness: ResultsAnswer['freshness'] | null;
  /** The rest of the JSON, without its first brace; or the table. */
  body: string;
  fileName: string | null;
}

/** What is asked for, in one way of saying it. */
interface Question extends Asked, Extras {
  /** null: all of it, as JSON. */
  table: Table | null;
}

@Injectable()
export class ResultsService {
  private readonly cache: ResultsCache<Sheet>;
  /** A statement takes all that have come before it began: whoever asks learns of every commit that came before. */
  private readonly states: NaturalBatch<string, ResultsState[]>;
  private asking: Promise<number | null> | undefined;

  constructor(
    reader: Reader,
    private readonly material: MaterialService,
    private readonly queue: EventQueue,
    @Inject(ENV) env: Env,
  ) {
    this.cache = new ResultsCache(env.RESULTS_CACHE_TTL * 1_000, {
      most: MOST_KEPT,
      weightOf: ({ body }) => body.length,
    });
    this.states = new NaturalBatch((words) => reader.totals.states([...new Set(words)]), MOST_STATES);
  }

  /**
   * @param table one table of the answer, as CSV
   * @throws AssayError not_found, invalid_request
   */
  async read(idOrKey: string, query: ResultsQuery, table: Table | null): Promise<Results> {
    const question = questionOf(query, table);
    const now = new Date();
    const [lagMs, states] = await Promise.all([this.queueLag(), this.states.add(idOrKey)]);
    const found = states.find(({ id, key }) => id === idOrKey.toLowerCase() || key === idOrKey);
    if (found === undefined) throw notFound('experiment', idOrKey);
    const name = JSON.stringify([found.id, question, lagTold(lagMs)]);
    const sheet = await this.cache.get(name, { state: found.state, at: now }, () =>
      this.make(found.id, question, { now, queueLagMs: lagMs }),
    );
    return finished(sheet, lagMs);
  }

  private async make(
    id: string,
    question: Question,
    moment: { now: Date; queueLagMs: number | null },
  ): Promise<Made<Sheet>> {
    const options = { ...question, ...moment };
    const { experiment, state, material } = await this.material.read(id, options, question);
    const answer = report(experiment, material, options);
    return { experiment, state, answer: sheetOf(answer, question.table) };
  }

  /** Results do not depend on the queue; without an answer they only cannot say how fresh they are. */
  private queueLag(): Promise<number | null> {
    this.asking ??= this.queue
      .state()
      .then(
        ({ lagMs }) => lagMs,
        () => null,
      )
      .finally(() => (this.asking = undefined));
    return this.asking;
  }
}

/** What a warning says of the queue; most of the time nothing. */
function lagTold(lagMs: number | null): string {
  if (lagMs === null) return 'unknown';
  return isStale(lagMs) ? `${Math.round(lagMs / 1000)} s` : '';
}

/** @throws AssayError invalid_request for parameters that contradict each other */
function questionOf(query: ResultsQuery, table: Table | null): Question {
  const range = { start: query.start_date ?? null, end: query.end_date ?? null };
  if (range.start !== null && range.end !== null && range.start >= range.end) {
    const message = 'end_date must be later than start_date; it is the day after the last one.';
    throw invalid('/end_date', 'out_of_range', message);
  }
  if (query.metric !== undefined && query.event_type !== undefined && query.metric !== query.event_type) {
    throw invalid('/event_type', 'contradiction', 'metric and event_type mean the same; give one of them.');
  }
  if (table === 'breakdown' && query.breakdown === undefined) {
    throw invalid('/breakdown', 'required', 'table=breakdown needs the attribute to break down by.');
  }
  return {
    range,
    metric: query.metric ?? query.event_type ?? null,
    granularity: granularityOf(query, table),
    view: query.view ?? 'full',
    confidenceLevel: query.confidence_level ?? 0.95,
    minSampleSize: query.min_sample_size ?? MIN_SAMPLE_SIZE,
    includeIntervals: query.include_ci ?? true,
    explain: query.explain === 'sql',
    novelty: query.novelty ?? false,
    breakdown: query.breakdown ?? null,
    table,
  };
}

/** A table of the series is one by the day unless the query says by the hour. */
function granularityOf({ granularity = 'total' }: ResultsQuery, table: Table | null): Asked['granularity'] {
  return table === 'timeseries' && granularity !== 'hour' ? 'day' : granularity;
}

function sheetOf(answer: ResultsAnswer, table: Table | null): Sheet {
  const { freshness, ...rest } = answer;
  const body = table === null ? JSON.stringify(rest).slice(1) : csvOf(table, answer);
  const said = table === null ? JSON.stringify({ ...freshness, queue_lag_ms: null }) : '';
  const hash = createHash('sha256').update(said).update(body).digest('base64url').slice(0, 16);
  return {
    etag: `${freshness.totals_version}-${hash}`,
    freshness: table === null ? freshness : null,
    body,
    fileName: table === null ? null : csvName(answer.experiment.key, table),
  };
}

function finished({ etag, freshness, body, fileName }: Sheet, lagMs: number | null): Results {
  if (freshness === null) return { etag: `"${etag}"`, text: () => body, fileName };
  return {
    etag: `"${etag}-${lagMs ?? 'unknown'}"`,
    text: () => `{"freshness":${JSON.stringify({ ...freshness, queue_lag_ms: lagMs })},${body}`,
    fileName,
  };
}
