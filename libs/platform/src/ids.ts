import { randomFillSync } from 'node:crypto';
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';

const ID_BYTES = 16;
/** Asking the system for so many bytes costs little more than asking for sixteen. */
const pool = Buffer.allocUnsafe(256 * ID_BYTES);
let used = pool.length;

/** A UUIDv7. Those of one millisecond are in no order. */
export function timeOrderedId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return uuidv7({ random: pool.subarray(used - ID_BYTES, used) });
}

/** Never to be another one: ids that were made of names must be made again. */
const NAMES = '5e0a4a52-7d9c-5f5e-9a5b-3d8c0c1f6b27';

/** A UUIDv5: the same name of the same kind gives the same id, in every process and for ever. */
export function idOfName(kind: string, name: string): string {
  // As bytes: whatever a text is made of, it names something.
  return uuidv5(Buffer.from(`${kind}\n${name}`), NAMES);
}
