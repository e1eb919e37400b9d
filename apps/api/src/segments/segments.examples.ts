import type { Segment } from '@app/model';
import { onePage, Shown } from '../http/examples';
import { GERMAN_PRO } from '../http/story';

const PEOPLE: Segment = {
  key: 'german-pro',
  name: 'Paying customers in Germany',
  description: null,
  targeting: GERMAN_PRO,
  version: 1,
  created_at: '2026-11-21T17:13:13.720Z',
  updated_at: '2026-11-21T17:13:13.720Z',
};
const TESTERS: Segment = {
  key: 'testers',
  name: 'testers',
  description: null,
  targeting: { attribute: 'email', operator: 'ends_with', value: '@example.com' },
  version: 1,
  created_at: '2026-11-21T17:13:13.824Z',
  updated_at: '2026-11-21T17:13:13.824Z',
};
const CHANGED: Segment = {
  ...PEOPLE,
  targeting: { attribute: 'plan', operator: 'eq', value: 'team' },
  version: 2,
  updated_at: '2026-11-21T17:13:21.288Z',
};

export const SHOWN = {
  create: {
    examples: {
      people: { key: PEOPLE.key, name: PEOPLE.name, targeting: PEOPLE.targeting },
      testers: { key: TESTERS.key, targeting: TESTERS.targeting },
    },
    answerExamples: { people: PEOPLE, testers: TESTERS },
  },
  list: { answerExample: onePage(TESTERS, PEOPLE) },
  read: { answerExample: PEOPLE },
  patch: { example: { targeting: CHANGED.targeting }, answerExample: CHANGED },
} satisfies Record<string, Shown>;
