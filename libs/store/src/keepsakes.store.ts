import { Injectable } from '@nestjs/common';
import { Receipt } from './balance.store';
import { Transaction } from './database';
import { Keepsake, MENTIONED, REPLACE } from './erasure.sql';
import { isOf, withoutEntriesOf, withoutEventsOf, writtenInJson } from './mentions';
import { keepIds } from './tombstones';

interface KeptRow {
  id: string;
  payload: string;
  received_at?: string;
}

/** What is kept as it came and may speak of anybody: dead letters, dead jobs, the inbox, stored answers and results. */
@Injectable()
export class KeepsakesStore {
  /** Takes a person out of all of it. @returns how many dead letters are gone; `receipts` gets what to add to the balance */
  async remove(tx: Transaction, userId: string, receipts: Receipt[]): Promise<number> {
    for (const kind of ['inbox', 'jobs'] as const) {
      for await (const row of this.rows(tx, kind, userId)) {
        const { left, taken } = withoutEventsOf(userId, row.payload);
        if (left !== row.payload) await this.replace(tx, kind, row.id, left);
        receipts.push(...(await keepIds(tx, taken, 'received')));
      }
    }
    for (const kind of ['answers', 'results'] as const) {
      for await (const row of this.rows(tx, kind, userId)) {
        const left = withoutEntriesOf(userId, JSON.parse(row.payload));
        await this.replace(tx, kind, row.id, left === undefined ? null : JSON.stringify(left));
      }
    }
    return this.removeLetters(tx, userId, receipts);
  }

  private async removeLetters(tx: Transaction, userId: string, receipts: Receipt[]): Promise<number> {
    let letters = 0;
    for await (const { id, payload, received_at } of this.rows(tx, 'letters', userId)) {
      if (!isOf(userId, JSON.parse(payload))) continue;
      letters += 1;
      await tx.rows('DELETE FROM dead_events WHERE event_id = $1', [id]);
      receipts.push(...(await keepIds(tx, [{ event_id: id, received_at }], 'dead')));
    }
    return letters;
  }

  /** Rows that may be about the person, a few at a time: each may be large. */
  private async *rows(tx: Transaction, kind: Keepsake, userId: string): AsyncGenerator<KeptRow> {
    let last: string | null = null;
    for (;;) {
      const found: KeptRow[] = await tx.rows<KeptRow & Record<string, unknown>>(MENTIONED[kind], [
        writtenInJson(userId),
        last,
      ]);
      if (found.length === 0) return;
      yield* found;
      last = found[found.length - 1].id;
    }
  }

  private async replace(
    tx: Transaction,
    kind: Exclude<Keepsake, 'letters'>,
    id: string,
    left: string | null,
  ): Promise<void> {
    const { change, remove } = REPLACE[kind];
    await (left === null ? tx.rows(remove, [id]) : tx.rows(change, [id, left]));
  }
}
