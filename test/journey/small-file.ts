import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Mapping, parseMapping } from '../../tools/import/mapping';

/** What the rows say, worked out without Assay: the earliest row decides the variant, whatever its user did later counts there. */
export interface Truth {
  users: Record<string, number>;
  converters: Record<string, number>;
  revenue: Record<string, number>;
  events: number;
}

interface Row {
  user: string;
  at: string;
  arm: string;
  bought: string;
  price: string;
}

const ROWS = 2_500;
const USERS = 900;
const BEGIN = Date.UTC(2026, 2, 27, 20);
const SPAN_MS = 4 * 86_400_000;

/**
 * Rows as real files have them: ids beyond 2^53, naive local times with microseconds across the night when Europe changes its clocks,
 * users in both arms, legitimate duplicates of everything but the time, and no order at all.
 */
export function smallRows(): Row[] {
  let state = 20_260_327;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: ROWS }, (_, index) => {
    const user = 10_329_302_124_590_000_000n + BigInt(random(USERS));
    const ms = BEGIN + random(SPAN_MS);
    const bought = random(3) === 0;
    return {
      user: user.toString(),
      // The number of the row in the microseconds makes every time differ.
      at: `${berlin(ms)}.${String(index).padStart(6, '0')}`,
      arm: (user % 2n === 0n) === random(20) > 0 ? 'old page' : 'new page',
      bought: bought ? 'yes' : 'no',
      price: bought && random(4) > 0 ? (random(10_000) / 100).toFixed(2) : '',
    };
  });
}

/** The wall clock in Berlin; its clocks go forward at 2026-03-29T01:00Z. */
function berlin(ms: number): string {
  const hours = ms < Date.UTC(2026, 2, 29, 1) ? 1 : 2;
  return new Date(ms + hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

export function writeFiles(dir: string, rows: Row[]): { csv: string; ndjson: string } {
  const lines = rows.map(({ user, at, arm, bought, price }) => `${user},${at},"${arm}",${bought},${price}`);
  const csv = path.join(dir, 'small.csv');
  fs.writeFileSync(csv, `\uFEFFuser,at,arm,bought,price\r\n${lines.join('\r\n')}\r\n`);
  const ndjson = path.join(dir, 'small.data');
  fs.writeFileSync(ndjson, gzipSync(rows.map((row) => JSON.stringify(row)).join('\n')));
  return { csv, ndjson };
}

export function smallMapping(key: string): Mapping {
  const mapping = {
    source: 'small',
    timezone: 'Europe/Berlin',
    experiment: {
      key,
      name: 'Small',
      timezone: 'Europe/Berlin',
      primary_metric: 'purchase',
      variants: [
        { key: 'old', allocation_pct: 50 },
        { key: 'new', allocation_pct: 50 },
      ],
    },
    columns: {
      user: 'user',
      variant: 'arm',
      variant_map: { 'old page': 'old', 'new page': 'new' },
      timestamp: 'at',
    },
    events: [
      { type: 'visit' },
      { type: 'purchase', when: { column: 'bought', equals: 'yes' }, value: 'price' },
    ],
  };
  return parseMapping(JSON.stringify(mapping), 'the small mapping');
}

export function truthOf(rows: Row[]): Truth {
  const byTime = rows.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const armOf = new Map<string, string>();
  for (const { user, arm } of byTime) if (!armOf.has(user)) armOf.set(user, arm.slice(0, 3));
  const tally = (users: Iterable<string>): Record<string, number> => {
    const counts: Record<string, number> = { old: 0, new: 0 };
    for (const user of users) counts[armOf.get(user) as string] += 1;
    return counts;
  };
  const buys = rows.filter((row) => row.bought === 'yes');
  const cents: Record<string, number> = { old: 0, new: 0 };
  for (const { user, price } of buys) cents[armOf.get(user) as string] += Math.round(Number(price) * 100);
  return {
    users: tally(armOf.keys()),
    converters: tally(new Set(buys.map((row) => row.user))),
    revenue: { old: cents.old / 100, new: cents.new / 100 },
    events: rows.length + buys.length,
  };
}
