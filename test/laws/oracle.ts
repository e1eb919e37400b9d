// What the totals must be, written down a second time from SPEC sections 6 and 8: loops over plain arrays, whole numbers for sums.
// It shares nothing with libs/store, neither code nor SQL.

import { dayOf, hourOf } from './calendar';

/** Instants are microseconds since 1970. */
export interface Person {
  arm: number;
  user: string;
  assignedAt: number;
  enrolledAt: number | null;
  overridden: boolean;
  contaminated: boolean;
}

export interface OracleEvent {
  user: string;
  type: string;
  at: number;
  value: number | null;
  properties: Record<string, unknown> | null;
  /** The experiment it names. */
  experiment: string | null;
}

export interface OracleExperiment {
  id: string;
  timezone: string;
  population: 'assigned' | 'exposed';
  end: number | null;
}

/** Table -> key -> numbers as text. Rows of zeros are left out. */
export type Tables = Record<
  'user_hours' | 'hourly_totals' | 'daily_totals' | 'gaps' | 'day_products' | 'daily_users' | 'hourly_users',
  Record<string, string>
>;

/** Active days and hours of one user in one event type, in order; sums are multiples of 1e-9. */
export interface Track {
  arm: number;
  user: string;
  type: string;
  days: { day: string; events: number; sum: bigint }[];
  hours: { day: string; hour: number; events: number; sum: bigint }[];
}

export interface Expected {
  tracks: Track[];
  /** Arm, day and hour of the anchor of everybody who counts. */
  population: { arm: number; day: string; hour: number }[];
  tables: Tables;
}

export function expectedTotals(x: OracleExperiment, people: Person[], events: OracleEvent[]): Expected {
  const tracks: Track[] = [];
  const population: Expected['population'] = [];
  const end = x.end ?? Infinity;
  for (const person of people) {
    const own = events.filter((event) => event.user === person.user && event.at < end);
    const exposures = own.filter(
      (e) => e.type === 'exposure' && e.experiment === x.id && e.at >= person.assignedAt,
    );
    const met = Math.min(person.enrolledAt ?? Infinity, ...exposures.map((event) => event.at));
    const anchor = x.population === 'exposed' ? met : person.assignedAt;
    if (anchor >= end || anchor === Infinity || person.overridden || person.contaminated) continue;
    population.push({ arm: person.arm, day: dayOf(anchor, x.timezone), hour: hourOf(anchor, x.timezone) });
    const counted = own.filter((e) => e.at >= anchor && (e.experiment === null || e.experiment === x.id));
    for (const type of new Set(counted.map((event) => event.type))) {
      const days = new Map<string, Track['days'][number]>();
      const hours = new Map<number, Track['hours'][number]>();
      for (const event of counted.filter((candidate) => candidate.type === type)) {
        const [day, hour] = [dayOf(event.at, x.timezone), hourOf(event.at, x.timezone)];
        const sum = fixed(valueOf(event), 9);
        const cells = [
          days.get(day) ?? { day, events: 0, sum: 0n },
          hours.get(hour) ?? { day, hour, events: 0, sum: 0n },
        ] as const;
        days.set(day, { ...cells[0], events: cells[0].events + 1, sum: cells[0].sum + sum });
        hours.set(hour, { ...cells[1], events: cells[1].events + 1, sum: cells[1].sum + sum });
      }
      tracks.push({
        arm: person.arm,
        user: person.user,
        type,
        days: [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1)),
        hours: [...hours.values()].sort((a, b) => a.hour - b.hour),
      });
    }
  }
  return { tracks, population, tables: tablesOf(tracks, population) };
}

function tablesOf(tracks: Track[], population: Expected['population']): Tables {
  const tables: Tables = {
    user_hours: {},
    hourly_totals: {},
    daily_totals: {},
    gaps: {},
    day_products: {},
    daily_users: {},
    hourly_users: {},
  };
  const add = (table: keyof Tables, key: unknown[], numbers: bigint[]): void => {
    const old = tables[table][key.join(' ')]?.split(' ').map(BigInt) ?? numbers.map(() => 0n);
    tables[table][key.join(' ')] = numbers.map((number, i) => old[i] + number).join(' ');
  };
  for (const { arm, day, hour } of population) {
    add('daily_users', [arm, day], [1n]);
    add('hourly_users', [arm, hour], [1n]);
  }
  for (const { arm, user, type, days, hours } of tracks) {
    hours.forEach(({ day, hour, events, sum }, i) => {
      add('user_hours', [arm, user, type, day, hour], [BigInt(events), sum]);
      add('hourly_totals', [arm, type, hour], [BigInt(events), 1n, i === 0 ? 1n : 0n, sum]);
    });
    let earlier = 0n;
    days.forEach(({ day, events, sum }, i) => {
      const first = i === 0 ? 1n : 0n;
      add('daily_totals', [arm, type, day], [BigInt(events), 1n, first, sum, sum * sum, sum * earlier]);
      earlier += sum;
      add('gaps', [arm, type, i === 0 ? 'none' : days[i - 1].day, day], [1n]);
      for (const later of days.slice(i + 1))
        add('day_products', [arm, type, day, later.day], [sum * later.sum]);
    });
  }
  return withoutZeros(tables);
}

export interface RangeTotals {
  users: Record<string, number>;
  metrics: Record<string, string>;
  newConverters: Record<string, number>;
}

/** The results of the days from `start` up to, without, `end`. */
export function expectedRange({ tracks, population }: Expected, start: string, end: string): RangeTotals {
  const range: RangeTotals = { users: {}, metrics: {}, newConverters: {} };
  const sums = new Map<string, bigint[]>();
  for (const { arm, day } of population) if (day < end) range.users[arm] = (range.users[arm] ?? 0) + 1;
  for (const { arm, type, days } of tracks) {
    const inside = days.filter(({ day }) => day >= start && day < end);
    if (inside.length === 0) continue;
    const total = inside.reduce((sum, day) => sum + day.sum, 0n);
    const events = BigInt(inside.reduce((sum, day) => sum + day.events, 0));
    const old = sums.get(`${arm} ${type}`) ?? [0n, 0n, 0n, 0n];
    sums.set(`${arm} ${type}`, [old[0] + 1n, old[1] + events, old[2] + total, old[3] + total * total]);
    const first = `${arm} ${type} ${inside[0].day}`;
    range.newConverters[first] = (range.newConverters[first] ?? 0) + 1;
  }
  for (const [key, numbers] of sums) range.metrics[key] = numbers.join(' ');
  return range;
}

export function withoutZeros(tables: Tables): Tables {
  const kept = Object.entries(tables).map(([table, rows]) => [
    table,
    Object.fromEntries(Object.entries(rows).filter(([, numbers]) => !/^[0 ]+$/.test(numbers))),
  ]);
  return Object.fromEntries(kept) as Tables;
}

function valueOf({ value, properties }: OracleEvent): string {
  const candidates = [value, properties?.value, properties?.revenue, properties?.price, properties?.amount];
  return String(candidates.find((candidate) => typeof candidate === 'number') ?? 0);
}

/** A number as JSON writes it, but without an exponent. */
export function plain(value: number): string {
  const [mantissa, exponent = '0'] = String(value).split('e');
  if (Number(exponent) >= 0) return mantissa;
  const digits = mantissa.replace(/[-.]/g, '');
  return `${value < 0 ? '-' : ''}0.${digits.padStart(digits.length - Number(exponent) - 1, '0')}`;
}

/** Decimal text as a whole number of 10^-digits, half away from zero. */
export function fixed(text: string, digits: number): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) throw new Error(`not a plain decimal: ${text}`);
  const kept =
    BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0')) + (fraction[digits] >= '5' ? 1n : 0n);
  return sign === '-' ? -kept : kept;
}
