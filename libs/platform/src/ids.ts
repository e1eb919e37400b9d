import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

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
