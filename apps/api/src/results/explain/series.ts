import { day, number, remark, text } from './literal';
import type { Frame } from './people';
import { statement, Step } from './statement';
import { capOf, ExplainedMetric, userTotals } from './user-totals';

// Pure: one metric by the day or by the hour. In cumulative figures a user counts once: by the day from the first active day of the range
// on, by the hour from the first active hour of the experiment on.

export type Unit = 'day' | 'hour';

export function seriesSql(shown: Frame, metric: ExplainedMetric, unit: Unit): string {
  const { definition } = metric;
  const frame = unit === 'day' ? shown : { ...shown, range: { ...shown.range, start: null } };
  const isSpanned = definition?.kind === 'retention' || definition?.kind === 'funnel';
  const keepsValues = !isSpanned && capOf(metric) === null;
  const title = [
    `The metric ${remark(metric.key)} by the ${unit}.`,
    unit === 'day'
      ? 'cumulative: since the start of the range; users from before it are among its users.'
      : 'cumulative: since the start of the experiment.',
  ];
  const cumulative = [
    `'users', all_users`,
    `'conversions', all_conversions`,
    `'rate', all_conversions::float8 / nullif(all_users, 0)::float8`,
    ...(keepsValues && unit === 'day' ? [`'mean', all_value::float8 / nullif(all_users, 0)::float8`] : []),
  ];
  const columns = [
    `${text(metric.key)} AS metric, ${unit === 'day' ? 'day::text AS day' : 'hour'}, key, users, conversions`,
    ...(isSpanned ? [] : ['conversions::float8 / nullif(all_users, 0)::float8 AS rate', 'events']),
    ...(keepsValues
      ? ['value_sum', 'value_sum::float8 / nullif(all_users, 0)::float8 AS mean_per_user']
      : []),
    `jsonb_build_object(\n    ${cumulative.join(',\n    ')}\n  ) AS cumulative`,
  ];
  const from = firstShown(shown, metric, unit);
  return statement(
    title,
    [
      ...userTotals(frame, metric).filter(({ name }) => !UNUSED.has(name)),
      active(frame, metric, unit),
      ...sums(frame, metric, unit),
    ],
    `SELECT ${columns.join(',\n  ')}\nFROM running${from === null ? '' : `\nWHERE ${unit} >= ${from}`}\nORDER BY running.${unit}, position`,
  );
}

/** What a series does not need of the totals per user. */
const UNUSED = new Set(['totals', 'uncapped', 'caps', 'progress']);

/** A range that starts later has users from before it in every cumulative figure, but no day for them. */
function firstShown({ range, experiment }: Frame, { kind }: ExplainedMetric, unit: Unit): string | null {
  // The windows of a retention metric lie in the range.
  if (range.start === null || kind === 'retention') return null;
  const start = day(range.start);
  return unit === 'day' ? start : `${start}::timestamp AT TIME ZONE ${text(experiment.timezone)}`;
}

function active(frame: Frame, { definition }: ExplainedMetric, unit: Unit): Step {
  if (definition?.kind === 'retention') {
    return {
      name: 'active',
      note: 'Users who came back, on the day on which their window closes.',
      body: `
SELECT p.variant_id, p.anchor_day + ${number(definition.to_day)} AS day, true AS is_first, 0 AS events, 0 AS total
FROM matured p
WHERE EXISTS (SELECT FROM counted c WHERE c.user_id = p.user_id)`,
    };
  }
  if (definition?.kind === 'funnel') {
    return {
      name: 'active',
      note: 'Users on the day on which they first came through the last step.',
      body: `
SELECT p.variant_id, min(e.day) AS day, true AS is_first, 0 AS events, 0 AS total
FROM people p
JOIN step_${definition.steps.length} e ON e.user_id = p.user_id
GROUP BY p.variant_id, p.user_id`,
    };
  }
  return {
    name: 'active',
    note: `Users in each ${unit} in which they were active.`,
    body: `
SELECT variant_id, ${unit}, ${unit} = min(${unit}) OVER (PARTITION BY user_id) AS is_first, count(*) AS events, sum(value) AS total
FROM (
  SELECT p.variant_id, p.user_id, ${unit === 'day' ? 'c.day' : `${hourOf(frame, 'c.timestamp')} AS hour`}, c.value
  FROM people p
  JOIN ${definition?.kind === 'ratio' ? 'numerator_events' : 'counted'} c ON c.user_id = p.user_id
) events
GROUP BY variant_id, user_id, ${unit}`,
  };
}

function sums(frame: Frame, metric: ExplainedMetric, unit: Unit): Step[] {
  const { definition } = metric;
  const isRetention = definition?.kind === 'retention';
  const joinedAt = isRetention ? `p.anchor_day + ${number(definition.to_day)}` : 'p.anchor_day';
  return [
    {
      name: 'joined',
      note: isRetention
        ? 'Users by the day on which their window closes.'
        : `Users by the ${unit} of their anchor.`,
      body: `
SELECT p.variant_id, ${unit === 'day' ? joinedAt : hourOf(frame, 'p.anchor')} AS ${unit}, count(*) AS users
FROM ${isRetention ? 'matured' : 'people'} p
GROUP BY 1, 2`,
    },
    {
      name: 'happened',
      note: `What happened in each ${unit}.`,
      body: `
SELECT a.variant_id, a.${unit}, count(*) AS conversions, count(*) FILTER (WHERE a.is_first) AS first_conversions,
  sum(a.events) AS events, sum(a.total) AS value_sum
FROM active a
GROUP BY a.variant_id, a.${unit}`,
    },
    {
      name: 'moments',
      note: `Every ${unit} in which anything happened in any variant, for every variant.`,
      body: `
SELECT m.${unit}, v.id AS variant_id, v.key, v.position
FROM (
  SELECT ${unit} FROM joined
  UNION SELECT ${unit} FROM happened${furtherDays(metric)}
) m
CROSS JOIN variants v
WHERE v.experiment_id = ${text(frame.experiment.id)}`,
    },
    {
      name: 'running',
      note: `Each ${unit}, and the sums until its end.`,
      body: `
SELECT m.${unit}, m.key, m.position, coalesce(j.users, 0) AS users, coalesce(h.conversions, 0) AS conversions,
  coalesce(h.events, 0) AS events, coalesce(h.value_sum, 0) AS value_sum,
  coalesce(sum(j.users) OVER until, 0) AS all_users,
  coalesce(sum(h.first_conversions) OVER until, 0) AS all_conversions,
  coalesce(sum(h.value_sum) OVER until, 0) AS all_value
FROM moments m
LEFT JOIN joined j ON j.${unit} = m.${unit} AND j.variant_id = m.variant_id
LEFT JOIN happened h ON h.${unit} = m.${unit} AND h.variant_id = m.variant_id
WINDOW until AS (PARTITION BY m.variant_id ORDER BY m.${unit})`,
    },
  ];
}

/** A day on which somebody first came to an earlier step, or on which only the denominator grew, is a day of the series too. */
function furtherDays({ definition }: ExplainedMetric): string {
  if (definition?.kind === 'ratio') return '\n  UNION SELECT day FROM denominator_events';
  if (definition?.kind !== 'funnel') return '';
  const steps = definition.steps.slice(0, -1);
  return steps
    .map((_, index) => `\n  UNION SELECT min(day) FROM step_${index + 1} GROUP BY user_id`)
    .join('');
}

function hourOf({ experiment }: Frame, instant: string): string {
  return `date_trunc('hour', ${instant}, ${text(experiment.timezone)})`;
}
