import { page } from '../http/cursor';
import { Shown } from '../http/examples';
import { OPERATOR } from '../http/story';
import type { AuditAnswer } from './audit.schema';

const BY = { actor_id: OPERATOR, actor_name: 'BEARER_TOKENS' };

const CREATED: AuditAnswer = {
  id: 18,
  at: '2026-11-21T17:13:16.583Z',
  request_id: '01a1ff19-161d-76a4-9b4c-1dd6a78c1695',
  ...BY,
  action: 'flag.create',
  target_type: 'flag',
  target_id: '01a1ff19-1623-70f4-bbd6-8b9775b5bbe4',
  details: { key: 'greeting', type: 'string', version: 1 },
  previous: 'df9c9f2246857d08ae3c89a777f8c1282b91402d09d41cd2c030fa36e2bba7f2',
  hash: '136938cb30ac179852e2c09979e75dbb6d7dc3f4da081b26f396c5c37eb546a0',
};
/** The row after it, which carries its hash. */
const SWITCHED_OFF: AuditAnswer = {
  id: 19,
  at: '2026-11-21T17:13:16.614Z',
  request_id: '01a1ff19-1633-74f1-b143-737eb7e0897d',
  ...BY,
  action: 'flag.update',
  target_type: 'flag',
  target_id: '01a1ff19-15fc-70a9-956c-e5803d0e96f6',
  details: { state: 'disabled', changed: ['state'], version: 2 },
  previous: CREATED.hash,
  hash: '107ca6c03401f70e8216e33aac9a86f31ac60000c83fc2e6bc577414a4491079',
};

export const SHOWN = {
  // Of `limit=2`: there are older ones.
  list: {
    answerExample: page([SWITCHED_OFF, CREATED, CREATED], 2, 'audit', (row) => [row.at, String(row.id)]),
  },
} satisfies Record<string, Shown>;
