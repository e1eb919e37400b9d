import { Injectable } from '@nestjs/common';
import type { Flag, FlagState, FlagType } from '@app/model';
import { Database, Transaction } from './database';
import { KeyTaken } from './experiments.store';

/** Whoever changed a flag, in which request. */
export interface FlagActor {
  requestId: string;
  id: string;
  name: string;
}

/** One change of a flag. */
export interface FlagChange {
  version: number;
  at: string;
  actor_id: string;
  actor_name: string;
  request_id: string;
  /** Names of the fields that are not what they were; all of them in the first. */
  changed: string[];
  /** As the change left it. */
  flag: Flag;
}

export interface FlagPage {
  limit: number;
  q: string | null;
  state: FlagState | null;
  type: FlagType | null;
  after: { createdAt: string; id: string } | null;
}

export type NewFlag = Omit<Flag, 'version' | 'created_at' | 'updated_at'>;

type Row<T> = T & Record<string, unknown>;

const FLAG =
  'f.id, f.key, f.name, f.description, f.type, f.state, f.variants, f.default_variant, f.off_variant, f.rules, f.version, f.created_at, f.updated_at';

@Injectable()
export class FlagsStore {
  constructor(private readonly db: Database) {}

  async find(idOrKey: string): Promise<Flag | null> {
    return this.db.row<Row<Flag>>(`SELECT ${FLAG} FROM flags f WHERE ${columnOf(idOrKey)} = $1`, [
      storable(idOrKey),
    ]);
  }

  /** As it stays until the transaction ends, unless this transaction changes it. */
  findLocked(tx: Transaction, idOrKey: string): Promise<Flag | null> {
    return tx.row<Row<Flag>>(`SELECT ${FLAG} FROM flags f WHERE ${columnOf(idOrKey)} = $1 FOR UPDATE`, [
      storable(idOrKey),
    ]);
  }

  /** Newest first. */
  list(page: FlagPage): Promise<Flag[]> {
    return this.db.rows<Row<Flag>>(
      `SELECT ${FLAG} FROM flags f
       WHERE ($1::text IS NULL OR strpos(lower(f.key || ' ' || f.name), lower($1)) > 0)
         AND ($2::text IS NULL OR f.state = $2)
         AND ($3::text IS NULL OR f.type = $3)
         AND ($4::timestamptz IS NULL OR (f.created_at, f.id) < ($4, $5::uuid))
       ORDER BY f.created_at DESC, f.id DESC
       LIMIT $6`,
      [page.q, page.state, page.type, page.after?.createdAt ?? null, page.after?.id ?? null, page.limit],
    );
  }

  /** Everything that can be evaluated; the archived too, which answer that they are. */
  all(): Promise<Flag[]> {
    return this.db.rows<Row<Flag>>(`SELECT ${FLAG} FROM flags f ORDER BY f.key`);
  }

  async count(tx: Transaction): Promise<number> {
    const row = await tx.row<{ count: number }>('SELECT count(*) AS count FROM flags');
    return row?.count ?? 0;
  }

  /** @throws KeyTaken */
  async insert(tx: Transaction, flag: NewFlag, actor: FlagActor): Promise<Flag> {
    const row = await tx.row<Row<Flag>>(
      `INSERT INTO flags AS f (id, key, name, description, type, state, variants, default_variant, off_variant, rules)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (key) DO NOTHING RETURNING ${FLAG}`,
      [flag.id, flag.key, flag.name, flag.description, flag.type, ...changeable(flag)],
    );
    if (row === null) throw new KeyTaken(flag.key);
    await this.writeDown(tx, row, actor, Object.keys(flag));
    return row;
  }

  /** Writes what the locked row is to be from now on, and the change into the history. */
  async update(tx: Transaction, flag: NewFlag, actor: FlagActor, changed: readonly string[]): Promise<Flag> {
    const row = await tx.row<Row<Flag>>(
      `UPDATE flags AS f SET
         name = $2, description = $3, state = $4, variants = $5, default_variant = $6, off_variant = $7, rules = $8,
         version = f.version + 1,
         updated_at = greatest(date_trunc('milliseconds', clock_timestamp()), f.updated_at + interval '1 millisecond')
       WHERE f.id = $1
       RETURNING ${FLAG}`,
      [flag.id, flag.name, flag.description, ...changeable(flag)],
    );
    if (row === null) throw new Error('the flag was not locked');
    await this.writeDown(tx, row, actor, changed);
    return row;
  }

  /** When anything that decides what somebody gets last changed, or went. */
  async lastChange(): Promise<string> {
    const row = await this.db.row<{ at: string }>(`
      SELECT greatest(
        (SELECT max(updated_at) FROM flags), (SELECT max(updated_at) FROM experiments), (SELECT max(updated_at) FROM segments),
        (SELECT updated_at FROM holdout), (SELECT last_at FROM deletions)
      ) AS at`);
    if (row === null) throw new Error('nothing is known of deletions');
    return row.at;
  }

  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.rows('DELETE FROM flags WHERE id = $1', [id]);
  }

  /** Newest first. */
  history(id: string, page: { limit: number; before: number | null }): Promise<FlagChange[]> {
    return this.db.rows<Row<FlagChange>>(
      `SELECT c.version, c.at, c.actor_id, c.actor_name, c.request_id, c.changed, c.flag FROM flag_changes c
       WHERE c.flag_id = $1 AND ($2::int IS NULL OR c.version < $2)
       ORDER BY c.version DESC LIMIT $3`,
      [id, page.before, page.limit],
    );
  }

  /** What signs the tickets of streams. */
  async streamKey(): Promise<string> {
    const row = await this.db.row<{ key: string }>('SELECT key FROM stream_key');
    if (row === null) throw new Error('the key of the streams is missing');
    return row.key;
  }

  private async writeDown(
    tx: Transaction,
    flag: Flag,
    actor: FlagActor,
    changed: readonly string[],
  ): Promise<void> {
    await tx.rows(
      `INSERT INTO flag_changes (flag_id, version, at, actor_id, actor_name, request_id, changed, flag)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [flag.id, flag.version, flag.updated_at, actor.id, actor.name, actor.requestId, changed, JSON.stringify(flag)], // prettier-ignore
    );
  }
}

function changeable({ state, variants, default_variant, off_variant, rules }: NewFlag): unknown[] {
  return [state, JSON.stringify(variants), default_variant, off_variant, JSON.stringify(rules)];
}

function columnOf(idOrKey: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(idOrKey) ? 'f.id' : 'f.key';
}

/** PostgreSQL has no text with NUL, so nothing has such a name. */
function storable(idOrKey: string): string {
  return idOrKey.replaceAll('\u0000', '\uFFFD');
}
