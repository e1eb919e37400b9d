import type { Cap, EventSelection, MetricDefinition, RatioSide } from '@app/model';
import { day, number } from './literal';
import { Counted, countedEvents, Frame, people, valueSql } from './people';
import { all, Step } from './statement';

// Pure: a metric in, the steps that give one row per user out: `totals (user_id, epoch, variant_id, converted, ...)`. Variants and
// comparisons are sums over it.

export type ExplainedKind = MetricDefinition['kind'];

export interface ExplainedMetric {
  key: string;
  kind: ExplainedKind;
  eventTypes: string[];
  /** As the totals hold it; null for an event type. */
  definition: MetricDefinition | null;
}

export function userTotals(frame: Frame, metric: ExplainedMetric): Step[] {
  const { definition } = metric;
  // An event type by itself: who did it, how often, and the usual values.
  if (definition === null)
    return [people(frame), ...summed(frame, { event_types: metric.eventTypes, value: valueSql() })];
  switch (definition.kind) {
    case 'conversion':
      return [people(frame), ...summed(frame, { ...selection(definition), value: valueSql() })];
    case 'count':
    case 'mean':
      return [
        people(frame),
        ...summed(frame, { ...selection(definition), value: valueOfEvent(definition) }, definition.cap),
      ];
    case 'ratio':
      return [people(frame), ...ratio(frame, definition)];
    case 'retention':
      return [people(frame), ...retention(frame, definition)];
    case 'funnel':
      return [people(frame), ...funnel(frame, definition)];
  }
}

export function valueOfEvent(definition: Extract<MetricDefinition, { kind: 'count' | 'mean' }>): string {
  return definition.kind === 'count' ? '1' : valueSql(definition.value_property);
}

export function capOf({ definition }: ExplainedMetric): Cap | null {
  return definition?.kind === 'count' || definition?.kind === 'mean' ? (definition.cap ?? null) : null;
}

function selection(definition: EventSelection & { window_hours?: number }): Counted {
  return {
    event_types: definition.event_types,
    filter: definition.filter,
    windowHours: definition.window_hours,
  };
}

const PERSON = 'p.user_id, p.epoch, p.variant_id';

function summed(frame: Frame, counted: Counted, cap?: Cap): Step[] {
  const perUser: Step = {
    name: cap === undefined ? 'totals' : 'uncapped',
    note: 'One row for every user; those without events are zeros.',
    body: `
SELECT ${PERSON}, count(c.event_id) > 0 AS converted, count(c.event_id) AS events, coalesce(sum(c.value), 0) AS total
FROM people p
LEFT JOIN counted c ON c.user_id = p.user_id
GROUP BY ${PERSON}`,
  };
  return [countedEvents(frame, 'counted', counted), perUser, ...(cap === undefined ? [] : capped(cap))];
}

function capped(cap: Cap): Step[] {
  const hasShares = cap.lower_percentile !== undefined || cap.upper_percentile !== undefined;
  const bound = (fixed: number | undefined, share: number | undefined): string => {
    if (fixed !== undefined) return `(${number(fixed)})::float8`;
    if (share === undefined) return 'NULL::float8';
    return `percentile_cont(${number(share)}) WITHIN GROUP (ORDER BY total::float8)`;
  };
  return [
    {
      name: 'caps',
      note: hasShares
        ? 'Percentiles are of all users of all variants together, zeros included.'
        : 'As the metric gives them.',
      body: `
SELECT ${bound(cap.lower, cap.lower_percentile)} AS lower,
  ${bound(cap.upper, cap.upper_percentile)} AS upper${hasShares ? '\nFROM uncapped' : ''}`,
    },
    {
      name: 'totals',
      note: 'Totals beyond a cap are moved to it; their users stay in.',
      body: `
SELECT ${PERSON}, p.converted, p.events, least(greatest(p.total::float8, caps.lower), caps.upper) AS total,
  coalesce(p.total::float8 < caps.lower OR p.total::float8 > caps.upper, false) AS is_capped
FROM uncapped p CROSS JOIN caps`,
    },
  ];
}

function ratio(frame: Frame, definition: Extract<MetricDefinition, { kind: 'ratio' }>): Step[] {
  const side = (name: string, of: RatioSide): Step =>
    countedEvents(frame, `${name}_events`, {
      event_types: of.event_types,
      filter: of.filter,
      windowHours: definition.window_hours,
      value: of.aggregation === 'count' ? '1' : valueSql(of.value_property),
    });
  return [
    side('numerator', definition.numerator),
    side('denominator', definition.denominator),
    {
      name: 'totals',
      note: 'One row for every user with both sides; those without events are zeros.',
      body: `
SELECT ${PERSON}, n.events IS NOT NULL AS converted, coalesce(n.events, 0) AS events,
  coalesce(n.total, 0) AS total, coalesce(d.total, 0) AS denominator
FROM people p
LEFT JOIN (SELECT user_id, count(*) AS events, sum(value) AS total FROM numerator_events GROUP BY user_id) n ON n.user_id = p.user_id
LEFT JOIN (SELECT user_id, sum(value) AS total FROM denominator_events GROUP BY user_id) d ON d.user_id = p.user_id`,
    },
  ];
}

function retention(frame: Frame, definition: Extract<MetricDefinition, { kind: 'retention' }>): Step[] {
  const { from_day: from, to_day: to } = definition;
  const { start } = frame.range;
  return [
    {
      name: 'matured',
      note: `Users whose days ${from} to ${to} after the day of the anchor lie in the range and are over.`,
      body: `
SELECT *
FROM people p
${all([
  start === null ? null : `p.anchor_day + ${number(from)} >= ${day(start)}`,
  `p.anchor_day + ${number(to)} < ${day(earlier(frame.maturedBefore, frame.range.end))}`,
])}`,
    },
    countedEvents(frame, 'counted', { ...selection(definition), days: { from, to }, source: 'matured' }),
    {
      name: 'totals',
      note: 'One row for each of them: whether the user came back.',
      body: `
SELECT ${PERSON}, EXISTS (SELECT FROM counted c WHERE c.user_id = p.user_id) AS converted
FROM matured p`,
    },
  ];
}

function earlier(a: string, b: string | null): string {
  return b !== null && b < a ? b : a;
}

/** A chain that comes as far as a step exists when an event of the step has another, not later event of the step before that has one. */
function funnel(frame: Frame, definition: Extract<MetricDefinition, { kind: 'funnel' }>): Step[] {
  const steps = definition.steps.flatMap((step, index): Step[] => {
    const number = index + 1;
    const events = countedEvents(frame, `step_${number}${index === 0 ? '' : '_events'}`, {
      event_types: step.event_types,
      filter: step.filter,
      windowHours: definition.window_hours,
    });
    if (index === 0) return [events];
    const reached = {
      name: `step_${number}`,
      note: `Step ${number}: after step ${index}, by another event that is not earlier.`,
      body: `
SELECT *
FROM step_${number}_events e
WHERE EXISTS (
  SELECT FROM step_${index} before
  WHERE before.user_id = e.user_id AND before.event_id <> e.event_id AND before.timestamp <= e.timestamp
)`,
    };
    return [events, reached];
  });
  const last = definition.steps.length;
  const cases = definition.steps.map((_, index) => {
    const number = last - index;
    return `  WHEN p.user_id IN (SELECT user_id FROM step_${number}) THEN ${number}`;
  });
  return [
    ...steps,
    {
      name: 'progress',
      note: 'One row for every user: how many steps, 0 when none.',
      body: `
SELECT ${PERSON}, CASE
${cases.join('\n')}
  ELSE 0
END AS steps
FROM people p`,
    },
    {
      name: 'totals',
      note: 'Who came through all of them.',
      body: `SELECT ${PERSON}, p.steps, p.steps = ${last} AS converted FROM progress p`,
    },
  ];
}
