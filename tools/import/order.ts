import { Row } from './rows';

// In which order and in how large groups rows are sent. The totals must not depend on it, and tests use this to prove so.

export interface Order {
  batch: number;
  skip: number;
  limit: number;
  reverse: boolean;
  /** Seed; batches then differ in size too. */
  shuffle: number | null;
}

export async function* inBatches(rows: AsyncIterable<Row>, order: Order): AsyncGenerator<Row[]> {
  const random = order.shuffle === null ? null : randomFrom(order.shuffle);
  const size = (): number => (random === null ? order.batch : 1 + Math.floor(random() * order.batch));
  const wanted = window(rows, order);
  const ordered = random !== null || order.reverse ? rearrange(await collect(wanted), order, random) : wanted;
  let batch: Row[] = [];
  let full = size();
  for await (const row of ordered) {
    batch.push(row);
    if (batch.length < full) continue;
    yield batch;
    batch = [];
    full = size();
  }
  if (batch.length > 0) yield batch;
}

async function* window(rows: AsyncIterable<Row>, { skip, limit }: Order): AsyncGenerator<Row> {
  if (limit === 0) return;
  for await (const row of rows) {
    if (row.number <= skip) continue;
    yield row;
    if (row.number >= skip + limit) return;
  }
}

async function collect(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** Fisher and Yates; a reversed shuffle is a shuffle. */
function rearrange(rows: Row[], { reverse }: Order, random: (() => number) | null): Row[] {
  if (reverse) rows.reverse();
  if (random === null) return rows;
  for (let last = rows.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [rows[last], rows[other]] = [rows[other], rows[last]];
  }
  return rows;
}

/** mulberry32: small, seeded, and good enough to mix rows. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
