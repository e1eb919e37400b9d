import { invalid, parseInstant } from '@app/model';
import { FORMATS } from './schema';

// A cursor is the sort key of the last item, opaque to clients: keyset paging neither skips nor repeats while rows are inserted. It
// carries the name of its list, so that a cursor of another list is refused and not taken for a place in this one.

export function encodeCursor(list: string, key: [string, string]): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}

const LAST = {
  uuid: FORMATS.uuid,
  'user-id': FORMATS['user-id'],
  key: (text: string) => /^[a-z0-9][a-z0-9_-]{0,63}$/.test(text),
  number: (text: string) => /^\d{1,15}$/.test(text),
};

/**
 * @param last what the second part of the key is; PostgreSQL would not take anything else
 * @throws AssayError invalid_request when the text is not a cursor of such a list
 */
export function decodeCursor(
  text: string | undefined,
  list: string,
  last: keyof typeof LAST = 'uuid',
): [string, string] | null {
  if (text === undefined) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(parts) && parts.length === 3 && parts.every((part) => typeof part === 'string')) {
      const [origin, at, id] = parts;
      if (origin === list && parseInstant(at) !== null && LAST[last](id)) return [at, id];
    }
  } catch {
    // Falls through: whatever is wrong with it, it is not a cursor.
  }
  throw invalid('/cursor', 'invalid_cursor', 'This is not a cursor that this list gave out.');
}

/** One page of at most `limit` of the items read, of which there may be one more. */
export function page<T>(
  items: T[],
  limit: number,
  list: string,
  keyOf: (item: T) => [string, string],
): { data: T[]; next_cursor: string | null } {
  const data = items.slice(0, limit);
  const last = data.at(-1);
  const isThereMore = items.length > limit && last !== undefined;
  return { data, next_cursor: isThereMore ? encodeCursor(list, keyOf(last)) : null };
}
