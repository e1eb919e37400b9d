import { invalid, parseInstant } from '@app/model';
import { FORMATS } from './schema';

// A cursor is the sort key of the last item, opaque to clients: keyset paging neither skips nor repeats while rows are inserted.

export function encodeCursor(key: [string, string]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

const LAST = {
  uuid: FORMATS.uuid,
  'user-id': FORMATS['user-id'],
  number: (text: string) => /^\d{1,15}$/.test(text),
};

/**
 * @param last what the second part of the key is; PostgreSQL would not take anything else
 * @throws AssayError invalid_request when the text is not a cursor of such a list
 */
export function decodeCursor(
  text: string | undefined,
  last: keyof typeof LAST = 'uuid',
): [string, string] | null {
  if (text === undefined) return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(key) && key.length === 2 && key.every((part) => typeof part === 'string')) {
      if (parseInstant(key[0]) !== null && LAST[last](key[1])) return [key[0], key[1]];
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
  keyOf: (item: T) => [string, string],
): { data: T[]; next_cursor: string | null } {
  const data = items.slice(0, limit);
  const last = data.at(-1);
  return { data, next_cursor: items.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
