import * as fc from 'fast-check';
import { sequentialSrm } from './sequential-srm';
import { leakedArms, srmAcrossEpochs, srmChiSquare, srmStatus } from './srm';

const arm = fc.record({ users: fc.nat(100_000), weight: fc.integer({ min: 1, max: 100 }) });
const epoch = fc.array(arm, { minLength: 2, maxLength: 5 });

describe('the sample ratio test', () => {
  it('is the same for weights in any unit', () => {
    fc.assert(
      fc.property(epoch, (arms) => {
        const users = arms.map((one) => one.users);
        const percent = srmChiSquare({ users, weights: arms.map((one) => one.weight) });
        const shares = srmChiSquare({ users, weights: arms.map((one) => one.weight / 7) });
        fc.pre(percent.pValue !== null);
        expect(shares.chiSquare! / (percent.chiSquare! || 1)).toBeCloseTo(percent.chiSquare === 0 ? 0 : 1, 6);
      }),
    );
  });

  it('leaves arms without weight out and reports who is in them', () => {
    const test = srmChiSquare({ users: [100, 110, 5], weights: [1, 1, 0] });
    expect(test).toMatchObject({ df: 1, expected: [105, 105, null], leaked: 5 });
    expect(test.chiSquare).toBeCloseTo(50 / 105, 12);
  });

  it.each([
    ['no_users', [0, 0], [1, 1]],
    ['no_users', [5, 5], [0, 0]],
    ['no_users', [], []],
    ['insufficient_data', [50], [1]],
    ['insufficient_data', [50, 3], [1, 0]],
  ])('is null with %s for users %j and weights %j', (reason, users, weights) => {
    expect(srmChiSquare({ users, weights })).toMatchObject({
      chiSquare: null,
      df: null,
      pValue: null,
      mismatch: false,
      reason,
    });
  });

  it('refuses lengths that differ and counts that are none', () => {
    expect(() => srmChiSquare({ users: [1], weights: [1, 1] })).toThrow(RangeError);
    expect(() => srmChiSquare({ users: [1.5, 1], weights: [1, 1] })).toThrow(RangeError);
    expect(() => srmChiSquare({ users: [1, 1], weights: [1, -1] })).toThrow(RangeError);
  });
});

describe('users in arms without weight', () => {
  it('are found by the position of their arm', () => {
    const arms = [
      { users: 5, weight: 1 },
      { users: 1, weight: 0 },
      { users: 0, weight: 0 },
      { users: 7, weight: 0 },
    ];
    expect(leakedArms(arms)).toEqual([1, 3]);
    expect(leakedArms([])).toEqual([]);
  });
});

describe('the sample ratio test across epochs', () => {
  it('is the plain test when there is one epoch', () => {
    fc.assert(
      fc.property(epoch, (arms) => {
        const one = srmChiSquare({ users: arms.map((a) => a.users), weights: arms.map((a) => a.weight) });
        const { chiSquare, df, pValue, leaked, reason } = srmAcrossEpochs([arms]);
        expect({ chiSquare, df, pValue, leaked, reason }).toEqual({
          chiSquare: one.chiSquare,
          df: one.df,
          pValue: one.pValue,
          leaked: one.leaked,
          reason: one.reason,
        });
      }),
    );
  });

  it('adds statistics and degrees of freedom, and does not mistake changed weights for a mismatch', () => {
    const before = [
      { users: 5000, weight: 50 },
      { users: 5000, weight: 50 },
    ];
    const after = [
      { users: 900, weight: 90 },
      { users: 120, weight: 10 },
    ];
    const merged = srmAcrossEpochs([before, after]);
    expect(merged).toMatchObject({ df: 2, users: 11_020, leaked: 0, reason: null });
    expect(merged.chiSquare).toBeCloseTo(18 ** 2 / 918 + 18 ** 2 / 102, 10);
    expect(srmStatus(merged.pValue, merged.users)).toBe('ok');
  });

  it('ignores epochs without users or with one arm, and counts leaked users', () => {
    const full = [
      { users: 60, weight: 1 },
      { users: 40, weight: 1 },
      { users: 7, weight: 0 },
    ];
    const empty = [
      { users: 0, weight: 1 },
      { users: 0, weight: 1 },
    ];
    const single = [
      { users: 9, weight: 1 },
      { users: 2, weight: 0 },
    ];
    expect(srmAcrossEpochs([empty, full, single])).toMatchObject({
      chiSquare: 4,
      df: 1,
      users: 109,
      leaked: 9,
    });
    expect(srmAcrossEpochs([empty])).toMatchObject({ pValue: null, reason: 'no_users' });
    expect(srmAcrossEpochs([single])).toMatchObject({ pValue: null, reason: 'insufficient_data' });
    expect(srmAcrossEpochs([])).toMatchObject({ pValue: null, reason: 'no_users' });
  });
});

describe('the verdict on the sample ratio', () => {
  it.each([
    [0.5, 1000, 'ok'],
    [0.01, 100, 'ok'],
    [0.0099, 100, 'warning'],
    [0.001, 100, 'warning'],
    [0.00099, 100, 'mismatch'],
    [0, 1_000_000, 'mismatch'],
    [0.00001, 99, 'insufficient'],
    [null, 1000, 'insufficient'],
  ])('p %s of %i users: %s', (p, users, status) => expect(srmStatus(p, users)).toBe(status));
});

describe('the sequential sample ratio test', () => {
  it('does not depend on the order of the arms and keeps its smallest p', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1e6), fc.nat(1e6)), { minLength: 1, maxLength: 5 }), (looks) => {
        const { logBayesFactor, pValueRunning } = sequentialSrm({ cumulativeUsers: looks, weights: [3, 1] });
        const turned = sequentialSrm({
          cumulativeUsers: looks.map(([a, b]) => [b, a]),
          weights: [1, 3],
        });
        logBayesFactor.forEach((log, i) => expect(turned.logBayesFactor[i] - log).toBeCloseTo(0, 5));
        pValueRunning.forEach((p, i) => expect(p).toBeLessThanOrEqual(pValueRunning[i - 1] ?? 1));
      }),
    );
  });

  it('says nothing without users and ignores arms without weight', () => {
    expect(sequentialSrm({ cumulativeUsers: [[0, 0]], weights: [1, 1] })).toEqual({
      logBayesFactor: [0],
      pValueRunning: [1],
    });
    const plain = sequentialSrm({ cumulativeUsers: [[70, 30]], weights: [1, 1] });
    expect(sequentialSrm({ cumulativeUsers: [[70, 30, 9]], weights: [1, 1, 0] })).toEqual(plain);
  });

  it('refuses weights that are all 0 and lengths that differ', () => {
    expect(() => sequentialSrm({ cumulativeUsers: [[1, 1]], weights: [0, 0] })).toThrow(RangeError);
    expect(() => sequentialSrm({ cumulativeUsers: [[1]], weights: [1, 1] })).toThrow(RangeError);
  });
});
