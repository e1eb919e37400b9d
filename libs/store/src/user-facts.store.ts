import { Injectable } from '@nestjs/common';
import { FACT_LIMITS, Facts } from '@app/model';
import { Database, prepared } from './database';

/** What was said of a user. */
export interface FactsSaid {
  userId: string;
  facts: Facts;
  /** For names of which nothing is known yet. */
  once?: Facts;
}

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

// In the order of the ids, as everybody who writes several. What is said of an alias, and what is said "once", is for names that the user
// has not; of such the user's own goes before that of aliases. With more names than are kept, only those that are there already change.
const MERGE = `
  WITH said AS (
    SELECT coalesce(i.user_id, b.user_id) AS user_id, i.alias_id IS NOT NULL AS of_alias, b.facts, b.once, b.place
    FROM unnest($1::text[], $2::text[]::jsonb[], $3::text[]::jsonb[]) WITH ORDINALITY AS b (user_id, facts, once, place)
    LEFT JOIN identities i ON i.alias_id = b.user_id
  ),
  merged AS MATERIALIZED (
    SELECT said.user_id,
      coalesce(jsonb_object_agg(e.key, e.value ORDER BY said.place) FILTER (WHERE NOT e.fills), '{}') AS facts,
      coalesce(jsonb_object_agg(e.key, e.value ORDER BY said.of_alias DESC, said.place) FILTER (WHERE e.fills), '{}') AS fills
    FROM said
    CROSS JOIN LATERAL (
      SELECT key, value, of_alias FROM jsonb_each(CASE WHEN of_alias THEN once || facts ELSE facts END)
      UNION ALL
      SELECT key, value, true FROM jsonb_each(once) WHERE NOT of_alias
    ) AS e (key, value, fills)
    GROUP BY said.user_id
  )
  INSERT INTO users AS u (user_id, attributes)
  SELECT user_id, (
    SELECT jsonb_object_agg(key, value)
    FROM (SELECT key, value FROM jsonb_each(fills || facts) ORDER BY facts ? key DESC, key LIMIT $4) AS e
  )
  FROM merged
  ORDER BY user_id
  ON CONFLICT (user_id) DO UPDATE SET
    attributes = (
      SELECT CASE
        WHEN (SELECT count(*) FROM jsonb_object_keys(m.fills || u.attributes || m.facts)) <= $4 THEN m.fills || u.attributes || m.facts
        ELSE u.attributes || (SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(m.facts) AS e WHERE u.attributes ? e.key)
      END
      FROM merged m WHERE m.user_id = u.user_id
    ),
    updated_at = ${NOW}
  WHERE EXISTS (
    SELECT FROM merged m
    WHERE m.user_id = u.user_id AND NOT (u.attributes @> m.facts AND u.attributes ?& ARRAY(SELECT jsonb_object_keys(m.fills)))
  )`;

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
  async merge(identified: readonly FactsSaid[]): Promise<void> {
    const byUser = new Map<string, { facts: Facts; once: Facts }>();
    for (const { userId, facts, once } of identified) {
      const known = byUser.get(userId);
      byUser.set(userId, { facts: { ...known?.facts, ...facts }, once: { ...once, ...known?.once } });
    }
    const kept = [...byUser].filter(([, { facts, once }]) => Object.keys({ ...facts, ...once }).length > 0);
    if (kept.length === 0) return;
    const texts = (all: Facts[]): string[] =>
      all.map((facts) => JSON.stringify(Object.fromEntries(Object.entries(facts).slice(0, FACT_LIMITS.names)))); // prettier-ignore
    await this.db.rows(MERGE, [
      kept.map(([userId]) => userId),
      texts(kept.map(([, { facts }]) => facts)),
      texts(kept.map(([, { once }]) => once)),
      FACT_LIMITS.names,
    ]);
  }
}
