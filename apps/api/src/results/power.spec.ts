import { mdeProportions, sampleSizeMeans, sampleSizeProportions } from '@app/stats';
import { EXPERIMENT } from './fixture';
import { daysLeft, PowerInput, powerOf, tuningUsersOf } from './power';

const RATE: PowerInput = {
  baseline: { isRate: true, value: 0.1, sd: 0.3 },
  nControl: 1000,
  nTreatment: 1000,
  direction: 'increase',
  mode: 'fixed',
  alpha: 0.05,
  tuningUsers: 5000,
  pooledSe: null,
};
const power = (more: Partial<PowerInput> = {}) => powerOf({ ...RATE, ...more });

describe('what an experiment can see', () => {
  it('is that of the test that is reported', () => {
    const { mde, mde_relative, users_needed_per_arm, for_lift } = power();
    expect(mde).toBe(mdeProportions({ baselineRate: 0.1, nControl: 1000, nTreatment: 1000 }).mdeAbsolute);
    expect(mde_relative).toBeCloseTo((mde as number) / 0.1, 12);
    expect(for_lift).toBe(0.1);
    expect(users_needed_per_arm).toBe(
      sampleSizeProportions({ baselineRate: 0.1, absoluteEffect: 0.01 }).nControl,
    );
  });

  it('of a mean follows from its spread', () => {
    const { users_needed_per_arm } = power({ baseline: { isRate: false, value: 20, sd: 50 } });
    expect(users_needed_per_arm).toBe(
      sampleSizeMeans({ effect: 2, sdControl: 50, sdTreatment: 50 }).nControl,
    );
  });

  it('is less where one may stop at any time', () => {
    const [fixed, sequential] = [power(), power({ mode: 'sequential' })];
    expect(sequential.mde as number).toBeGreaterThan(1.3 * (fixed.mde as number));
    expect(sequential.users_needed_per_arm as number).toBeGreaterThan(
      1.5 * (fixed.users_needed_per_arm as number),
    );
  });

  it('over several epochs follows from the precision of the pooled effect, not from the users', () => {
    // 1.96 + 0.8416 standard errors.
    expect(power({ pooledSe: 0.01 }).mde).toBeCloseTo(0.028016, 5);
  });

  it('of a fall is a rise of those who do not convert', () => {
    expect(power({ direction: 'decrease' }).mde).toBe(
      mdeProportions({ baselineRate: 0.9, nControl: 1000, nTreatment: 1000 }).mdeAbsolute,
    );
  });

  it.each([
    ['no_users', { nTreatment: 0 }],
    ['insufficient_data', { baseline: { isRate: false, value: 3, sd: null } }],
    ['zero_variance', { baseline: { isRate: true, value: 0, sd: 0 } }],
    ['zero_baseline', { baseline: { isRate: false, value: 0, sd: 5 } }],
    ['negative_baseline', { baseline: { isRate: false, value: -2, sd: 5 } }],
    ['unreachable', { baseline: { isRate: true, value: 0.95, sd: Math.sqrt(0.95 * 0.05) } }],
  ])('is null with a reason: %s', (reason, more) => {
    expect(power(more)).toMatchObject({ reason, users_needed_per_arm: null });
  });
});

describe('N*', () => {
  it('is the share that the two arms have in the planned users, by the split of the start', () => {
    const planned = { ...EXPERIMENT, plannedUsers: 8000 };
    expect(tuningUsersOf(planned, 'v-a', 'v-b')).toBe(8000);
    const three = {
      ...planned,
      arms: [
        ...planned.arms.filter(({ epoch }) => epoch === 1),
        { id: 9, epoch: 1, variantId: 'v-c', weightBp: 10_000 },
      ],
    };
    expect(tuningUsersOf(three, 'v-a', 'v-b')).toBe(4000);
    expect(tuningUsersOf(EXPERIMENT, 'v-a', 'v-b')).toBe(5000);
  });
});

describe('days left', () => {
  const users = [{ day: '2026-11-01', users: 10 }, { day: '2026-11-02', users: 20 }, { day: '2026-11-03', users: 7 }]; // prettier-ignore
  const left = (more: object) =>
    daysLeft({ users, today: '2026-11-03', plannedUsers: 100, takesUsers: true, ...more });

  it('go by the complete days', () => {
    // 15 a day on two complete days; 63 are missing.
    expect(left({})).toEqual({ days: 5, reason: null });
    expect(left({ plannedUsers: 37 })).toEqual({ days: 0, reason: null });
  });

  it.each([
    ['no_planned_users', { plannedUsers: null }],
    ['not_taking_users', { takesUsers: false }],
    ['no_traffic', { users: [] }],
    ['no_complete_day', { today: '2026-11-01' }],
  ])('are null with a reason: %s', (reason, more) => {
    expect(left(more)).toEqual({ days: null, reason });
  });
});
