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
// Whatever is said of an alias is said of the user to whom it belongs.
const OF = prepared(`
  SELECT asked.id AS user_id, u.attributes
  FROM unnest($1::text[]) AS asked (id)
  LEFT JOIN identities i ON i.alias_id = asked.id
  JOIN users u ON u.user_id = coalesce(i.user_id, asked.id)`);
const OWNER = 'coalesce((SELECT user_id FROM identities WHERE alias_id = $1), $1)';

// In the order of the ids, as everybody who writes several. With more names than are kept, only those that are there already change.
const MERGE = `
  INSERT INTO users AS u (user_id, attributes)
  SELECT coalesce(i.user_id, b.user_id), jsonb_object_agg(e.key, e.value ORDER BY b.place)
  FROM unnest($1::text[], $2::text[]::jsonb[]) WITH ORDINALITY AS b (user_id, attributes, place)
  LEFT JOIN identities i ON i.alias_id = b.user_id
  CROSS JOIN jsonb_each(b.attributes) AS e
  GROUP BY 1
  ORDER BY 1
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
    return this.db.row<KnownUser & Record<string, unknown>>(`SELECT ${USER} FROM users u WHERE u.user_id = ${OWNER}`, [userId]); // prettier-ignore
  }

  /** From here on this is known of the user, and nothing else. */
  async put(userId: string, facts: Facts): Promise<KnownUser> {
    const row = await this.db.row<KnownUser & Record<string, unknown>>(
      `INSERT INTO users AS u (user_id, attributes) VALUES (${OWNER}, $2)
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
