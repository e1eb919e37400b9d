import { Injectable } from '@nestjs/common';
import { Conflict, Database, SLOW, Transaction } from './database';
import { Changes, FoldStore, Pair } from './fold.store';
import {
  ADOPT_EVENTS,
  ANNOUNCE_LINKS_ONLY,
  DELETE_ALIASES,
  EXCLUDE_ALIASES,
  EXPERIMENTS_OF,
  IDS_OF_PERSON,
  INSERT_LINKS,
  KNOWN,
  LOCK_ROWS_OF,
  LOOK_UP,
  MERGE_ASSIGNMENTS,
  MOVE_FACTS,
  MOVE_FOLLOWERS,
  MOVE_OVERRIDES,
  OVERRIDE_USERS,
  PAIRS_OF,
  RESOLVE,
} from './identities.sql';
import { decideLinks, Link, LinkAnswer, partsOf } from './identity-links';
import { lockExperiments, lockPopulation, tryLockExperiments } from './locks';

interface LinkRow {
  alias_id: string;
  user_id: string;
  [column: string]: unknown;
}

/** Ids that are the same person: an anonymous one before the login, and the known one after it. */
@Injectable()
export class IdentitiesStore {
  constructor(
    private readonly db: Database,
    private readonly folds: FoldStore,
  ) {}

  /**
   * Makes aliases of users, in one transaction: when it resolves, everything that was stored of the aliases is the users' and counts so.
   * Events on their way find the link when they are stored. Repeating it changes nothing, and takes no lock.
   * @returns an answer for each link, in order; each sees those before it
   */
  async link(links: readonly Link[]): Promise<LinkAnswer[]> {
    const known = decideLinks(links, await this.known(this.db, links));
    if (newLinks(known).length === 0) return known;
    return this.db.transaction((tx) => this.linkIn(tx, links), SLOW);
  }

  /** Whose aliases these ids are, without those that are none; and whether there is any link at all. */
  async lookUp(ids: readonly string[]): Promise<{ owners: Map<string, string>; areThereAny: boolean }> {
    const row = await this.db.row<{ found: boolean; owners: Record<string, string> | null }>(LOOK_UP, [ids]);
    return { owners: new Map(Object.entries(row?.owners ?? {})), areThereAny: row?.found ?? true };
  }

  async resolve(ids: readonly string[]): Promise<Map<string, string>> {
    return (await this.lookUp(ids)).owners;
  }

  private async linkIn(tx: Transaction, links: readonly Link[]): Promise<LinkAnswer[]> {
    const answers = decideLinks(links, await this.known(tx, links));
    const fresh = newLinks(answers);
    if (fresh.length === 0) return answers;
    const ids = [...new Set(fresh.flatMap(({ aliasId, userId }) => [aliasId, userId]))];
    const locked = await this.experimentsOf(tx, ids);
    await lockExperiments(tx, locked);
    await tx.rows(LOCK_ROWS_OF, [ids]);

    // From here until the commit nobody else writes links or assignments, and whoever stored events before has committed them.
    await lockPopulation(tx);
    const decided = newLinks(decideLinks(links, await this.known(tx, links)));
    if (JSON.stringify(decided) !== JSON.stringify(fresh))
      throw new Conflict('one of the ids was linked meanwhile');
    const joined = (await this.experimentsOf(tx, ids)).filter((id) => !locked.includes(id));
    if (!(await tryLockExperiments(tx, joined)))
      throw new Conflict('an experiment that was joined meanwhile is being folded');
    await this.folds.bumpVersions(tx, await this.merge(tx, fresh, ids));
    return answers;
  }

  private async merge(
    tx: Transaction,
    links: readonly LinkAnswer[],
    ids: readonly string[],
  ): Promise<Changes> {
    await tx.rows(ANNOUNCE_LINKS_ONLY);
    const overridden: string[] = [];
    for (const part of partsOf(links)) overridden.push(...(await this.move(tx, part)));
    const changes = await this.folds.refold(tx, await tx.rows<LinkRow & Pair>(PAIRS_OF, [ids]));
    await tx.rows(DELETE_ALIASES, [links.map(({ aliasId }) => aliasId)]);
    // The results say how many users are overridden, those who are not assigned as well.
    for (const id of overridden) if (!changes.has(id)) changes.set(id, null);
    return changes;
  }

  /**
   * Gives users what their new aliases have; what has followed these before has nothing of its own.
   * @returns where something is forced on another id now
   */
  private async move(tx: Transaction, links: readonly LinkAnswer[]): Promise<string[]> {
    const aliases = links.map(({ aliasId }) => aliasId);
    const users = links.map(({ userId }) => userId);
    if (links.some(({ followers }) => followers !== undefined))
      await tx.rows(MOVE_FOLLOWERS, [aliases, users]);
    await tx.rows(INSERT_LINKS, [aliases, users]);
    await tx.rows(MOVE_FACTS, [aliases]);
    const overridden = await tx.rows<{ experiment_id: string }>(MOVE_OVERRIDES, [aliases]);
    await tx.rows(MERGE_ASSIGNMENTS, [[...new Set([...aliases, ...users])]]);
    await tx.rows(OVERRIDE_USERS, [users]);
    await tx.rows(EXCLUDE_ALIASES, [aliases]);
    await tx.rows(ADOPT_EVENTS, [aliases]);
    return overridden.map(({ experiment_id }) => experiment_id);
  }

  private async known(db: Database | Transaction, links: readonly Link[]): Promise<Link[]> {
    const ids = [...new Set(links.flatMap(({ aliasId, userId }) => [aliasId, userId]))];
    const movable = links.flatMap(({ aliasId, merge }) => (merge === true ? [aliasId] : []));
    return (await db.rows<LinkRow>(KNOWN, [ids, movable])).map(linkOf);
  }

  private async experimentsOf(tx: Transaction, ids: readonly string[]): Promise<string[]> {
    const rows = await tx.rows<{ experiment_id: string }>(EXPERIMENTS_OF, [ids]);
    return rows.map(({ experiment_id }) => experiment_id);
  }
}

/** Whose aliases these ids are. Who holds the population lock, shared or not, sees all links until the commit. */
export async function resolveIn(
  db: Database | Transaction,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db.rows<LinkRow>(RESOLVE, [[...new Set(ids)]]);
  return new Map(rows.map(({ alias_id, user_id }) => [alias_id, user_id]));
}

/** All ids of a person, the user first. */
export async function idsOfPerson(db: Database | Transaction, id: string): Promise<string[]> {
  return (await db.rows<{ id: string }>(IDS_OF_PERSON, [id])).map((row) => row.id);
}

function newLinks(answers: readonly LinkAnswer[]): LinkAnswer[] {
  return answers.filter(({ outcome }) => outcome === 'linked');
}

function linkOf({ alias_id, user_id }: LinkRow): Link {
  return { aliasId: alias_id, userId: user_id };
}
