import { Injectable } from '@nestjs/common';
import { AcceptedEvent, EXPOSURE } from '@app/model';
import { documents, instants, numbers, sparse, texts, uuids } from './array-parameters';
import { addToLedger, Receipt } from './balance.store';
import { expectOwners, lateOwners, OwnedEvents, ownedBy } from './batch-owners';
import { Conflict, Database, Transaction } from './database';
import { Held } from './fold.sql';
import { columns, experimentsIn, FoldStore, Pair } from './fold.store';
import {
  attribute,
  COVARIATE_PAIRS,
  EXPERIMENTS_OF_USERS,
  HAVE_LATE,
  HAVE_LETTERS,
  HELD,
  LATE_PAIRS,
  SETTLE_LETTERS,
  STORE_EVENTS,
} from './ingest.sql';
import { lockExperiments, lockPopulation, tryLockExperiments } from './locks';

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

/** What the events of a batch changed in one experiment. */
interface Attribution {
  experiment_id: string;
  counted: number;
  last_event_at: string;
  /** Users with an event that may lengthen a span. */
  span_users: string[] | null;
}

@Injectable()
export class IngestStore {
  private readonly knownTypes = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly folds: FoldStore,
  ) {}

  /** Stores a batch and updates every total it touches, in one transaction. Events already stored change nothing. */
  async ingest(batch: readonly ReceivedEvent[]): Promise<IngestCounts> {
    const seen = new Set<string>();
    const sent = batch.filter(({ event_id }) => !seen.has(event_id) && seen.add(event_id));
    await this.learnTypes(sent);
    const plain = eventColumns(sent);
    const ids = plain[0];
    return this.db.transaction(async (tx) => {
      const owned = await ownedBy(tx, sent);
      const { events } = owned;
      const values = events === sent ? plain : eventColumns(events);
      const others = await tx.rows<{ place: number; erased: boolean }>(STORE_EVENTS, values);
      const stored = without(events, others);
      const erased = others.filter((other) => other.erased).map(({ place }) => events[place - 1]);
      if (await this.exists(tx, HAVE_LETTERS)) await tx.rows(SETTLE_LETTERS, [ids]);
      const storedIds = stored.length === events.length ? ids : uuids(stored.map(({ event_id }) => event_id));
      const counted = stored.length === 0 ? 0 : await this.fold(tx, { ...owned, events: stored }, storedIds);
      await addToLedger(tx, receipts(batch, stored, erased));
      return {
        received: batch.length,
        stored: stored.length,
        duplicates: batch.length - stored.length - erased.length,
        erased: erased.length,
        counted,
      };
    });
  }

  private async fold(
    tx: Transaction,
    { events: stored, owners, snapshot: lookedUp }: OwnedEvents<ReceivedEvent>,
    ids: unknown,
  ): Promise<number> {
    const users = texts([...new Set(stored.map((event) => event.user_id))]);
    const { snapshot, experiment_ids } = await this.experimentsOf(tx, users);
    await lockExperiments(tx, experiment_ids);

    const held = await this.heldBy(tx, experiment_ids);
    const reanchored = await this.folds.settleExposures(tx, exposedPairs(stored, experiment_ids));
    const received = [...new Set(stored.map((event) => event.received_at))];
    const fresh = [received, ids, snapshot, ...columns(reanchored)];
    const changes = await tx.rows<Attribution>(attribute(held), fresh);
    await this.folds.settleSpans(tx, spanPairs(changes));
    const earlier = held.covariates ? await tx.rows<Pair>(COVARIATE_PAIRS, fresh) : [];

    // From here until the commit nobody writes assignments or links, so what is late now is all there is.
    await lockPopulation(tx);
    await expectOwners(tx, owners);
    const hasLate = await this.exists(tx, HAVE_LATE, [snapshot, lookedUp]);
    const late = hasLate ? await lateOwners(tx, lookedUp, users) : [];
    if (hasLate) late.push(...(await tx.rows<Pair>(LATE_PAIRS, [snapshot, users])));
    if (!(await tryLockExperiments(tx, experimentsIn(late))))
      throw new Conflict('a late experiment is being folded');
    await this.folds.settleCovariates(tx, earlier);
    const versions = await this.folds.refold(tx, [...reanchored, ...late]);
    for (const { experiment_id } of earlier) versions.set(experiment_id, null);
    for (const { experiment_id, last_event_at } of changes) versions.set(experiment_id, last_event_at);
    await this.folds.bumpVersions(tx, versions);
    return changes.reduce((sum, change) => sum + change.counted, 0);
  }

  private async exists(tx: Transaction, question: string, values: readonly unknown[] = []): Promise<boolean> {
    return (await tx.row<{ found: boolean }>(question, values))?.found ?? false;
  }

  private async heldBy(tx: Transaction, experimentIds: readonly string[]): Promise<Held> {
    const row = await tx.row<Held & Record<string, unknown>>(HELD, [experimentIds]);
    return row ?? { declared: true, covariates: true, ratios: true };
  }

  private async experimentsOf(
    tx: Transaction,
    users: unknown,
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
  stored: readonly ReceivedEvent[],
  erased: readonly ReceivedEvent[],
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

function without(
  events: readonly ReceivedEvent[],
  others: readonly { place: number }[],
): readonly ReceivedEvent[] {
  if (others.length === 0) return events;
  const places = new Set(others.map(({ place }) => place));
  return events.filter((_, index) => !places.has(index + 1));
}

function exposedPairs(stored: readonly ReceivedEvent[], lockedExperiments: readonly string[]): Pair[] {
  const exposures = stored.filter(
    (event) => event.type === EXPOSURE && typeof event.experiment_id === 'string',
  );
  if (exposures.length === 0) return [];
  const locked = new Map(lockedExperiments.map((id) => [hexOf(id), id]));
  return exposures.flatMap(({ experiment_id, user_id }) => {
    const id = locked.get(hexOf(experiment_id as string));
    return id === undefined ? [] : [{ experiment_id: id, user_id }];
  });
}

/** PostgreSQL takes a UUID in several notations. */
function hexOf(uuid: string): string {
  return uuid.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
}

type OwnedEvent = OwnedEvents<ReceivedEvent>['events'][number];

function eventColumns(events: readonly OwnedEvent[]): unknown[] {
  const column = (name: keyof OwnedEvent): unknown[] => events.map((event) => event[name]);
  return [
    uuids(column('event_id')),
    instants(column('received_at')),
    texts(column('user_id')),
    texts(column('type')),
    instants(column('timestamp')),
    sparse(instants, column('original_timestamp')),
    sparse(numbers, column('value')),
    sparse(documents, column('properties')),
    sparse(uuids, column('experiment_id')),
    sparse(texts, column('variant_id')),
    sparse(texts, column('session_id')),
    sparse(texts, column('request_id')),
    sparse(texts, column('alias_id')),
  ];
}
