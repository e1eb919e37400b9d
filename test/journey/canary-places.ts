import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';

// Every place that keeps something: the tables of all schemas, and all keys of Redis.

/** The forms in which a text may lie somewhere: itself, as bytes, and within the base64 of something longer. */
export function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  // What stands before the text decides how its bits fall into the letters; the first and last letters hold bits of the neighbours.
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(shift + 1, -2),
  );
  return [text, bytes.toString('hex'), ...shifted];
}

/** `schema.table` for every table with a row in which one of the texts stands. */
export async function tablesWith(source: DataSource, texts: string[]): Promise<string[]> {
  const tables: { name: string }[] = await source.query(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    // A row as text has all its columns; bytes are written in hex.
    const [{ count }] = await source.query(
      `SELECT count(*)::int AS count FROM ${name} AS r WHERE EXISTS (SELECT FROM unnest($1::text[]) AS t (t) WHERE strpos(r::text, t) > 0)`,
      [texts],
    );
    if (count > 0) found.push(name);
  }
  return found;
}

/** The keys of Redis that have one of the texts in their name or value. */
export async function keysWith(redis: Redis, texts: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const key of await redis.keys('*')) {
    const value = JSON.stringify(await valueOf(redis, key));
    if (texts.some((text) => key.includes(text) || value.includes(text))) found.push(key);
  }
  return found;
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, 0, -1);
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return null;
    default:
      throw new Error(`${key} is a ${type}, and nobody looks into it`);
  }
}
