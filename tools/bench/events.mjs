// Traffic like that of a shop: ten types, one in ten late by up to a week, one in three with a value; about 220 bytes of JSON each.
import crypto from 'node:crypto';
import { randomOf } from '../chaos/random.mjs';

const TYPES = [
  'page_view',
  'search',
  'click',
  'add_to_cart',
  'checkout',
  'purchase',
  'refund',
  'signup',
  'share',
  'support',
];
const WITH_VALUE = new Set(['purchase', 'refund', 'add_to_cart']);
const DAY_MS = 86_400_000;

export const userOf = (number) => `user-${number}`;

/** An endless, repeatable supply. Ids grow with time (UUIDv7), as those of a good client do. */
export function* events({ users, seed = 1, now = Date.now(), days = 4 }) {
  const random = randomOf(seed);
  for (let index = 0; ; index++) {
    const type = TYPES[random.below(TYPES.length)];
    const late = random.below(10) === 0 ? random.below(7 * DAY_MS) : random.below(days * DAY_MS) / 100;
    yield {
      event_id: uuidv7(now + index / 50),
      user_id: userOf(random.below(users)),
      type,
      timestamp: new Date(now - late).toISOString(),
      ...(WITH_VALUE.has(type) ? { value: random.below(20_000) / 100 } : {}),
      properties: { page: `/products/${random.below(1000)}`, source: 'web' },
    };
  }
}

export function take(count, supply) {
  return Array.from({ length: count }, () => supply.next().value);
}

function uuidv7(ms) {
  const bytes = crypto.randomBytes(16);
  bytes.writeUIntBE(Math.floor(ms), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
