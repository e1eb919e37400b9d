import { Injectable } from '@nestjs/common';
import { FACT_LIMITS, Facts } from '@app/model';
import { Database, prepared } from './database';

export interface KnownUser {
  user_id: string;
  attributes: Facts;
  created_at: string;
  updated_at: string;
}

const USER = 'u.user_id, u.attributes, u.created_at, u.updated_at';
const NOW = `date_trunc('milliseconds', clock_timestamp())`;
const OF = prepared('SELECT user_id, attributes FROM users WHERE user_id = ANY ($1::text[])');

// In the order of the ids, as everybody who writes several. With more names than are kept, only those that are there already change.
const MERGE = `
  INSERT INTO users AS u (user_id, attributes)
  SELECT b.user_id, b.attributes
  FROM unnest($1::text[], $2::text[]::jsonb[]) AS b (user_id, attributes)
  ORDER BY b.user_id
  ON CONFLICT (user_id) DO UPDATE SET
    attributes = u.attributes || CASE
      WHEN (SELECT count(*) FROM jsonb_object_keys(u.attributes || excluded.attributes)) <= $3 THEN excluded.attributes
      ELSE (SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(excluded.attributes) AS e WHERE u.attributes ? e.key)
    END,
    updated_at = ${NOW}
  WHERE NOT u.attributes @> excluded.attributes`;

/** What is known of users besides what they do. */
@Injectable()
export class UserFactsStore {
  constructor(private readonly db: Database) {}

  /** Of those of whom something is known. */
  async of(userIds: readonly string[]): Promise<Map<string, Facts>> {
    if (userIds.length === 0) return new Map();
    const rows = await this.db.rows<{ user_id: string; attributes: Facts }>(OF, [[...new Set(userIds)]]);
    return new Map(rows.map(({ user_id, attributes }) => [user_id, attributes]));
  }

  find(userId: string): Promise<KnownUser | null> {
    return this.db.row<KnownUser & Record<string, unknown>>(`SELECT ${USER} FROM users u WHERE u.user_id = $1`, [userId]); // prettier-ignore
  }

  /** From here on this is known of the user, and nothing else. */
  async put(userId: string, facts: Facts): Promise<KnownUser> {
    const row = await this.db.row<KnownUser & Record<string, unknown>>(
      `INSERT INTO users AS u (user_id, attributes) VALUES ($1, $2)
       ON CONFLICT (user_id) DO UPDATE SET attributes = excluded.attributes, updated_at = ${NOW}
       RETURNING ${USER}`,
      [userId, JSON.stringify(facts)],
    );
    return row!;
  }

  /** Adds to what is known, later ones over earlier ones; nothing is taken away. */
  async merge(identified: readonly { userId: string; facts: Facts }[]): Promise<void> {
    const byUser = new Map<string, Facts>();
    for (const { userId, facts } of identified) byUser.set(userId, { ...byUser.get(userId), ...facts });
    const kept = [...byUser].filter(([, facts]) => Object.keys(facts).length > 0);
    if (kept.length === 0) return;
    const texts = kept.map(([, facts]) =>
      JSON.stringify(Object.fromEntries(Object.entries(facts).slice(0, FACT_LIMITS.names))),
    );
    await this.db.rows(MERGE, [kept.map(([userId]) => userId), texts, FACT_LIMITS.names]);
  }
}
