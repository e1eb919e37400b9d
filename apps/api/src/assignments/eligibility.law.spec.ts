import { bucketOf } from '@app/bucketing';
import { Experiment, instantOfDate, Targeting } from '@app/model';
import { decide } from './decide';
import type { Eligibility } from './entry';
import { anExperiment } from './fixture';

// The law: over a million users each rule takes its share, whatever the other rules do, and no user is in two experiments of a layer.
// The users are always the same, so what holds once holds for ever; the limits are those that a fair lot exceeds once in a million tries.

const USERS = 1_000_000;
const NOW = instantOfDate(new Date('2026-11-21T12:00:00Z'));
const ALPHABETS = ['user-', 'гость-', '訪客', '😀', 'a@b.example/'];
const LAYER = '0198c0de-2222-7000-8000-0000000000aa';
const GERMANS: Targeting = {
  all: [{ attribute: 'country', operator: 'eq', value: 'DE' }, { segment: 'grown' }],
};
const eligibility: Eligibility = {
  segments: new Map([['grown', { attribute: 'age', operator: 'gte', value: 18 }]]),
  holdout: { shareBp: 1_000, seed: '0198c0de-3333-7000-8000-0000000000bb' },
};
const slot = (fromBp: number, toBp: number) => ({ id: LAYER, key: 'layer', seed: LAYER, fromBp, toBp });
const seeded = (name: string, options: Partial<Experiment>): Experiment =>
  anExperiment({ id: name, hashSeed: `0198c0de-1111-7000-8000-0000000000${name}`, ...options });
const THIRDS = [1, 2, 3].map((id) => ({ id, epoch: 1, variantId: `v-${'abc'[id - 1]}`, weightBp: id === 3 ? 3334 : 3333 })); // prettier-ignore
const THREE = ['a', 'b', 'c'].map((key) => ({ id: `v-${key}`, key, name: key, isControl: key === 'a', config: null })); // prettier-ignore

const EXPERIMENTS: Experiment[] = [
  seeded('01', { layer: slot(0, 3_000) }),
  seeded('02', { layer: slot(3_000, 7_000), variants: THREE, arms: THIRDS }),
  seeded('03', { layer: slot(7_000, 10_000), holdout: false }),
  seeded('04', { targeting: GERMANS }),
  seeded('05', { epochs: [{ number: 1, coverageBp: 5_000, openedAt: '2026-11-01T00:00:00.000Z' }] }),
];

/** What became of every user in every experiment: the arm, or 0 for `targeting`, -1 `holdout`, -2 `layer`, -3 `not_in_traffic`. */
const OUT = { targeting: 0, holdout: -1, layer: -2, not_in_traffic: -3 } as const;
const outcomes = EXPERIMENTS.map(() => new Int8Array(USERS));
const isGerman = new Uint8Array(USERS);

beforeAll(() => {
  const stored = { assignment: undefined, overrideVariantId: undefined };
  for (let user = 0; user < USERS; user++) {
    const userId = ALPHABETS[user % ALPHABETS.length] + String(user);
    const country = user % 3 === 0 ? 'DE' : 'FR';
    const age = user % 7 === 0 ? 17 : 18;
    isGerman[user] = country === 'DE' && age === 18 ? 1 : 0;
    const known = { subject: { userId, facts: { country, age } }, eligibility };
    for (const [index, experiment] of EXPERIMENTS.entries()) {
      const decision = decide(experiment, stored, known, NOW);
      outcomes[index][user] =
        'armId' in decision ? decision.armId : OUT[decision.answer.reason as keyof typeof OUT];
    }
  }
}, 300_000);

/** Pearson's statistic of counts against the shares they should have. */
function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const whole = counts.reduce((sum, count) => sum + count, 0);
  const all = shares.reduce((sum, share) => sum + share, 0);
  return counts.reduce((sum, count, index) => {
    const expected = (whole * shares[index]) / all;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

/** Exceeded once in a million by a fair lot, by degrees of freedom (R: qchisq(1e-6, df, lower.tail = FALSE)). */
const LIMIT: Record<number, number> = { 1: 23.93, 2: 27.63, 9: 44.81 };

function tally(test: (user: number) => number, kinds: number): number[] {
  const counts = new Array<number>(kinds).fill(0);
  for (let user = 0; user < USERS; user++) {
    const kind = test(user);
    if (kind >= 0) counts[kind] += 1;
  }
  return counts;
}

describe('a million users', () => {
  it('are held out in the share asked for, all the same ones everywhere', () => {
    const held = tally((user) => (outcomes[0][user] === OUT.holdout ? 1 : 0), 2);
    expect(chiSquare(held, [9_000, 1_000])).toBeLessThan(LIMIT[1]);
    const differing = tally((user) => {
      const [inLayer, alsoInLayer, free, targeted, covered] = outcomes.map((of) => of[user] === OUT.holdout);
      const isTargeted = isGerman[user] === 1;
      return inLayer !== alsoInLayer || inLayer !== covered || free || targeted !== (inLayer && isTargeted) ? 1 : 0;
    }, 2); // prettier-ignore
    expect(differing).toEqual([USERS, 0]);
  });

  it('lie in the slots of a layer in their shares, each in one experiment at most', () => {
    const several = tally(
      (user) => (outcomes.slice(0, 3).filter((of) => of[user] > 0).length > 1 ? 1 : 0),
      2,
    );
    expect(several).toEqual([USERS, 0]);
    const isIn = (user: number) => outcomes.slice(0, 3).findIndex((of) => of[user] > 0);
    const free = tally((user) => (outcomes[0][user] === OUT.holdout ? -1 : isIn(user)), 3);
    expect(chiSquare(free, [3_000, 4_000, 3_000])).toBeLessThan(LIMIT[2]);
    // Who is held out of the others may be in the one that is not subject to the holdout, and only there.
    const held = tally((user) => (outcomes[0][user] === OUT.holdout ? isIn(user) + 1 : -1), 4);
    expect(held.slice(1, 3)).toEqual([0, 0]);
    expect(chiSquare([held[0], held[3]], [7_000, 3_000])).toBeLessThan(LIMIT[1]);
  });

  it('enter a targeted experiment when they match, and never else', () => {
    const wrong = tally(
      (user) => ((outcomes[3][user] === OUT.targeting) === (isGerman[user] === 1) ? 1 : 0),
      2,
    );
    expect(wrong).toEqual([USERS, 0]);
  });

  it('get the variants in their shares, in every experiment', () => {
    const shares = [[5_000, 5_000], [3_333, 3_333, 3_334], [5_000, 5_000], [5_000, 5_000], [5_000, 5_000]];
    for (const [index, expected] of shares.entries()) {
      const counts = tally((user) => outcomes[index][user] - 1, expected.length);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100_000);
      expect(chiSquare(counts, expected)).toBeLessThan(LIMIT[expected.length - 1]);
    }
    const covered = tally((user) => (outcomes[4][user] === OUT.holdout ? -1 : outcomes[4][user] > 0 ? 1 : 0), 2);
    expect(chiSquare(covered, [5_000, 5_000])).toBeLessThan(LIMIT[1]);
  }); // prettier-ignore

  it('are split by each rule as if there were no other: layer, holdout, traffic and arms are independent', () => {
    const place = (of: Int8Array, user: number) => (of[user] > 0 ? Math.min(of[user], 2) - 1 : -1);
    const pairs: [string, (user: number) => number, number, number][] = [
      ['arms of two experiments of which each user is in both', (user) => cell(place(outcomes[3], user), place(outcomes[4], user)), 2, 2],
      ['arms in and out of a layer', (user) => cell(place(outcomes[0], user), place(outcomes[4], user)), 2, 2],
      ['slot and arm elsewhere', (user) => cell(outcomes[0][user] === OUT.layer ? 0 : outcomes[0][user] > 0 ? 1 : -1, place(outcomes[4], user)), 2, 2],
      ['holdout and slot', (user) => cell(outcomes[0][user] === OUT.holdout ? 1 : 0, outcomes[2][user] > 0 ? 1 : 0), 2, 2],
      ['holdout and arm', (user) => cell(outcomes[0][user] === OUT.holdout ? 1 : 0, place(outcomes[2], user)), 2, 2],
      ['traffic and arm elsewhere', (user) => cell(outcomes[4][user] === OUT.holdout ? -1 : outcomes[4][user] > 0 ? 1 : 0, place(outcomes[3], user)), 2, 2],
      ['targeting and arm', (user) => cell(isGerman[user], place(outcomes[4], user)), 2, 2],
    ];
    for (const [name, kind, rows, columns] of pairs) {
      const counts = tally(kind, rows * columns);
      expect({ name, isDependent: independence(counts, columns) > LIMIT[(rows - 1) * (columns - 1)] }).toEqual({ name, isDependent: false });
    }
  }); // prettier-ignore

  it('are spread by the seeds of neighbours in time without a trace of one in the other', () => {
    // Seeds made one after the other differ in few digits; quarters of one against quarters of the other.
    const [one, other] = ['10', '20'].map((end) => `0198c0de-1111-7000-8000-0000000000${end}`);
    const counts = new Array<number>(16).fill(0);
    for (let user = 0; user < 200_000; user++) {
      const row = quarterOf(bucketOf(one, `user-${user}`));
      counts[row * 4 + quarterOf(bucketOf(other, `user-${user}`))] += 1;
    }
    expect(independence(counts, 4)).toBeLessThan(LIMIT[9]);
  });
});

function quarterOf(bucket: number): number {
  return (bucket - (bucket % 2_500)) / 2_500;
}

function cell(row: number, column: number): number {
  return row < 0 || column < 0 ? -1 : row * 2 + column;
}

/** Pearson's statistic of a table against the product of its margins. */
function independence(counts: readonly number[], columns: number): number {
  const rows = counts.length / columns;
  const whole = counts.reduce((sum, count) => sum + count, 0);
  expect(whole).toBeGreaterThan(50_000);
  const ofRow = Array.from({ length: rows }, (_, row) => counts.slice(row * columns, (row + 1) * columns).reduce((sum, count) => sum + count, 0)); // prettier-ignore
  const ofColumn = Array.from({ length: columns }, (_, column) => counts.filter((_count, index) => index % columns === column).reduce((sum, count) => sum + count, 0)); // prettier-ignore
  return counts.reduce((sum, count, index) => {
    const expected = (ofRow[Math.floor(index / columns)] * ofColumn[index % columns]) / whole;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}
