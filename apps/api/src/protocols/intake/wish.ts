import type { Facts } from '@app/model';
import type { FactsSaid } from '@app/store';

// What clients of other systems ask for, in our words: each protocol translates its items into wishes, and all wishes are fulfilled in the
// same way.

export interface Link {
  aliasId: string;
  userId: string;
  /** Said on purpose of two ids, not found out of a visitor who logs in: also somebody who is known becomes an alias. */
  merge?: true;
}

/** A user says to have met a variant. */
export interface Exposure {
  /** Id or key of the experiment, or, where `ofFlag` says so, perhaps of a flag that shows one. */
  reference: string;
  /** Key or id of the variant that was shown, when that was said; or that a flag was on or off. */
  variant: string | boolean | null;
  /** Flags that show no experiment are of no interest, and no fault. */
  ofFlag: boolean;
  /** What the client said of the user, which may have decided. */
  said: Facts;
}

export interface Wish {
  /** As POST /events takes it, but not looked at yet. */
  event?: Record<string, unknown> & { user_id: string };
  /** With an event; it then gets the experiment. */
  exposure?: Exposure;
  facts?: FactsSaid;
  link?: Link;
  /** The client's clock when it sent this. */
  sentAt?: unknown;
}

export interface Refused {
  code: string;
  message: string;
}

/** What became of an item: something to do, or what is wrong with it. */
export type Understood = Wish | { refused: Refused };

export interface Rejected extends Refused {
  index: number;
}

/** What a key may ask for that stands in a page: everybody can read it, and nobody can part two known users again. */
export function withoutMerges(items: readonly Understood[]): Understood[] {
  return items.map((item) => {
    if ('refused' in item || item.link?.merge === undefined) return item;
    const { aliasId, userId } = item.link;
    return { ...item, link: { aliasId, userId } };
  });
}

export function refuse(code: string, message: string): { refused: Refused } {
  return { refused: { code, message } };
}
