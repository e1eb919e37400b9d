// What secrets look like, with few false alarms: formats that say what they are, and long passwords inside URLs. A finding names the
// place and the kind, never the text, because the output of checks is kept in logs.

const KINDS = [
  ['a token of Assay', /\bassay_(?:secret|public)_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}\b/g],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/g],
  ['a key of AWS', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ['a token of GitHub', /\b(?:gh[opsur]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{60,})\b/g],
  ['a token of GitLab', /\bglpat-[0-9A-Za-z_-]{20,}/g],
  ['a token of npm', /\bnpm_[0-9A-Za-z]{36}\b|:_authToken=[^\s$"']{8,}/g],
  ['a token of Slack', /\bxox[abeoprs]-[0-9A-Za-z-]{10,}/g],
  ['a key of Google', /\bAIza[0-9A-Za-z_-]{35}\b/g],
  ['a key of Stripe', /\b[rs]k_live_[0-9A-Za-z]{20,}/g],
  ['a key of an AI service', /\bsk-(?:ant-|proj-)?[0-9A-Za-z_-]{40,}/g],
  ['a signed JWT', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/g],
  ['a password in a URL', /\b[a-z][a-z0-9+]{2,15}:\/\/[^\s:/@'"`${}<>]*:[^\s:/@'"`${}<>]{16,}@/g],
];

/** @returns {{ line: number, kind: string }[]} the places of a text that look like a secret */
export function findSecrets(text) {
  return KINDS.flatMap(([kind, pattern]) =>
    [...text.matchAll(pattern)].map(({ index }) => ({ line: text.slice(0, index).split('\n').length, kind })),
  ).sort((a, b) => a.line - b.line);
}
