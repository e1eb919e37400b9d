import {
  allowedTransitions,
  checkVariants,
  endOf,
  ExperimentStatus,
  isTimezone,
  nextStatus,
  statusAt,
  STATUSES,
  toBasisPoints,
  Transition,
} from './experiment';
import { parseInstant } from './instant';

const ALLOWED: Record<ExperimentStatus, Partial<Record<Transition, ExperimentStatus>>> = {
  draft: { start: 'running' },
  running: { pause: 'paused', complete: 'completed' },
  paused: { resume: 'running', complete: 'completed' },
  completed: { archive: 'archived' },
  archived: {},
};
const TRANSITIONS: Transition[] = ['start', 'pause', 'resume', 'complete', 'archive'];

describe('the life of an experiment', () => {
  it.each(STATUSES.flatMap((from) => TRANSITIONS.map((transition) => [from, transition] as const)))(
    'from %s: %s',
    (from, transition) => {
      expect(nextStatus(from, transition)).toBe(ALLOWED[from][transition] ?? null);
      expect(allowedTransitions(from).includes(transition)).toBe(transition in ALLOWED[from]);
    },
  );
});

const START = '2026-11-01T00:00:00Z';
const END = '2026-11-02T00:00:00Z';

describe('the status in force', () => {
  it.each<[ExperimentStatus, string | null, string | null, string, ExperimentStatus]>([
    ['draft', null, null, '2026-11-05T00:00:00Z', 'draft'],
    ['draft', START, null, '2026-10-31T23:59:59.999999Z', 'draft'],
    ['draft', START, null, START, 'running'],
    ['draft', START, END, '2026-11-01T23:59:59.999999Z', 'running'],
    ['draft', START, END, END, 'completed'],
    ['draft', null, END, END, 'draft'],
    ['running', null, END, '2026-11-01T23:59:59.999999Z', 'running'],
    ['running', null, END, END, 'completed'],
    ['paused', null, END, END, 'completed'],
    ['completed', null, END, START, 'completed'],
    ['archived', START, END, END, 'archived'],
  ])('%s with starts_at %s and ends_at %s is, at %s, %s', (status, startsAt, endsAt, now, inForce) => {
    expect(statusAt({ status, startsAt, endsAt }, parseInstant(now) as number)).toBe(inForce);
  });

  it('ends at the earlier of the planned and the actual end, whatever their offsets', () => {
    expect(endOf({ endsAt: null, endedAt: null })).toBeNull();
    expect(endOf({ endsAt: END, endedAt: START })).toBe(START);
    const late = '2026-11-02T00:30:00+01:00';
    expect(endOf({ endsAt: late, endedAt: END })).toBe(late);
  });
});

describe('shares in basis points', () => {
  it.each([
    [0, 0],
    [0.01, 1],
    [33.33, 3333],
    [29.29, 2929],
    [57.01, 5701],
    [100, 10_000],
  ])('%d %% are %d', (pct, bp) => {
    expect(toBasisPoints(pct)).toBe(bp);
  });

  it('takes every whole basis point that a client can write with two decimals', () => {
    for (let bp = 0; bp <= 10_000; bp++) expect(toBasisPoints(Number((bp / 100).toFixed(2)))).toBe(bp);
  });

  it.each([-0.01, 100.01, 33.333, 0.001, NaN, Infinity])('refuses %d %%', (pct) => {
    expect(toBasisPoints(pct)).toBeNull();
  });
});

describe('checking variants', () => {
  const share = (key: string, allocation_pct: number, is_control?: boolean) => ({
    key,
    allocation_pct,
    is_control,
  });

  it('accepts thirds that add up', () => {
    expect(checkVariants([share('a', 33.33), share('b', 33.33), share('c', 33.34)])).toEqual([]);
  });

  it('accepts a variant that gets nobody', () => {
    expect(checkVariants([share('a', 100), share('b', 0)])).toEqual([]);
  });

  it.each([
    ['less than 100', [share('a', 50), share('b', 49.99)], '/variants', 'allocations_not_100'],
    ['more than 100', [share('a', 50), share('b', 50.01)], '/variants', 'allocations_not_100'],
    ['nothing', [share('a', 0), share('b', 0)], '/variants', 'allocations_not_100'],
    [
      'three decimals',
      [share('a', 33.333), share('b', 66.667)],
      '/variants/0/allocation_pct',
      'invalid_allocation',
    ],
    ['a key twice', [share('a', 50), share('a', 50)], '/variants/1/key', 'duplicate'],
    ['keys that differ by case', [share('a', 50), share('A', 50)], '/variants/1/key', 'duplicate'],
    ['two controls', [share('a', 50, true), share('b', 50, true)], '/variants', 'several_controls'],
  ])('refuses %s', (_, variants, pointer, code) => {
    expect(checkVariants(variants)).toContainEqual(expect.objectContaining({ pointer, code }));
  });
});

describe('a timezone', () => {
  it('is a named zone, not an offset', () => {
    expect(['UTC', 'Europe/Berlin', 'Asia/Kathmandu'].map(isTimezone)).toEqual([true, true, true]);
    expect(['+02:00', 'Mars/Phobos', '', 'Europe/Berlin; DROP TABLE x'].map(isTimezone)).toEqual([false, false, false, false]); // prettier-ignore
  });
});
