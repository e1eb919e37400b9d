import type { MetricDefinition } from '@app/model';
import type { Json } from '../support/app';
import { addDays, dayOf, hourOf } from './calendar';
import { differences, expectedMetric, expectedVariants, Figure, near } from './results-expected';
import { Happening, outcomesOf, Person, Range, Study } from './results-oracle';
import { chiSquareTail, holm, sum } from './results-statistics';

// Sets the parts of an answer against the recount. In: facts and a part of the answer. Out: what is wrong, nothing when all is right.

interface Asked {
  key: string;
  definition: MetricDefinition;
}

export function metricFaults(
  study: Study,
  people: readonly Person[],
  range: Range,
  { key, definition, metric }: Asked & { metric: Json },
): string[] {
  const { variants, comparisons } = expectedMetric(study, people, definition, range);
  const adjusted = holm(comparisons.map((one) => valueIn(one, 'p_value'))).map((p) => near(p, 1e-3));
  const expected = {
    kind: definition.kind,
    variants,
    comparisons: comparisons.map((one, i) => ({
      ...(one as Record<string, Figure>),
      p_value_adjusted: adjusted[i],
    })),
  };
  return differences(expected, metric, key);
}

function valueIn(figure: Figure, key: string): number | null {
  return (figure as Record<string, { value: number } | null>)[key]?.value ?? null;
}

/** Event types that somebody's events count in. */
export function shownTypes(people: readonly Person[]): string[] {
  const counted = people.flatMap(({ events }) => events);
  return [...new Set(counted.map(({ type }) => type))];
}

export function populationFaults(
  study: Study,
  people: readonly Person[],
  range: Range,
  population: Json,
): string[] {
  const inside = people.filter(({ anchorDay }) => anchorDay < range.end);
  const count = (variant: number, epoch?: number): number =>
    inside.filter((one) => one.variant === variant && (epoch === undefined || one.epoch === epoch)).length;
  const variants = Array.from({ length: study.variants }, (_, i) => i);
  const byVariant = (epoch?: number): Figure =>
    Object.fromEntries(variants.map((variant) => [`v${variant}`, count(variant, epoch)]));
  const excluded = (why: string): number => study.users.filter((user) => user.excluded === why).length;
  const tests = study.epochs.map((weights, epoch) => splitTest(weights, (variant) => count(variant, epoch)));
  const chi = sum(tests.map(({ x }) => x));
  const df = sum(tests.map((test) => test.df));
  const leaked = variants.filter((variant) =>
    study.epochs.some((weights, epoch) => weights[variant] === 0 && count(variant, epoch) > 0),
  );
  const expected: Figure = {
    users: inside.length,
    by_variant: byVariant(),
    excluded: { contaminated: excluded('contaminated'), overridden: excluded('overridden') },
    srm: {
      p_value: df === 0 ? null : near(chiSquareTail(chi, df), 1e-3),
      epochs: study.epochs.map((_, epoch) => ({
        epoch: epoch + 1,
        users: variants.reduce((total, variant) => total + count(variant, epoch), 0),
        by_variant: byVariant(epoch),
        p_value: tests[epoch].df === 0 ? null : near(chiSquareTail(tests[epoch].x, tests[epoch].df), 1e-3),
      })),
      leaked: leaked.map((variant) => `v${variant}`),
    },
  };
  return differences(expected, population, 'population');
}

/** Pearson's chi-square of one epoch over the arms that have a share; no degrees of freedom without users or with one arm. */
function splitTest(
  weights: readonly number[],
  users: (variant: number) => number,
): { x: number; df: number } {
  const arms = weights
    .map((weight, variant) => ({ weight, users: users(variant) }))
    .filter(({ weight }) => weight > 0);
  const all = sum(arms.map((arm) => arm.users));
  if (all === 0 || arms.length < 2) return { x: 0, df: 0 };
  const whole = sum(arms.map(({ weight }) => weight));
  const terms = arms.map((arm) => {
    const expected = (all * arm.weight) / whole;
    return (arm.users - expected) ** 2 / expected;
  });
  return { x: sum(terms), df: arms.length - 1 };
}

/** By the day: what happened on the day, and the figures of the range so far. A day on which nothing happened may be left out. */
export function dayFaults(
  study: Study,
  people: readonly Person[],
  range: Range,
  { key, definition, points }: Asked & { points: Json[] },
): string[] {
  const days = points.map((point) => String(point.day));
  const isCapped = 'cap' in definition && definition.cap !== undefined;
  const missing = eventfulDays(study, people, definition, range).filter((day) => !days.includes(day));
  return [
    ...missing.map((day) => `${key} has no ${day}`),
    ...points.flatMap((point) => {
      const soFar = { start: range.start, end: addDays(point.day, 1) };
      const before = { start: range.start, end: point.day };
      const { variants, comparisons } = expectedMetric(study, people, definition, soFar);
      const earlier = expectedVariants(study, people, definition, before);
      const today = expectedVariants(study, people, definition, { start: point.day, end: soFar.end });
      const expected = {
        variants: variants.map((so, i) => {
          const [all, past, own] = [so, earlier[i], today[i]] as Record<string, number>[];
          const isSpanned = definition.kind === 'retention' || definition.kind === 'funnel';
          return {
            // Cohorts of a retention metric, and ways through a funnel, belong to the day on which they end.
            users: all.users - past.users,
            conversions: isSpanned ? all.conversions - past.conversions : own.conversions,
            ...(isSpanned || isCapped ? {} : { events: own.events, value_sum: own.value_sum }),
            cumulative: {
              users: all.users,
              conversions: all.conversions,
              rate: all.rate,
              ...(isSpanned || isCapped ? {} : { mean: all.mean_per_user }),
            },
          };
        }),
        ...(isCapped ? {} : { comparisons: comparisons.map(withoutCuped) }),
      };
      return differences(expected, point, `${key}/${point.day}`);
    }),
  ];
}

function withoutCuped(comparison: Figure): Figure {
  const { cuped: _, ...rest } = comparison as Record<string, Figure>;
  return rest;
}

function eventfulDays(
  study: Study,
  people: readonly Person[],
  definition: MetricDefinition,
  { start, end }: Range,
): string[] {
  if (definition.kind === 'retention' || definition.kind === 'funnel') return [];
  const anchors = people.map(({ anchorDay }) => anchorDay);
  const selected = people.flatMap((person) => eventsThatCount(study, person, definition));
  const days = new Set([...anchors, ...selected.map(({ at }) => dayOf(at, study.timezone))]);
  return [...days].filter((day) => day >= start && day < end);
}

/** By asking for each event alone, so that there is one set of rules. */
function eventsThatCount(study: Study, person: Person, definition: MetricDefinition): Happening[] {
  const ever = { start: '0001-01-01', end: '9999-01-01' };
  return person.events.filter((event) => {
    const [outcome] = outcomesOf(study, [{ ...person, events: [event] }], definition, ever);
    return outcome !== undefined && outcome.converted;
  });
}

/** By the hour: what happened in it, and users and converters since the start of the experiment. */
export function hourFaults(
  study: Study,
  people: readonly Person[],
  range: Range,
  { key, definition, points }: Asked & { points: Json[] },
): string[] {
  if (definition.kind === 'retention' || definition.kind === 'funnel' || definition.kind === 'ratio')
    return [];
  const isCapped = 'cap' in definition && definition.cap !== undefined;
  const events = people.map((person) => eventsThatCount(study, person, definition));
  const hour = (us: number): number => hourOf(us, study.timezone);
  const isInside = (us: number): boolean => {
    const day = dayOf(us, study.timezone);
    return day >= range.start && day < range.end;
  };
  const eventful = [...people.map(({ anchor }) => anchor), ...events.flat().map(({ at }) => at)].filter(
    isInside,
  );
  const seen = new Set(points.map((point) => Date.parse(point.hour) * 1000));
  const missing = [...new Set(eventful.map(hour))].filter((one) => !seen.has(one));
  const ever = { start: '0001-01-01', end: '9999-01-01' };
  return [
    ...missing.map((one) => `${key} has no ${new Date(one / 1000).toISOString()}`),
    ...points.flatMap((point) => {
      const now = Date.parse(point.hour) * 1000;
      const variants = Array.from({ length: study.variants }, (_, variant) => {
        const own = people
          .map((person, i) => ({ person, events: events[i] }))
          .filter((one) => one.person.variant === variant);
        const during = own.map((one) => ({
          ...one.person,
          events: one.events.filter(({ at }) => hour(at) === now),
        }));
        const active = outcomesOf(study, during, definition, ever);
        return {
          users: own.filter((one) => hour(one.person.anchor) === now).length,
          conversions: active.filter(({ converted }) => converted).length,
          events: sum(active.map((one) => one.events)),
          ...(isCapped
            ? {}
            : { value_sum: near(Number(active.reduce((all, one) => all + one.total, 0n)) / 1e9) }),
          cumulative: {
            users: own.filter((one) => hour(one.person.anchor) <= now).length,
            conversions: own.filter((one) => one.events.some(({ at }) => hour(at) <= now)).length,
          },
        };
      });
      return differences({ variants }, point, `${key}/${point.hour}`);
    }),
  ];
}

/** By an attribute: the twenty largest values, and the rest together. */
export function breakdownFaults(
  study: Study,
  people: readonly Person[],
  range: Range,
  { key, attribute, definition, breakdown }: Asked & { attribute: string; breakdown: Json },
): string[] {
  const inside = people.filter(({ anchorDay }) => anchorDay < range.end);
  const sizes = new Map<string | null, number>();
  for (const { attributes } of inside) {
    const value = attributes[attribute] ?? null;
    sizes.set(value, (sizes.get(value) ?? 0) + 1);
  }
  const segments: Json[] = breakdown.segments;
  const shown = segments.filter(({ is_other }) => !is_other);
  const values = shown.map(({ value }) => value as string | null);
  const rest = [...sizes.keys()].filter((value) => !values.includes(value));
  const smallest = Math.min(...values.map((value) => sizes.get(value) ?? 0));
  const counted = {
    shown: Math.min(20, sizes.size),
    other_values: Math.max(0, sizes.size - 20),
    segments: { length: Math.min(21, sizes.size) },
  };
  const isTop = rest.every((value) => (sizes.get(value) ?? 0) <= smallest);
  return [
    ...differences(counted, breakdown, key),
    ...(isTop ? [] : [`${key}: a larger value than ${smallest} users is in the rest`]),
    ...segments.flatMap((segment) => {
      const own = people.filter(({ attributes }) => {
        const value = attributes[attribute] ?? null;
        return segment.is_other ? rest.includes(value) : value === segment.value;
      });
      const name = `${key} by ${attribute}=${segment.is_other ? '(other)' : segment.value}`;
      const { variants, comparisons } = expectedMetric(study, own, definition, range);
      const isCapped = 'cap' in definition && definition.cap !== undefined;
      const expected = {
        users: own.filter(({ anchorDay }) => anchorDay < range.end).length,
        metrics: [isCapped ? { variants: variants.map(onlyCounts) } : { variants, comparisons }],
      };
      return differences(expected, segment, name);
    }),
  ];
}

function onlyCounts(variant: Figure): Figure {
  const { users, conversions, events } = variant as Record<string, Figure>;
  return { users, conversions, events };
}
