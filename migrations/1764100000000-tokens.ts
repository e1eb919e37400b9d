import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tokens, never their text: only its SHA-256. The text holds more than 190 random bits, so a fast hash is enough. Rows stay when a
 * token has ended, because the audit log names them.
 */
export class Tokens1764100000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE tokens (
        id uuid CONSTRAINT tokens_pk PRIMARY KEY,
        name text NOT NULL,
        kind text NOT NULL CONSTRAINT tokens_kind_known CHECK (kind IN ('secret', 'publishable')),
        hash bytea NOT NULL CONSTRAINT tokens_hash_unique UNIQUE CONSTRAINT tokens_hash_sha256 CHECK (octet_length(hash) = 32),
        hint text NOT NULL CONSTRAINT tokens_hint_short CHECK (char_length(hint) <= 4),
        scopes text[] NOT NULL CONSTRAINT tokens_scopes_some CHECK (cardinality(scopes) > 0),
        allowed_origins text[] NOT NULL DEFAULT '{}',
        limits jsonb,
        created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
        created_by text NOT NULL,
        not_before timestamptz,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        rotated_from uuid CONSTRAINT tokens_rotated_once UNIQUE REFERENCES tokens,
        replaced_by uuid REFERENCES tokens,
        last_used_at timestamptz,
        uses bigint NOT NULL DEFAULT 0,
        CONSTRAINT tokens_origins_of_publishable CHECK ((kind = 'publishable') = (cardinality(allowed_origins) > 0))
      );
      CREATE INDEX tokens_newest ON tokens (created_at DESC, id DESC);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE tokens');
  }
}
