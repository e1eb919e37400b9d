// Pure: what becomes of links, by what is linked already. An alias belongs to one user and has no aliases of its own: when a user becomes an
// alias, the aliases move along. So there are neither chains nor cycles.

/** Two ids of one person. */
export interface Link {
  aliasId: string;
  userId: string;
  /** Said on purpose, of ids that are both known: also a user who has aliases becomes one. */
  merge?: boolean;
}

/**
 * `linked` is new; `unchanged` was so before; `same_user` are two names of one id. Refused: the alias is `taken` by another user, for ever, or it
 * is a user with aliases, `identified` already, and nobody said that the two are to be merged.
 */
export type LinkOutcome = 'linked' | 'unchanged' | 'same_user' | 'taken' | 'identified';

/** `userId` is the user that was named, or whom that one belongs to. */
export interface LinkAnswer {
  aliasId: string;
  userId: string;
  outcome: LinkOutcome;
  /** The aliases that the alias had: they are the user's now. */
  followers?: string[];
}

/** Decides in the order of the links, so that each sees those before it. */
export function decideLinks(links: readonly Link[], known: readonly Link[]): LinkAnswer[] {
  const owners = new Map(known.map(({ aliasId, userId }) => [aliasId, userId]));
  const identified = new Set(owners.values());
  return links.map(({ aliasId, userId: named, merge = false }) => {
    const userId = owners.get(named) ?? named;
    const hasAliases = identified.has(aliasId);
    const outcome = outcomeOf({ aliasId, userId }, owners.get(aliasId), hasAliases && !merge);
    if (outcome !== 'linked') return { aliasId, userId, outcome };
    const followers = hasAliases ? [...owners.keys()].filter((id) => owners.get(id) === aliasId).sort() : [];
    for (const id of [aliasId, ...followers]) owners.set(id, userId);
    identified.add(userId);
    return { aliasId, userId, outcome, ...(followers.length > 0 && { followers }) };
  });
}

/** New links in order, in parts that can be made at once: nobody is a user in a part and becomes an alias in it. */
export function partsOf<L extends Link>(links: readonly L[]): L[][] {
  const parts: L[][] = [];
  for (const link of links) {
    const last = parts.at(-1);
    if (last === undefined || last.some(({ userId }) => userId === link.aliasId)) parts.push([link]);
    else last.push(link);
  }
  return parts;
}

function outcomeOf({ aliasId, userId }: Link, owner: string | undefined, isKnown: boolean): LinkOutcome {
  if (aliasId === userId) return 'same_user';
  if (owner !== undefined) return owner === userId ? 'unchanged' : 'taken';
  return isKnown ? 'identified' : 'linked';
}
