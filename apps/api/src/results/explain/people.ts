import type { Experiment, EventSelection } from '@app/model';
import { conditionSql } from './filter';
import { day, number, text, texts } from './literal';
import { all, Step } from './statement';

// Pure: the counting rules as SQL over raw rows, written a second time: nothing here reads the totals or calls the views of the schema.

export interface Frame {
  experiment: Pick<Experiment, 'id' | 'key' | 'timezone' | 'analysisPopulation'>;
  /** Calendar days of the experiment, closed at the start and open at the end; null: open. */
  range: { start: string | null; end: string | null };
  /** The day before which the window of a retention metric must close. */
  maturedBefore: string;
}

/** The one user-level table that everything else joins: `people`. */
export function people({ experiment, range }: Frame): Step {
  const anchor = experiment.analysisPopulation === 'exposed' ? 'a.exposed_at' : 'a.assigned_at';
  const ends = `coalesce(least(x.ended_at, x.ends_at), 'infinity')`;
  const anchorDay = localDay(anchor, experiment.timezone);
  return {
    name: 'people',
    note: `Who counts: anchored (${anchor.slice(2)}) before the end of the experiment and before the end of the range,\nnot overridden, not found in two variants.`,
    body: `
SELECT a.user_id, arms.epoch, arms.variant_id, ${anchor} AS anchor,
  ${anchorDay} AS anchor_day,
  ${ends} AS end_at
FROM experiments x
JOIN assignments a ON a.experiment_id = x.id
JOIN arms ON arms.id = a.arm_id
${all([
  `x.id = ${text(experiment.id)}`,
  'NOT a.overridden',
  'NOT a.contaminated',
  `${anchor} < ${ends}`,
  range.end === null ? null : `${anchorDay} < ${day(range.end)}`,
])}`,
  };
}

export interface Counted extends EventSelection {
  windowHours?: number | undefined;
  /** What the value of an event is; absent when values do not matter. */
  value?: string;
  /** Days from the anchor day on, both included. */
  days?: { from: number; to: number };
  source?: string;
}

/** The events of `people` that count and are selected, as rows `user_id, event_id, timestamp, day, value`. */
export function countedEvents(frame: Frame, name: string, counted: Counted): Step {
  const { experiment, range } = frame;
  const eventDay = localDay('e.timestamp', experiment.timezone);
  const columns = [
    `p.user_id, e.event_id, e.timestamp, ${eventDay} AS day`,
    ...(counted.value ? [`${counted.value} AS value`] : []),
  ];
  const sinceAnchor = `${eventDay} - p.anchor_day`;
  return {
    name,
    note: 'Their events that count: at or after the anchor, before the end, of this experiment or of none, on a day of the range.',
    body: `
SELECT ${columns.join(',\n  ')}
FROM ${counted.source ?? 'people'} p
JOIN events e ON e.user_id = p.user_id
${all([
  `e.type IN (${texts([...new Set(counted.event_types)])})`,
  'e.timestamp >= p.anchor',
  'e.timestamp < p.end_at',
  ofExperiment(experiment.id),
  range.start === null ? null : `${eventDay} >= ${day(range.start)}`,
  range.end === null ? null : `${eventDay} < ${day(range.end)}`,
  counted.windowHours === undefined
    ? null
    : `e.timestamp < p.anchor + interval '${number(counted.windowHours)} hours'`,
  counted.days === undefined ? null : `${sinceAnchor} >= ${number(counted.days.from)}`,
  counted.days === undefined ? null : `${sinceAnchor} <= ${number(counted.days.to)}`,
  ...(counted.filter ?? []).map((condition) => `(${conditionSql(condition)})`),
])}`,
  };
}

/** The events of the days before the anchor, as rows `user_id, value`; the range does not matter to them. */
export function earlierEvents(
  { experiment }: Frame,
  name: string,
  { event_types, filter, value }: EventSelection & { value: string },
  days: number,
): Step {
  return {
    name,
    note: `What they did in the ${number(days)} times 24 hours before the anchor.`,
    body: `
SELECT p.user_id, ${value} AS value
FROM people p
JOIN events e ON e.user_id = p.user_id
${all([
  `e.type IN (${texts([...new Set(event_types)])})`,
  `e.timestamp >= p.anchor - interval '${number(24 * days)} hours'`,
  'e.timestamp < p.anchor',
  ofExperiment(experiment.id),
  ...(filter ?? []).map((condition) => `(${conditionSql(condition)})`),
])}`,
  };
}

const USUAL = ['value', 'revenue', 'price', 'amount'];

/** The event's own value, else the property that the metric names, else the first number among the usual four, else 0. */
export function valueSql(property?: string): string {
  const named = (name: string, bound = ''): string => {
    const found = `(e.properties ->> ${text(name)})::numeric`;
    return `  WHEN jsonb_typeof(e.properties -> ${text(name)}) = 'number'${bound.replace('?', found)} THEN ${found}`;
  };
  return [
    'round(CASE',
    '  WHEN e.value IS NOT NULL THEN e.value',
    // Other than the usual four, the door does not keep this one within its bounds.
    ...(property === undefined ? [] : [named(property, ' AND abs(?) <= 1e15')]),
    ...USUAL.map((name) => named(name)),
    '  ELSE 0',
    'END, 9)',
  ].join('\n  ');
}

export function localDay(instant: string, timezone: string): string {
  return `(${instant} AT TIME ZONE ${text(timezone)})::date`;
}

function ofExperiment(id: string): string {
  return `(e.experiment_id IS NULL OR e.experiment_id = ${text(id)})`;
}
