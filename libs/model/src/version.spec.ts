import * as fc from 'fast-check';
import { compareVersions, parseVersion } from './version';

const order = (one: string, other: string): number =>
  Math.sign(compareVersions(parseVersion(one)!, parseVersion(other)!));

describe('the order of versions', () => {
  // The example of semver.org, 11.4, between its neighbours.
  const rising = ['0.9.9', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.0.1', '1.10.0', '2.0.0']; // prettier-ignore
  it('is that of semver.org', () => {
    for (const [i, one] of rising.entries())
      for (const [j, other] of rising.entries()) expect([one, other, order(one, other)]).toEqual([one, other, Math.sign(i - j)]); // prettier-ignore
  });

  it.each([
    ['v1.2.3', '1.2.3', 0],
    ['1.2.3+build.7', '1.2.3+other', 0],
    ['17', '17.0.0', 0],
    ['17.2', '17.2.0', 0],
    ['17.2', '17.10', -1],
    ['2024.01.15', '2024.1.14', 1],
    ['1.0.20240115', '1.0.99999', 1],
    ['1.0.0-9007199254740993', '1.0.0-9007199254740992', 1],
  ])('%s to %s', (one, other, expected) => {
    expect(order(one, other)).toBe(expected);
  });

  it('is an order', () => {
    const number = fc.integer({ min: 0, max: 2 });
    const identifier = fc.oneof(number.map(String), fc.stringMatching(/^[ab-]{1,2}$/));
    const version = fc
      .tuple(number, number, number, fc.array(identifier, { maxLength: 3 }))
      .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre.length === 0 ? '' : `-${pre.join('.')}`}`);
    fc.assert(
      fc.property(version, version, version, (one, other, third) => {
        expect(order(one, other)).toBe(0 - order(other, one));
        expect(order(one, other) === 0).toBe(one === other);
        if (order(one, other) <= 0 && order(other, third) <= 0)
          expect(order(one, third)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('what is no version', () => {
  it.each(['', 'v', '1.', '.1', '1.2.3.4', '1.2-beta', '1.2.3-', '1.2.3-a..b', '-1', '1,2', ' 1.2.3', '1.2.3\n', 'latest', '1234567890'])('%j', (text) => {
    expect(parseVersion(text)).toBeNull();
  }); // prettier-ignore
});
