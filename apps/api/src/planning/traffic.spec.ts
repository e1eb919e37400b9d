import { dayIn, traffic } from './traffic';

const today = '2026-11-10';
const daily = [
  { day: '2026-11-05', users: 40 }, // begun in the afternoon
  { day: '2026-11-06', users: 90 },
  { day: '2026-11-07', users: 100 },
  { day: '2026-11-09', users: 50 },
  { day: '2026-11-09', users: 60 }, // a second arm
  { day: today, users: 10 },
];

describe('the pace of an experiment', () => {
  it('is that of its complete days: without today, without the first, idle days as zeros', () => {
    expect(traffic({ daily, today, target: 1000 })).toEqual({
      users_so_far: 350,
      users_per_day: 75,
      observed: { from: '2026-11-06', until: today, days: 4 },
      days_needed: 14, // 1000 / 75 = 13.3
      days_left: 9, // 650 / 75 = 8.7
      reason: null,
    });
  });

  it('keeps the first day where fewer than three are complete', () => {
    const young = { daily, today: '2026-11-07', target: 1000 };
    expect(traffic(young)).toMatchObject({ users_per_day: 65, observed: { from: '2026-11-05', days: 2 } });
    const old = traffic({ daily, today: '2026-11-08', target: 1000 });
    expect(old).toMatchObject({ users_per_day: 95, observed: { from: '2026-11-06', days: 2 } });
  });

  it('leaves nothing to wait for once the target is reached', () => {
    expect(traffic({ daily, today, target: 350 })).toMatchObject({ days_needed: 5, days_left: 0 });
    expect(traffic({ daily, today, target: 300, isOpen: false })).toMatchObject({ days_left: 0 });
  });

  it('waits for the arm that lags behind', () => {
    expect(traffic({ daily, today, target: 400, missing: 150 })).toMatchObject({
      days_needed: 6,
      days_left: 2,
    });
    expect(traffic({ daily, today, target: 400, missing: -3 }).days_left).toBe(0);
  });

  it('does not let a last binary digit make a day', () => {
    const even = [{ day: '2026-11-08', users: 100 }, { day: '2026-11-09', users: 200 }]; // prettier-ignore
    expect(traffic({ daily: even, today, target: 1350 }).days_needed).toBe(9);
  });

  it('counts days over the end of a month and of a summer', () => {
    const month = [{ day: '2026-10-24', users: 1 }, { day: '2026-10-30', users: 7 }]; // prettier-ignore
    expect(traffic({ daily: month, today: '2026-11-01', target: 1 }).observed).toEqual({
      from: '2026-10-25',
      until: '2026-11-01',
      days: 7,
    });
  });

  it.each([
    ['nobody ever came', { daily: [] }, 'no_traffic'],
    ['only zeros are stored', { daily: [{ day: '2026-11-01', users: 0 }] }, 'no_traffic'],
    ['it began today', { daily: [{ day: today, users: 5 }] }, 'no_complete_day'],
    ['it takes no users', { daily, isOpen: false }, 'not_taking_users'],
    ['all came on the first day', { daily: [{ day: '2026-11-01', users: 500 }] }, 'no_traffic'],
  ])('is unknown when %s', (_, input, reason) => {
    expect(traffic({ today, target: 1000, ...input })).toMatchObject({
      users_per_day: null,
      observed: null,
      days_needed: null,
      days_left: null,
      reason,
    });
  });
});

describe('the day of an instant', () => {
  it.each([
    ['UTC', '2026-03-08T23:59:59Z', '2026-03-08'],
    ['America/New_York', '2026-03-09T03:30:00Z', '2026-03-08'],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00Z', '2027-01-01'],
  ])('in %s at %s is %s', (timezone, instant, day) => expect(dayIn(timezone, new Date(instant))).toBe(day));
});
