import { crc32 } from 'node:zlib';
import { hintOf, isOrigin, kindOfToken, makeToken } from './token';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Always the same, so that the vectors are too. */
const zero = () => 0;
const rising = () => {
  let next = 0;
  return (below: number) => next++ % below;
};

describe('the text of a token', () => {
  // Computed with CPython: zlib.crc32, written in base 62.
  it.each([
    ['secret', zero, 'assay_secret', '0'.repeat(32), '2bUZ77'],
    ['secret', rising(), 'assay_secret', DIGITS.slice(0, 32), '26Y0OM'],
    ['publishable', zero, 'assay_public', '0'.repeat(32), '34uf4e'],
    ['publishable', rising(), 'assay_public', DIGITS.slice(0, 32), '1YNx9L'],
  ] as const)('%s tokens have a fixed form', (kind, pick, word, secret, checksum) => {
    const text = `${word}_${secret}_${checksum}`;
    expect(makeToken(kind, pick)).toBe(text);
    expect(kindOfToken(text)).toBe(kind);
  });

  it('ends in the CRC-32 of all before', () => {
    const token = makeToken('secret', rising());
    const value = Array.from(token.slice(-6)).reduce((sum, digit) => sum * 62 + DIGITS.indexOf(digit), 0);
    expect(value).toBe(crc32(token.slice(0, -7)));
  });

  it('is refused with any one character changed', () => {
    const token = makeToken('secret', rising());
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'x' ? 'y' : 'x';
      expect({ at, kind: kindOfToken(token.slice(0, at) + other + token.slice(at + 1)) }).toEqual({
        at,
        kind: null,
      });
    }
  });

  it.each([
    '',
    'assay_secret_',
    'Bearer',
    'assay_secret__',
    `${makeToken('secret', zero)} `,
    `${makeToken('secret', zero)}\n`,
  ])('is not %j', (text) => expect(kindOfToken(text)).toBeNull());

  it('shows the end of the secret part as its hint', () => {
    expect(hintOf(makeToken('secret', rising()))).toBe('STUV');
  });
});

describe('an origin', () => {
  it.each([
    'https://shop.example',
    'https://shop.example:8443',
    'http://localhost',
    'http://localhost:3000',
    'https://xn--mnchen-3ya.de',
  ])('may be %s', (text) => expect(isOrigin(text)).toBe(true));

  it.each([
    'http://shop.example',
    'https://shop.example/',
    'https://shop.example/path',
    'https://*.example',
    'https://Shop.example',
    'https://shop.example:443',
    'http://localhost:80',
    'http://localhost.evil.example',
    'https://user@shop.example',
    'https://shop.example:99999',
    'https://münchen.de',
    'null',
    '*',
    '',
    'https://',
    'https://shop.example\n',
    'ftp://shop.example',
  ])('is not %j', (text) => expect(isOrigin(text)).toBe(false));
});
