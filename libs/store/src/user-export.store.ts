import { Injectable } from '@nestjs/common';
import { Database } from './database';
import { idsOfPerson } from './identities.store';
import { isOf, writtenInJson } from './mentions';

/** Something that is stored of a person, ready to be written as JSON. */
export type ExportedThing = Record<string, unknown> & {
  kind: 'user' | 'identity' | 'assignment' | 'override' | 'event' | 'dead_letter';
};

const PAGE = 500;

// Each in the order of a key, after the last row seen. Nothing is held between two pages: the reader may be slow.

const KNOWN = `
  SELECT attributes, created_at, updated_at, '' AS place FROM users WHERE user_id = $1 AND $2::text IS NULL`;

const IDENTITIES = `
  SELECT alias_id, linked_at, alias_id AS place FROM identities
  WHERE user_id = $1 AND ($2::text IS NULL OR alias_id > $2)
  ORDER BY alias_id LIMIT ${PAGE}`;

const ASSIGNMENTS = `
  SELECT x.id AS experiment_id, x.key AS experiment_key, v.key AS variant_key, arms.epoch, a.bucket, a.source, a.assigned_at,
    a.enrolled_at, a.exposed_at, a.contaminated, a.attributes, a.experiment_id::text AS place
  FROM assignments a
  JOIN experiments x ON x.id = a.experiment_id
  JOIN arms ON arms.id = a.arm_id
  JOIN variants v ON v.id = arms.variant_id
  WHERE a.user_id = $1 AND ($2::text IS NULL OR a.experiment_id > $2::uuid)
  ORDER BY a.experiment_id LIMIT ${PAGE}`;

const OVERRIDES = `
  SELECT x.id AS experiment_id, x.key AS experiment_key, v.key AS variant_key, o.created_at, o.experiment_id::text AS place
  FROM overrides o
  JOIN experiments x ON x.id = o.experiment_id
  JOIN variants v ON v.id = o.variant_id
  WHERE o.user_id = $1 AND ($2::text IS NULL OR o.experiment_id > $2::uuid)
  ORDER BY o.experiment_id LIMIT ${PAGE}`;

const EVENTS = `
  SELECT event_id, received_at, type, timestamp, original_timestamp, value::float8 AS value, properties, experiment_id, variant_id,
    session_id, request_id, alias_id, jsonb_build_array(timestamp, event_id)::text AS place
  FROM events
  WHERE user_id = $1 AND ($2::text IS NULL
    OR (timestamp, event_id) > (($2::jsonb ->> 0)::timestamptz, ($2::jsonb ->> 1)::uuid))
  ORDER BY timestamp, event_id LIMIT ${PAGE}`;

// In: how JSON writes the id ($1).
const LETTERS = `
  SELECT event_id AS id, status, sqlstate, reason, received_at, died_at, note, payload, event_id::text AS place
  FROM dead_events
  WHERE position($1 IN payload) > 0 AND ($2::text IS NULL OR event_id > $2::uuid)
  ORDER BY event_id LIMIT 50`;

@Injectable()
export class UserExportStore {
  constructor(private readonly db: Database) {}

  /** Everything that is stored of a person, whichever of the ids is given, page by page. */
  async *read(id: string): AsyncGenerator<ExportedThing[]> {
    const ids = await idsOfPerson(this.db, id);
    const [userId] = ids;
    for await (const rows of this.pages(KNOWN, userId)) yield things('user', userId, rows);
    for await (const rows of this.pages(IDENTITIES, userId)) yield things('identity', userId, rows);
    for await (const rows of this.pages(ASSIGNMENTS, userId)) yield things('assignment', userId, rows);
    for await (const rows of this.pages(OVERRIDES, userId)) yield things('override', userId, rows);
    for await (const rows of this.pages(EVENTS, userId)) yield things('event', userId, rows);
    for (const sender of ids) yield* this.letters(sender);
  }

  private async *letters(userId: string): AsyncGenerator<ExportedThing[]> {
    for await (const rows of this.pages(LETTERS, writtenInJson(userId))) {
      const letters = rows.map((row) => ({ ...row, payload: JSON.parse(row.payload as string) as unknown }));
      yield things('dead_letter', userId, letters.filter(({ payload }) => isOf(userId, payload))); // prettier-ignore
    }
  }

  private async *pages(statement: string, of: string): AsyncGenerator<Record<string, unknown>[]> {
    let last: string | null = null;
    for (;;) {
      const rows: ({ place: string } & Record<string, unknown>)[] = await this.db.rows(statement, [of, last]);
      if (rows.length === 0) return;
      last = rows[rows.length - 1].place;
      yield rows.map(({ place: _, ...row }) => row);
    }
  }
}

function things(
  kind: ExportedThing['kind'],
  user_id: string,
  rows: readonly Record<string, unknown>[],
): ExportedThing[] {
  return rows.map((row) => ({ kind, user_id, ...row }));
}
