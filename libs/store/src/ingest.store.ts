import { Injectable } from '@nestjs/common';
import { AcceptedEvent, EXPOSURE } from '@app/model';
import { addToLedger, Receipt } from './balance.store';
import { Conflict, Database, Transaction } from './database';
import { APPLY_DELTA } from './fold.sql';
import { columns, experimentsIn, FoldStore, Pair } from './fold.store';
import {
  ATTRIBUTE_DELTA,
  COVARIATE_PAIRS,
  EXPERIMENTS_OF_USERS,
  LATE_PAIRS,
  SETTLE_LETTERS,
  STORE_EVENTS,
} from './ingest.sql';
import { lockExperiments, lockPopulation, shareErasures, tryLockExperiments } from './locks';

export interface ReceivedEvent extends AcceptedEvent {
  received_at: string;
}

export interface IngestCounts {
  received: number;
  stored: number;
  duplicates: number;
  /** Of people who were erased after these events were received. */
  erased: number;
  /** Sum over experiments of the events that counted there. */
  counted: number;
}

interface StoredEvent {
  event_id: string;
  received_at: string;
  user_id: string;
  type: string;
  experiment_id: string | null;
}

type NewEvent = StoredEvent | { event_id: string; received_at: string; user_id: null };

/** What the events of a batch changed in one experiment. */
interface Attribution {
  experiment_id: string;
  counted: number;
  last_event_at: string;
  /** Users with an event that may lengthen a span. */
  span_users: string[] | null;
}

const ATTRIBUTE = `
  WITH ${ATTRIBUTE_DELTA}, ${APPLY_DELTA}
  SELECT experiment_id, count(DISTINCT event_id) AS counted, max(timestamp) AS last_event_at,
    array_agg(DISTINCT user_id) FILTER (WHERE fold <> 'days') AS span_users
  FROM attributed GROUP BY experiment_id`;

@Injectable()
export class IngestStore {
  private readonly knownTypes = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly folds: FoldStore,
  ) {}

  /** Stores a batch and updates every total it touches, in one transaction. Events already stored change nothing. */
  async ingest(batch: readonly ReceivedEvent[]): Promise<IngestCounts> {
    const events = [
      ...new Map(batch.toReversed().map((event) => [event.event_id, event])).values(),
    ].reverse();
    await this.learnTypes(events);
    return this.db.transaction(async (tx) => {
      await shareErasures(tx);
      const fresh = await tx.rows<NewEvent>(STORE_EVENTS, eventColumns(events));
      const stored = fresh.filter((event) => event.user_id !== null);
      const erased = fresh.filter((event) => event.user_id === null);
      await tx.rows(SETTLE_LETTERS, [events.map((event) => event.event_id)]);
      const counted = stored.length === 0 ? 0 : await this.fold(tx, stored);
      await addToLedger(tx, receipts(batch, stored, erased));
      return {
        received: batch.length,
        stored: stored.length,
        duplicates: batch.length - fresh.length,
        erased: erased.length,
        counted,
      };
    });
  }

  private async fold(tx: Transaction, stored: readonly StoredEvent[]): Promise<number> {
    const users = [...new Set(stored.map((event) => event.user_id))];
    const { snapshot, experiment_ids } = await this.experimentsOf(tx, users);
    await lockExperiments(tx, experiment_ids);

    const reanchored = await this.folds.settleExposures(tx, exposedPairs(stored, experiment_ids));
    const fresh = [
      [...new Set(stored.map((event) => event.received_at))],
      stored.map((event) => event.event_id),
      snapshot,
      ...columns(reanchored),
    ];
    const changes = await tx.rows<Attribution>(ATTRIBUTE, fresh);
    await this.folds.settleSpans(tx, spanPairs(changes));
    const earlier = await tx.rows<Pair>(COVARIATE_PAIRS, fresh);

    // From here until the commit nobody writes assignments, so what is late now is all there is.
    await lockPopulation(tx);
    const late = await tx.rows<Pair>(LATE_PAIRS, [snapshot, users]);
    if (!(await tryLockExperiments(tx, experimentsIn(late))))
      throw new Conflict('a late experiment is being folded');
    await this.folds.settleCovariates(tx, earlier);
    const versions = await this.folds.refold(tx, [...reanchored, ...late]);
    for (const { experiment_id } of earlier) versions.set(experiment_id, null);
    for (const { experiment_id, last_event_at } of changes) versions.set(experiment_id, last_event_at);
    await this.folds.bumpVersions(tx, versions);
    return changes.reduce((sum, change) => sum + change.counted, 0);
  }

  private async experimentsOf(
    tx: Transaction,
    users: string[],
  ): Promise<{ snapshot: string; experiment_ids: string[] }> {
    const row = await tx.row<{ snapshot: string; experiment_ids: string[] }>(EXPERIMENTS_OF_USERS, [users]);
    if (row === null) throw new Error('a SELECT without FROM gave no row');
    return row;
  }

  /** Every event type has a measure. Its row is made outside the transaction: two batches with a new type must not wait for each other. */
  private async learnTypes(events: readonly ReceivedEvent[]): Promise<void> {
    const types = [...new Set(events.map((event) => event.type))]
      .filter((type) => !this.knownTypes.has(type))
      .sort();
    if (types.length === 0) return;
    await this.db.rows(
      `WITH learnt AS (
         INSERT INTO measures (event_type) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING RETURNING id, event_type
       )
       INSERT INTO measure_types (event_type, measure_id) SELECT event_type, id FROM learnt`,
      [types],
    );
    for (const type of types) this.knownTypes.add(type);
  }
}

/** By time of receipt: every event delivered is a duplicate, until it is found among the new ones. */
function receipts(
  batch: readonly ReceivedEvent[],
  stored: readonly NewEvent[],
  erased: readonly NewEvent[],
): Receipt[] {
  const entry = (received_at: string): Receipt => ({
    received_at,
    received: 0,
    stored: 0,
    duplicate: 0,
    dead: 0,
    erased: 0,
  });
  const entries = new Map<string, Receipt>();
  const at = (time: string): Receipt => {
    const found = entries.get(time) ?? entry(time);
    entries.set(time, found);
    return found;
  };
  for (const { received_at } of batch) at(received_at).duplicate += 1;
  for (const { received_at } of stored) {
    at(received_at).duplicate -= 1;
    at(received_at).stored += 1;
  }
  for (const { received_at } of erased) {
    at(received_at).duplicate -= 1;
    at(received_at).erased += 1;
  }
  return [...entries.values()];
}

function spanPairs(changes: readonly Attribution[]): Pair[] {
  return changes.flatMap(({ experiment_id, span_users }) =>
    (span_users ?? []).map((user_id) => ({ experiment_id, user_id })),
  );
}

function exposedPairs(stored: readonly StoredEvent[], lockedExperiments: readonly string[]): Pair[] {
  const locked = new Set(lockedExperiments);
  return stored
    .filter(
      (event) => event.type === EXPOSURE && event.experiment_id !== null && locked.has(event.experiment_id),
    )
    .map((event) => ({ experiment_id: event.experiment_id as string, user_id: event.user_id }));
}

function eventColumns(events: readonly ReceivedEvent[]): unknown[] {
  return [
    events.map((event) => event.event_id),
    events.map((event) => event.received_at),
    events.map((event) => event.user_id),
    events.map((event) => event.type),
    events.map((event) => event.timestamp),
    events.map((event) => event.original_timestamp),
    events.map((event) => event.value),
    events.map((event) => (event.properties == null ? null : JSON.stringify(event.properties))),
    events.map((event) => event.experiment_id),
    events.map((event) => event.variant_id),
    events.map((event) => event.session_id),
    events.map((event) => event.request_id),
  ];
}
