import { page } from '../http/cursor';
import { onePage, Shown } from '../http/examples';
import { OPERATOR } from '../http/story';
import type { FlagAnswer, FlagHistory } from './flags.schema';

const OUR_OWN = {
  kind: 'variant',
  name: 'Our own people',
  targeting: { attribute: 'email', operator: 'ends_with', value: '@example.org' },
  variant: 'on',
} as const;
const A_QUARTER = {
  kind: 'rollout',
  name: 'A quarter of the others',
  coverage_pct: 25,
  variants: [{ key: 'on', allocation_pct: 100 }],
} as const;
const HALF_WARM = {
  kind: 'rollout',
  coverage_pct: 100,
  variants: [
    { key: 'plain', allocation_pct: 50 },
    { key: 'warm', allocation_pct: 50 },
  ],
} as const;

const CREATE = {
  switch: { key: 'new-search', type: 'boolean', rules: [OUR_OWN, A_QUARTER] },
  setting: { key: 'page-size', type: 'number', value: 20 },
  texts: {
    key: 'greeting',
    name: 'Greeting on the home page',
    type: 'string',
    variants: [
      { key: 'plain', value: 'Hello' },
      { key: 'warm', name: 'Warm', value: 'Good to see you' },
    ],
    off_variant: 'plain',
    rules: [HALF_WARM],
  },
} as const;

const NEW_SEARCH: FlagAnswer = {
  id: '01a1ff19-15fc-70a9-956c-e5803d0e96f6',
  key: 'new-search',
  name: 'new-search',
  description: null,
  type: 'boolean',
  state: 'enabled',
  variants: [
    { key: 'off', name: 'off', value: false },
    { key: 'on', name: 'on', value: true },
  ],
  default_variant: 'off',
  off_variant: 'off',
  rules: [
    { id: '01a1ff19-15fd-71b8-aaab-6942626c95f3', ...OUR_OWN },
    { id: '01a1ff19-1600-724a-bdd8-5ee989f80950', ...A_QUARTER, targeting: null },
  ],
  version: 1,
  created_at: '2026-11-21T17:13:16.549Z',
  updated_at: '2026-11-21T17:13:16.549Z',
};
const PAGE_SIZE: FlagAnswer = {
  id: '01a1ff19-1610-75a9-9e9c-b210263c74d2',
  key: 'page-size',
  name: 'page-size',
  description: null,
  type: 'number',
  state: 'enabled',
  variants: [{ key: 'default', name: 'default', value: 20 }],
  default_variant: 'default',
  off_variant: null,
  rules: [],
  version: 1,
  created_at: '2026-11-21T17:13:16.561Z',
  updated_at: '2026-11-21T17:13:16.561Z',
};
const GREETING: FlagAnswer = {
  id: '01a1ff19-1623-70f4-bbd6-8b9775b5bbe4',
  key: 'greeting',
  name: 'Greeting on the home page',
  description: null,
  type: 'string',
  state: 'enabled',
  variants: [
    { key: 'plain', name: 'plain', value: 'Hello' },
    { key: 'warm', name: 'Warm', value: 'Good to see you' },
  ],
  default_variant: 'plain',
  off_variant: 'plain',
  rules: [{ id: '01a1ff19-1623-70f4-bbd6-8f08b5532d68', name: null, targeting: null, ...HALF_WARM }],
  version: 1,
  created_at: '2026-11-21T17:13:16.581Z',
  updated_at: '2026-11-21T17:13:16.581Z',
};

const SWITCHED_OFF: FlagAnswer = {
  ...NEW_SEARCH,
  state: 'disabled',
  version: 2,
  updated_at: '2026-11-21T17:13:16.612Z',
};
const actor = { id: OPERATOR, name: 'BEARER_TOKENS' };
const HISTORY: FlagHistory = onePage(
  {
    version: 2,
    at: SWITCHED_OFF.updated_at,
    actor,
    request_id: '01a1ff19-1633-74f1-b143-737eb7e0897d',
    changed: ['state'],
    flag: SWITCHED_OFF,
  },
  {
    version: 1,
    at: NEW_SEARCH.updated_at,
    actor,
    request_id: '01a1ff19-15f7-75a9-a76e-e2f0e6f0cab5',
    changed: [
      'id',
      'key',
      'name',
      'description',
      'type',
      'state',
      'variants',
      'default_variant',
      'off_variant',
      'rules',
    ],
    flag: NEW_SEARCH,
  },
);

export const SHOWN = {
  create: {
    examples: CREATE,
    answerExamples: { switch: NEW_SEARCH, setting: PAGE_SIZE, texts: GREETING },
  },
  // Of `limit=2`.
  list: {
    answerExample: page([GREETING, PAGE_SIZE, NEW_SEARCH], 2, 'flags', (flag) => [flag.created_at, flag.id]),
  },
  read: { answerExample: NEW_SEARCH },
  history: { answerExample: HISTORY },
  patch: { example: { state: 'disabled' }, answerExample: SWITCHED_OFF },
  ticket: {
    answerExample: {
      ticket: '…',
      url: '/api/v1/flags/stream?ticket=…',
      expires_at: '2026-11-21T19:00:00.000Z',
    },
  },
} satisfies Record<string, Shown>;

/** A change is told, and then there is none for ten seconds. */
export const STREAM = `retry: 2000
id: A9VhRfC-9uHlSfT-jYJa44

id: lC31ZFxBML6zzee_aDCIEg
event: message
data: {"type":"refetchEvaluation","etag":"lC31ZFxBML6zzee_aDCIEg"}

: still here

`;
