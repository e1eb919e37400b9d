import { onePage, Shown } from '../http/examples';
import { CHECKOUT_LAYOUT, ELIGIBILITY, LAYER_ID } from '../http/story';
import type { HoldoutAnswer, LayerAnswer } from './layers.schema';

const CREATED: LayerAnswer = {
  id: LAYER_ID,
  key: 'checkout',
  name: 'Everything about the checkout',
  description: null,
  seed: LAYER_ID,
  slots: [],
  free: [{ from_pct: 0, to_pct: 100 }],
  created_at: '2026-11-21T17:13:13.600Z',
  updated_at: '2026-11-21T17:13:13.600Z',
};
/** Half of it is taken. */
const USED: LayerAnswer = {
  ...CREATED,
  slots: [
    {
      experiment_id: CHECKOUT_LAYOUT.id,
      experiment_key: CHECKOUT_LAYOUT.key,
      status: CHECKOUT_LAYOUT.status,
      from_pct: 0,
      to_pct: 50,
    },
  ],
  free: [{ from_pct: 50, to_pct: 100 }],
};
const RENAMED: LayerAnswer = {
  ...USED,
  name: 'Checkout and payment',
  updated_at: '2026-11-21T17:13:21.264Z',
};

const { shareBp, seed } = ELIGIBILITY.holdout;
const HOLDOUT: HoldoutAnswer = { share_pct: shareBp / 100, seed, updated_at: '2026-11-21T17:13:13.616Z' };

export const SHOWN = {
  create: { example: { key: CREATED.key, name: CREATED.name }, answerExample: CREATED },
  list: { answerExample: onePage(USED) },
  read: { answerExample: USED },
  patch: { example: { name: RENAMED.name }, answerExample: RENAMED },
  readHoldout: { answerExample: HOLDOUT },
  putHoldout: { example: { share_pct: HOLDOUT.share_pct }, answerExample: HOLDOUT },
} satisfies Record<string, Shown>;
