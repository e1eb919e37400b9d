import { onePage, Shown } from '../http/examples';
import { OPERATOR } from '../http/story';
import type { CreateToken, NewToken, Token } from './tokens.schema';

const REPORT: CreateToken = { name: 'Nightly report', scopes: ['results:read'] };
const SHOP: CreateToken = {
  name: 'Web shop',
  kind: 'publishable',
  scopes: ['events:write', 'assignments:write'],
  allowed_origins: ['https://shop.example'],
};

const FRESH = {
  status: 'active',
  limits: null,
  created_by: OPERATOR,
  not_before: null,
  revoked_at: null,
  rotated_from: null,
  replaced_by: null,
  last_used_at: null,
  uses: 0,
} as const;
const FOR_REPORT: Token = {
  id: '01a1ff19-2793-77a6-8631-879c1e79aafe',
  ...FRESH,
  name: REPORT.name,
  kind: 'secret',
  hint: '4G1v',
  scopes: REPORT.scopes,
  allowed_origins: [],
  created_at: '2026-11-21T17:13:21.044Z',
  expires_at: '2027-11-21T17:13:21.039Z',
};
const FOR_SHOP: Token = {
  id: '01a1ff19-27a1-7069-a30b-dc46271e4d5d',
  ...FRESH,
  name: SHOP.name,
  kind: 'publishable',
  hint: 'KbBM',
  scopes: SHOP.scopes,
  allowed_origins: ['https://shop.example'],
  created_at: '2026-11-21T17:13:21.058Z',
  expires_at: '2027-11-21T17:13:21.056Z',
};
const ROTATED: Token = {
  ...FOR_REPORT,
  id: '01a1ff19-27b2-77f0-930d-9682b643d2e6',
  hint: '3Vj9',
  created_at: '2026-11-21T17:13:21.074Z',
  expires_at: '2027-11-21T17:13:21.070Z',
  rotated_from: FOR_REPORT.id,
};
/** An hour left. */
const REPLACED: Token = {
  ...FOR_REPORT,
  status: 'replaced',
  expires_at: '2026-11-21T18:13:21.072Z',
  replaced_by: ROTATED.id,
};

/** No whole token: whoever scans this file must find none. */
const issued = (token: Token): NewToken => ({
  ...token,
  secret: `assay_${token.kind === 'secret' ? 'secret' : 'public'}_…`,
});

export const SHOWN = {
  create: {
    examples: { secret: REPORT, publishable: SHOP },
    answerExamples: { secret: issued(FOR_REPORT), publishable: issued(FOR_SHOP) },
  },
  list: { answerExample: onePage(ROTATED, FOR_SHOP, REPLACED) },
  read: { answerExamples: { active: ROTATED, replaced: REPLACED } },
  rotate: { example: { overlap_seconds: 3_600 }, answerExample: issued(ROTATED) },
} satisfies Record<string, Shown>;
