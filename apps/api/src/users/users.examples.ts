import { bucketOf } from '@app/bucketing';
import { Shown } from '../http/examples';
import { ASSIGNED_AT, CHECKOUT_BUTTON, ERASURE, STORED_PURCHASE, USER as user_id } from '../http/story';

const USER = {
  user_id,
  attributes: { country: 'DE', plan: 'pro', seats: 12, beta: true, app_version: '2.10.0' },
  created_at: '2026-11-21T09:29:58.082Z',
  updated_at: '2026-11-21T09:29:58.082Z',
};

const STORED = [
  { kind: 'user', ...USER },
  { kind: 'identity', user_id, alias_id: 'visitor-7f3a', linked_at: '2026-11-21T09:30:41.109Z' },
  {
    kind: 'assignment',
    user_id,
    experiment_id: CHECKOUT_BUTTON.id,
    experiment_key: CHECKOUT_BUTTON.key,
    variant_key: 'control',
    epoch: 1,
    bucket: bucketOf(CHECKOUT_BUTTON.hashSeed, user_id),
    source: 'hash',
    assigned_at: ASSIGNED_AT,
    enrolled_at: null,
    exposed_at: null,
    contaminated: false,
    attributes: { country: 'DE' },
  },
  { kind: 'event', ...STORED_PURCHASE },
];
/** One line each. */
export const EXPORTED = STORED.map((thing) => `${JSON.stringify(thing)}\n`).join('');

export const SHOWN = {
  put: { example: { attributes: USER.attributes }, answerExample: USER },
  read: { answerExample: USER },
  erase: { answerExample: ERASURE },
} satisfies Record<string, Shown>;
