import type { Condition, EventSelection, MetricDefinition, RatioSide } from '@app/model';
import { addDays, dayOf } from './calendar';
import { fixed, OracleEvent, plain } from './oracle';

// An experiment's results, counted a second time from SPEC sections 6 to 8: loops over people and their events, with nothing kept in
// between. It takes the words in which metrics are declared from the model, and no code from anywhere.

/** Instants are microseconds since 1970. */
export interface Subject {
  id: string;
  variant: number;
  /** The epoch that was open at the assignment, from 0. */
  epoch: number;
  assignedAt: number;
  enrolledAt: number | null;
  attributes: Record<string, string>;
  excluded: 'overridden' | 'contaminated' | null;
}

export interface Happening extends OracleEvent {
  id: string;
}

export interface Study {
  id: string;
  timezone: string;
  population: 'assigned' | 'exposed';
  end: number | null;
  now: number;
  variants: number;
  /** Weights of the variants, one list per epoch. */
  epochs: number[][];
  users: Subject[];
  events: Happening[];
}

/** Calendar days, closed at the start and open at the end. */
export interface Range {
  start: string;
  end: string;
}

/** Somebody who counts. */
export interface Person extends Subject {
  anchor: number;
  anchorDay: string;
  /** Events that count. */
  events: Happening[];
  /** Events that would count if they were not earlier than the anchor. */
  earlier: Happening[];
}

/** What one user does to one metric within a range; totals are multiples of 1e-9. */
export interface Outcome {
  person: Person;
  converted: boolean;
  events: number;
  total: bigint;
  /** Of a ratio, the other side. */
  denominator: bigint;
  /** Of a funnel, how far the user came. */
  steps: number;
  covariate: bigint;
}

const HOUR = 3_600_000_000;
const UNIT = 9;

export function peopleOf(study: Study): Person[] {
  const end = study.end ?? Infinity;
  return study.users.flatMap((subject) => {
    if (subject.excluded !== null) return [];
    const own = study.events.filter(
      (e) => e.user === subject.id && e.at < end && (e.experiment === null || e.experiment === study.id),
    );
    const exposures = own.filter(
      (e) => e.type === 'exposure' && e.experiment === study.id && e.at >= subject.assignedAt,
    );
    const met = Math.min(subject.enrolledAt ?? Infinity, ...exposures.map((e) => e.at));
    const anchor = study.population === 'exposed' ? met : subject.assignedAt;
    if (anchor === Infinity || anchor >= end) return [];
    const events = own.filter((e) => e.at >= anchor);
    const earlier = own.filter((e) => e.at < anchor);
    return [{ ...subject, anchor, anchorDay: dayOf(anchor, study.timezone), events, earlier }];
  });
}

/** One outcome for everybody in the denominator of the metric. */
export function outcomesOf(
  study: Study,
  people: readonly Person[],
  metric: MetricDefinition,
  range: Range,
): Outcome[] {
  return people
    .filter((person) => isInDenominator(study, person, metric, range))
    .map((person) => outcomeOf(study, person, metric, range));
}

/** The cohorts of a retention metric that are in a range: their days lie in it and are over. */
function isInDenominator(
  study: Study,
  { anchorDay }: Person,
  metric: MetricDefinition,
  range: Range,
): boolean {
  if (metric.kind !== 'retention') return anchorDay < range.end;
  const over = [range.end, dayOf(study.now, study.timezone)];
  if (study.end !== null) over.push(dayOf(study.end, study.timezone));
  const last = addDays(anchorDay, metric.to_day);
  return addDays(anchorDay, metric.from_day) >= range.start && over.every((day) => last < day);
}

function outcomeOf(study: Study, person: Person, metric: MetricDefinition, range: Range): Outcome {
  const within = (events: Happening[]): Happening[] =>
    events.filter((e) => {
      const day = dayOf(e.at, study.timezone);
      return day >= range.start && day < range.end;
    });
  const hours = 'window_hours' in metric ? metric.window_hours : undefined;
  const select = (selection: EventSelection): Happening[] =>
    within(
      person.events.filter(
        (e) => isSelected(e, selection) && (hours === undefined || e.at < person.anchor + hours * HOUR),
      ),
    );
  const nothing = {
    person,
    converted: false,
    events: 0,
    total: 0n,
    denominator: 0n,
    steps: 0,
    covariate: 0n,
  };
  const summed = (events: Happening[], value: (event: Happening) => bigint) => ({
    ...nothing,
    converted: events.length > 0,
    events: events.length,
    total: events.reduce((sum, e) => sum + value(e), 0n),
  });
  switch (metric.kind) {
    case 'conversion':
      return summed(select(metric), (e) => valueOf(e));
    case 'count':
    case 'mean': {
      const value = (e: Happening): bigint =>
        metric.kind === 'count' ? 10n ** BigInt(UNIT) : valueOf(e, metric.value_property);
      const back = (metric.covariate_days ?? 0) * 24 * HOUR;
      const before = person.earlier.filter((e) => isSelected(e, metric) && e.at >= person.anchor - back);
      return { ...summed(select(metric), value), covariate: before.reduce((sum, e) => sum + value(e), 0n) };
    }
    case 'ratio': {
      const side = (of: RatioSide) =>
        summed(select(of), (e) =>
          of.aggregation === 'count' ? 10n ** BigInt(UNIT) : valueOf(e, of.value_property),
        );
      return { ...side(metric.numerator), denominator: side(metric.denominator).total };
    }
    case 'retention': {
      const first = addDays(person.anchorDay, metric.from_day);
      const last = addDays(person.anchorDay, metric.to_day);
      return summed(
        select(metric).filter((e) => {
          const day = dayOf(e.at, study.timezone);
          return day >= first && day <= last;
        }),
        () => 0n,
      );
    }
    case 'funnel': {
      const steps = longestChain(metric.steps.map(select));
      return { ...nothing, converted: steps === metric.steps.length, steps };
    }
  }
}

/** How many steps can be passed one after the other, each by another event than the step before and not earlier: every way is tried. */
function longestChain(steps: Happening[][], before: Happening | null = null): number {
  let longest = 0;
  for (const event of steps[0] ?? []) {
    const isNext = before === null || (event.id !== before.id && event.at >= before.at);
    if (isNext) longest = Math.max(longest, 1 + longestChain(steps.slice(1), event));
    if (longest === steps.length) break;
  }
  return longest;
}

function isSelected(event: Happening, { event_types, filter = [] }: EventSelection): boolean {
  return (
    event_types.includes(event.type) && filter.every((condition) => holds(condition, event.properties ?? {}))
  );
}

/** A property that is absent, null or of another type fails every test but `not_exists`. */
function holds(condition: Condition, properties: Record<string, unknown>): boolean {
  const { property, operator } = condition;
  const found = Object.hasOwn(properties, property) ? properties[property] : null;
  if (operator === 'not_exists') return found === null;
  if (found === null) return false;
  if (operator === 'exists') return true;
  const values = [condition.value].flat();
  if (!values.some((value) => typeof value === typeof found)) return false;
  if (operator === 'eq' || operator === 'in') return values.includes(found as string);
  if (operator === 'neq' || operator === 'not_in') return !values.includes(found as string);
  const [left, right] = [found as number, values[0] as number];
  return { gt: left > right, gte: left >= right, lt: left < right, lte: left <= right }[operator];
}

/** The event's own value, else the property that the metric names, else the first number among the usual four. */
function valueOf({ value, properties }: Happening, property?: string): bigint {
  const named =
    property !== undefined && Object.hasOwn(properties ?? {}, property) ? properties?.[property] : null;
  const { value: a, revenue, price, amount } = properties ?? {};
  const found = [value, named, a, revenue, price, amount].find((candidate) => typeof candidate === 'number');
  return fixed(plain(found ?? 0), UNIT);
}
