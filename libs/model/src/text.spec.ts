import * as fc from 'fast-check';
import { isIdentifier, isStorable, isStorableJson, mostBytes, roughBytes } from './text';

describe('an identifier', () => {
  it.each([
    ['one letter', 'a'],
    ['spaces inside and around', ' user 42 '],
    ['a slash', 'a/b'],
    ['the word null', 'null'],
    ['umlauts', 'Jürgen'],
    ['emoji', '😀'],
    ['256 letters', 'x'.repeat(256)],
    ['64 emoji, 256 bytes', '😀'.repeat(64)],
    ['a right-to-left override', '\u202eabc'],
  ])('may be %s', (_, text) => {
    expect(isIdentifier(text, 256)).toBe(true);
  });

  it.each([
    ['empty', ''],
    ['257 letters', 'x'.repeat(257)],
    ['65 emoji, 260 bytes', '😀'.repeat(65)],
    ['a NUL', 'a\u0000b'],
    ['a line feed', 'a\nb'],
    ['a delete', 'a\u007f'],
    ['only spaces', '   '],
    ['only zero-width spaces', '\u200b\u200d\ufeff'],
    ['a lone high surrogate', 'a\ud800'],
    ['a lone low surrogate', '\udc00a'],
  ])('may not be %s', (_, text) => {
    expect(isIdentifier(text, 256)).toBe(false);
  });

  it('is not normalised: NFC and NFD of a name are two', () => {
    expect('é'.normalize('NFC')).not.toBe('é'.normalize('NFD'));
    expect(isIdentifier('é'.normalize('NFD'), 256)).toBe(true);
  });
});

describe('storable text and JSON', () => {
  it('holds everything but NUL and lone surrogates', () => {
    expect(['', 'a\nb', '😀', '\ufffd'].map(isStorable)).toEqual([true, true, true, true]);
    expect(['\u0000', '\ud83d', 'a\ude00'].map(isStorable)).toEqual([false, false, false]);
  });

  it.each([
    ['in a string', { a: 'x\u0000' }],
    ['in a key', { 'x\u0000': 1 }],
    ['in a list', [['\ud800']]],
  ])('finds what cannot be stored %s', (_, value) => {
    expect(isStorableJson(value)).toBe(false);
  });

  it('nests 32 deep and no deeper', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(isStorableJson(nested(32))).toBe(true);
    expect(isStorableJson(nested(33))).toBe(false);
  });

  it('answers for something 100,000 deep without falling over', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = { deep };
    expect(isStorableJson(deep)).toBe(false);
  });
});

describe('the most that a JSON value can take', () => {
  it('is never less than what it takes', () => {
    const values = fc.jsonValue({ stringUnit: 'binary', maxDepth: 5 });
    fc.assert(
      fc.property(values, (value) => {
        fc.pre(isStorableJson(value));
        expect(mostBytes(value)).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(value)));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is infinite for what cannot be stored', () => {
    for (const value of ['\u0000', { '\ud800': 1 }, [[{ a: ['\udc00'] }]]])
      expect(mostBytes(value)).toBe(Infinity);
  });
});

describe('about how long a JSON value is', () => {
  it('is found for what most events hold', () => {
    const names = fc.stringMatching(/^[a-z0-9_]{1,20}$/);
    const values = fc.dictionary(names, fc.oneof(names, fc.integer(), fc.boolean(), fc.array(names)));
    fc.assert(
      fc.property(values, (value) => {
        const bytes = JSON.stringify(value).length;
        expect(roughBytes(value)).toBeGreaterThanOrEqual(bytes / 2);
        expect(roughBytes(value)).toBeLessThanOrEqual(bytes * 4);
      }),
    );
  });
});
