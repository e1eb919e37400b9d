import { crc32 } from 'node:zlib';

// The text of a token: assay_<kind>_<32 characters of base62>_<6 characters of base62: CRC-32 of all before>. The prefix lets scanners
// find leaked ones; the checksum tells a token of ours from noise without asking the database. 62^32 is more than 2^190.

export const TOKEN_KINDS = ['secret', 'publishable'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const HINT_LENGTH = 4;
const WORDS: Record<TokenKind, string> = { secret: 'assay_secret', publishable: 'assay_public' };
const TOKEN = new RegExp(
  `^(assay_(?:secret|public))_[0-9A-Za-z]{${SECRET_LENGTH}}_([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`,
);

/** @param pick a secure source of chance: a whole number from 0, below the one given */
export function makeToken(kind: TokenKind, pick: (below: number) => number): string {
  const secret = Array.from({ length: SECRET_LENGTH }, () => BASE62[pick(BASE62.length)]).join('');
  const body = `${WORDS[kind]}_${secret}`;
  return `${body}_${checksumOf(body)}`;
}

/** The kind of a token of ours; null for whatever cannot be one. It says nothing about whether the token exists. */
export function kindOfToken(text: string): TokenKind | null {
  const [, word, checksum] = TOKEN.exec(text) ?? [];
  if (word === undefined || checksumOf(text.slice(0, -CHECKSUM_LENGTH - 1)) !== checksum) return null;
  return word === WORDS.secret ? 'secret' : 'publishable';
}

/** The end of the secret part: people tell their tokens apart by it, and nobody can guess the rest. */
export function hintOf(token: string): string {
  return token.slice(0, -CHECKSUM_LENGTH - 1).slice(-HINT_LENGTH);
}

function checksumOf(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    text = BASE62[rest % BASE62.length] + text;
    rest = Math.floor(rest / BASE62.length);
  }
  return text;
}

const ORIGIN = /^(https:\/\/[a-z0-9.-]+|http:\/\/localhost)(:\d{1,5})?$/;

/** An origin just as browsers send it: https, or http on this machine; no path, no wildcard, no port that goes without saying. */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
