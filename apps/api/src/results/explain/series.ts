import { day, number, remark, text } from './literal';
import { Frame } from './people';
import { statement, Step } from './statement';
import { capOf, ExplainedMetric, userTotals } from './user-totals';

// Pure: one metric by the day. A user counts in the cumulative figures from the first active day of the range on, and only once.

export function seriesSql(frame: Frame, metric: ExplainedMetric): string {
  const { range, experiment } = frame;
  const { definition } = metric;
  const isSpanned = definition?.kind === 'retention' || definition?.kind === 'funnel';
  const keepsValues = !isSpanned && capOf(metric) === null;
  const joins =
    definition?.kind === 'retention' ? `p.anchor_day + ${number(definition.to_day)}` : 'p.anchor_day';
  const from = definition?.kind === 'retention' ? 'matured' : 'people';
  // A range that starts later has users from before it in every cumulative figure, but no day for them.
  const start = range.start === null || from === 'matured' ? null : day(range.start);
  const steps: Step[] = [
    ...userTotals(frame, metric).filter(({ name }) => !UNUSED.has(name)),
    activeDays(metric),
    {
      name: 'joined',
      note:
        definition?.kind === 'retention'
          ? 'Users by the day on which their window closes.'
          : 'Users by the day of their anchor.',
      body: `SELECT p.variant_id, ${joins} AS day, count(*) AS users FROM ${from} p GROUP BY p.variant_id, ${joins}`,
    },
    {
      name: 'happened',
      note: 'What happened on each day.',
      body: `
SELECT a.variant_id, a.day, count(*) AS conversions, count(*) FILTER (WHERE a.is_first) AS first_conversions,
  sum(a.events) AS events, sum(a.total) AS value_sum
FROM active a
GROUP BY a.variant_id, a.day`,
    },
    {
      name: 'days',
      note: 'Every day on which anything happened in any variant, for every variant.',
      body: `
SELECT d.day, v.id AS variant_id, v.key, v.position
FROM (SELECT day FROM joined UNION SELECT day FROM happened${stepDays(metric)}) d
CROSS JOIN variants v
WHERE v.experiment_id = ${text(experiment.id)}`,
    },
    {
      name: 'running',
      note: 'Each day, and the sums until its end.',
      body: `
SELECT d.day, d.key, d.position, coalesce(j.users, 0) AS users, coalesce(h.conversions, 0) AS conversions,
  coalesce(h.events, 0) AS events, coalesce(h.value_sum, 0) AS value_sum,
  coalesce(sum(j.users) OVER until, 0) AS all_users,
  coalesce(sum(h.first_conversions) OVER until, 0) AS all_conversions,
  coalesce(sum(h.value_sum) OVER until, 0) AS all_value
FROM days d
LEFT JOIN joined j ON j.day = d.day AND j.variant_id = d.variant_id
LEFT JOIN happened h ON h.day = d.day AND h.variant_id = d.variant_id
WINDOW until AS (PARTITION BY d.variant_id ORDER BY d.day)`,
    },
  ];
  const values = keepsValues
    ? ['value_sum', 'value_sum::float8 / nullif(all_users, 0)::float8 AS mean_per_user']
    : [];
  const cumulative = [
    `'users', all_users`,
    `'conversions', all_conversions`,
    `'rate', all_conversions::float8 / nullif(all_users, 0)::float8`,
    ...(keepsValues ? [`'mean', all_value::float8 / nullif(all_users, 0)::float8`] : []),
  ];
  const columns = [
    `${text(metric.key)} AS metric, day::text AS day, key, users, conversions`,
    ...(isSpanned ? [] : ['conversions::float8 / nullif(all_users, 0)::float8 AS rate', 'events']),
    ...values,
    `jsonb_build_object(\n    ${cumulative.join(',\n    ')}\n  ) AS cumulative`,
  ];
  return statement(
    [
      `The metric ${remark(metric.key)} by the day.`,
      'cumulative: since the start of the range; users from before it are in its users.',
    ],
    steps,
    `SELECT ${columns.join(',\n  ')}\nFROM running${start === null ? '' : `\nWHERE day >= ${start}`}\nORDER BY running.day, position`,
  );
}

/** A step that somebody came to first on a day makes that day one of the series, also when nobody came through all of them. */
function stepDays({ definition }: ExplainedMetric): string {
  if (definition?.kind !== 'funnel') return '';
  return definition.steps
    .map((_, index) => `\n  UNION SELECT min(day) FROM step_${index + 1} GROUP BY user_id`)
    .join('');
}

/** What a series does not need of the totals per user. */
const UNUSED = new Set(['totals', 'uncapped', 'caps', 'progress', 'denominator_events']);

function activeDays({ definition }: ExplainedMetric): Step {
  if (definition?.kind === 'retention') {
    return {
      name: 'active',
      note: 'Users who came back, on the day on which their window closes.',
      body: `
SELECT p.variant_id, p.anchor_day + ${number(definition.to_day)} AS day, true AS is_first, NULL::bigint AS events, NULL::numeric AS total
FROM matured p
WHERE EXISTS (SELECT FROM counted c WHERE c.user_id = p.user_id)`,
    };
  }
  if (definition?.kind === 'funnel') {
    return {
      name: 'active',
      note: 'Users on the day on which they first came through the last step.',
      body: `
SELECT p.variant_id, min(e.day) AS day, true AS is_first, NULL::bigint AS events, NULL::numeric AS total
FROM people p
JOIN step_${definition.steps.length} e ON e.user_id = p.user_id
GROUP BY p.variant_id, p.user_id`,
    };
  }
  const events = definition?.kind === 'ratio' ? 'numerator_events' : 'counted';
  return {
    name: 'active',
    note: 'Users on each of their active days.',
    body: `
SELECT p.variant_id, c.day, c.day = min(c.day) OVER (PARTITION BY p.user_id) AS is_first, count(*) AS events, sum(c.value) AS total
FROM people p
JOIN ${events} c ON c.user_id = p.user_id
GROUP BY p.variant_id, p.user_id, c.day`,
  };
}
