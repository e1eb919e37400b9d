import { onePage, Shown } from '../http/examples';
import { ASSIGNED_AT, CHECKOUT_BUTTON, PURCHASE, STORED_PURCHASE } from '../http/story';
import type { EventInput, StoredEvent } from './events.schema';

const ERROR: EventInput = {
  event_id: '0198c0de-1111-7000-8000-000000000002',
  user_id: 'user-1',
  type: 'error',
  timestamp: '2026-11-21T09:31:12.704Z',
  properties: { code: 'card_declined' },
};

const STORED: StoredEvent = STORED_PURCHASE;
const STORED_ERROR = { ...STORED, ...ERROR, value: null };

const ACCEPTED = { event_id: PURCHASE.event_id, status: 'accepted', durability: 'durable' };
const ALL_ACCEPTED = {
  accepted: 2,
  duplicates: 0,
  rejected: [],
  event_ids: [PURCHASE.event_id, ERROR.event_id],
  durability: 'durable',
};
const SOME_ACCEPTED = {
  ...ALL_ACCEPTED,
  accepted: 1,
  rejected: [{ index: 1, event_id: ERROR.event_id, code: 'required', message: '/user_id Is required.' }],
  event_ids: [PURCHASE.event_id],
};

export const SHOWN = {
  accept: { example: PURCHASE, answerExamples: { event: ACCEPTED, list_of_cloudevents: ALL_ACCEPTED } },
  acceptMany: {
    example: { events: [PURCHASE, ERROR], sent_at: '2026-11-21T09:31:13Z' },
    answerExamples: { all: ALL_ACCEPTED, without_user: SOME_ACCEPTED },
  },
  list: { answerExample: onePage(STORED_ERROR, STORED) },
  read: { answerExample: STORED },
  disposition: {
    answerExample: {
      event_id: PURCHASE.event_id,
      experiments: [
        {
          experiment_id: CHECKOUT_BUTTON.id,
          experiment_key: CHECKOUT_BUTTON.key,
          variant_key: 'control',
          anchor: ASSIGNED_AT,
          disposition: 'counted',
          day: '2026-11-21',
          metrics: [],
        },
      ],
    },
  },
} satisfies Record<string, Shown>;
