import { fingerprint } from './fingerprint';

describe('the fingerprint of a request', () => {
  it('is the same for the same wish', () => {
    expect(fingerprint('', { a: 1, b: [{ c: 'x', d: null }] })).toBe(fingerprint('', { b: [{ d: null, c: 'x' }], a: 1 }));
  }); // prettier-ignore

  it.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: null }, {}],
    [null, {}],
    [[], {}],
    [{ a: 'b","c":"d' }, { a: 'b', c: 'd' }],
    [[[1], 2], [[1, 2]]],
  ])('differs between %j and %j', (a, b) => {
    expect(fingerprint('', a)).not.toBe(fingerprint('', b));
  });

  it('differs between query strings', () => {
    expect(fingerprint('a=1', {})).not.toBe(fingerprint('', {}));
  });

  it('is made of anything as deep as a body may be', () => {
    let body: unknown = 1;
    for (let depth = 0; depth < 32; depth++) body = depth % 2 ? [body] : { a: body };
    expect(fingerprint('', body)).toMatch(/^[0-9a-f]{64}$/);
  });
});
