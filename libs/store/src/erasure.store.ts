import { Injectable } from '@nestjs/common';
import { addToLedger, Receipt } from './balance.store';
import { Conflict, Database, LONG, Transaction } from './database';
import {
  BURY_USER,
  DELETE_ASSIGNMENTS,
  DELETE_EVENTS,
  DELETE_LINKS,
  DELETE_FACTS,
  DELETE_OVERRIDES,
  EXCLUDE,
  FORGET_BALANCES,
  FRESH_BY_USER,
  FRESHEN,
  PAIRS_OF_USER,
  REMOVE_ZEROS,
} from './erasure.sql';
import { experimentsIn, FoldStore, Pair } from './fold.store';
import { idsOfPerson } from './identities.store';
import { KeepsakesStore } from './keepsakes.store';
import { lockExperiments, lockPopulation, outlastErasureSharers, tryLockExperiments } from './locks';

/** How many rows of a person are gone. */
export interface Erasure {
  experiments: number;
  assignments: number;
  overrides: number;
  events: number;
  dead_letters: number;
}

/** The person has got another id since. */
class Regrouped extends Error {}

@Injectable()
export class ErasureStore {
  constructor(
    private readonly db: Database,
    private readonly folds: FoldStore,
    private readonly keepsakes: KeepsakesStore,
  ) {}

  /**
   * Erases the user of a job, by all of their ids. First the tombstones, by themselves: once all who may not have seen them are through,
   * nothing that this person sent before can be stored any more. Then everything that there is, in one transaction, together with the user
   * id of the job: a job that is run again finds nobody to erase, and does no harm to who has come back.
   * @returns null when the job has nobody to erase
   */
  async erase(jobId: string): Promise<Erasure | null> {
    for (;;) {
      const job = await this.db.row<{ user_id: string | null }>('SELECT user_id FROM jobs WHERE id = $1', [jobId]); // prettier-ignore
      if (typeof job?.user_id !== 'string') return null;
      const ids = await idsOfPerson(this.db, job.user_id);
      await this.db.rows(BURY_USER, [ids]);
      await outlastErasureSharers(this.db);
      try {
        return await this.db.transaction((tx) => this.eraseIn(tx, jobId, ids), LONG);
      } catch (error) {
        if (!(error instanceof Regrouped)) throw error;
      }
    }
  }

  private async eraseIn(tx: Transaction, jobId: string, ids: readonly string[]): Promise<Erasure | null> {
    const row = await tx.row<{ user_id: string | null }>(
      'SELECT user_id FROM jobs WHERE id = $1 FOR UPDATE',
      [jobId],
    );
    if (typeof row?.user_id !== 'string') return null;
    const erasure = await this.remove(tx, row.user_id, ids);
    await tx.rows('UPDATE jobs SET user_id = NULL, result = $2 WHERE id = $1', [jobId, JSON.stringify(erasure)]); // prettier-ignore
    return erasure;
  }

  private async remove(tx: Transaction, userId: string, ids: readonly string[]): Promise<Erasure> {
    // Event ids go into the ledger before the first lock, as everywhere.
    const receipts: Receipt[] = [];
    let letters = 0;
    for (const id of ids) letters += await this.keepsakes.remove(tx, id, receipts);
    const known = await tx.rows<{ experiment_id: string }>(
      'SELECT experiment_id FROM assignments WHERE user_id = ANY ($1::text[])',
      [ids],
    );
    const locked = known.map(({ experiment_id }) => experiment_id);
    await lockExperiments(tx, locked);
    const excluded = await this.exclude(tx, ids);
    const fresh = await tx.rows<{ experiment_id: string }>(FRESH_BY_USER, [ids, locked]);
    await tx.rows(FORGET_BALANCES, [ids]);
    const events = await this.count(tx, DELETE_EVENTS, ids);
    // Most of the work, before the lock that everybody needs; the refold below finds what has been added since.
    await this.folds.refoldEvents(tx, excluded.filter(({ experiment_id }) => locked.includes(experiment_id))); // prettier-ignore
    for (const statement of REMOVE_ZEROS.ofEvents) await tx.rows(statement, [locked]);

    // From here until the commit nobody writes assignments or links. An assignment that was written since may count events that are gone now;
    // an id that was linked since has no tombstone yet.
    await lockPopulation(tx);
    if ((await idsOfPerson(tx, userId)).some((id) => !ids.includes(id))) throw new Regrouped();
    const pairs = await this.exclude(tx, ids);
    if (!(await tryLockExperiments(tx, experimentsIn(pairs))))
      throw new Conflict('an experiment that was joined meanwhile is being folded');
    const changes = await this.folds.refold(tx, pairs);
    const assignments = await this.count(tx, DELETE_ASSIGNMENTS, ids);
    const overrides = await tx.rows<{ experiment_id: string }>(DELETE_OVERRIDES, [ids]);
    await tx.rows(DELETE_FACTS, [ids]);
    await tx.rows(DELETE_LINKS, [ids]);
    for (const statement of REMOVE_ZEROS.ofPopulation) await tx.rows(statement, [experimentsIn(pairs)]);
    // The results say how many users are overridden, those who are not assigned as well.
    for (const { experiment_id } of overrides)
      if (!changes.has(experiment_id)) changes.set(experiment_id, null);
    await this.folds.bumpVersions(tx, changes);
    await tx.rows(FRESHEN, [fresh.map(({ experiment_id }) => experiment_id)]);
    await addToLedger(tx, receipts);
    return {
      experiments: experimentsIn(pairs).length,
      assignments,
      overrides: overrides.length,
      events,
      dead_letters: letters,
    };
  }

  /** The user counts nowhere from here on, whatever is stored: what a refold works out is nothing. */
  private async exclude(tx: Transaction, ids: readonly string[]): Promise<Pair[]> {
    const pairs = await tx.rows<Pair & Record<string, unknown>>(PAIRS_OF_USER, [ids]);
    await tx.rows(EXCLUDE, [ids]);
    return pairs;
  }

  private async count(tx: Transaction, statement: string, ids: readonly string[]): Promise<number> {
    return (await tx.row<{ rows: number }>(statement, [ids]))?.rows ?? 0;
  }
}
