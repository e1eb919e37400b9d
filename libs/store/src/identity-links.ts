// Pure: what becomes of links, by what is linked already. An alias belongs to one user for ever and has no aliases of its own, so there
// are neither chains nor cycles, and what is merged by mistake is at most what one id did.

/** Two ids of one person. */
export interface Link {
  aliasId: string;
  userId: string;
}

/**
 * `linked` is new; `unchanged` was so before; `same_user` are two names of one id. Refused, for ever: the alias is `taken` by another
 * user, or it is a user with aliases, `identified` already.
 */
export type LinkOutcome = 'linked' | 'unchanged' | 'same_user' | 'taken' | 'identified';

/** `userId` is the user that was named, or whom that one belongs to. */
export interface LinkAnswer extends Link {
  outcome: LinkOutcome;
}

/** Decides in the order of the links, so that each sees those before it. */
export function decideLinks(links: readonly Link[], known: readonly Link[]): LinkAnswer[] {
  const owners = new Map(known.map(({ aliasId, userId }) => [aliasId, userId]));
  const identified = new Set(owners.values());
  return links.map((link) => {
    const { aliasId } = link;
    const userId = owners.get(link.userId) ?? link.userId;
    const outcome = outcomeOf({ aliasId, userId }, owners.get(aliasId), identified.has(aliasId));
    if (outcome === 'linked') {
      owners.set(aliasId, userId);
      identified.add(userId);
    }
    return { aliasId, userId, outcome };
  });
}

function outcomeOf({ aliasId, userId }: Link, owner: string | undefined, hasAliases: boolean): LinkOutcome {
  if (aliasId === userId) return 'same_user';
  if (owner !== undefined) return owner === userId ? 'unchanged' : 'taken';
  return hasAliases ? 'identified' : 'linked';
}
