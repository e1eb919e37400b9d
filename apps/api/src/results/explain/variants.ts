import { normalCritical } from '@app/stats';
import { number, remark, text } from './literal';
import type { Frame } from './people';
import { statement, Step } from './statement';
import { capOf, ExplainedMetric, userTotals } from './user-totals';

// Pure: what each variant did, with the names of the answer. Parts of the answer that are objects are JSON here.

export function variantsSql(frame: Frame, metric: ExplainedMetric, confidenceLevel: number): string {
  const { definition, kind } = metric;
  const hasValues = kind !== 'retention' && kind !== 'funnel';
  const extra = extraColumns(metric);
  const sums: Step = {
    name: 'sums',
    note: 'All epochs together; variants without users too.',
    body: `
SELECT v.position, v.key, v.is_control,
  count(t.user_id) AS users,
  count(*) FILTER (WHERE t.converted) AS conversions${[...(hasValues ? VALUES : []), ...extra.sums].map((column) => `,\n  ${column}`).join('')}
FROM variants v
LEFT JOIN totals t ON t.variant_id = v.id
WHERE v.experiment_id = ${text(frame.experiment.id)}
GROUP BY v.position, v.key, v.is_control`,
  };
  const columns = [
    'key, is_control, users, conversions',
    'conversions::float8 / nullif(users, 0) AS rate',
    ...(hasValues ? ['events, value_sum, mean_per_user, variance'] : [wilson(confidenceLevel)]),
    ...(kind === 'conversion' ? [wilson(confidenceLevel)] : []),
    ...extra.shown,
  ];
  const title = [
    `Variants of the metric ${remark(metric.key)} (${definition?.kind ?? `event type, ${kind}`}).`,
  ];
  return statement(
    title,
    [...userTotals(frame, metric), sums],
    `SELECT ${columns.join(',\n  ')}\nFROM sums\nORDER BY position`,
  );
}

const VALUES = [
  'coalesce(sum(t.events), 0) AS events',
  'coalesce(sum(t.total), 0) AS value_sum',
  'avg(t.total) AS mean_per_user',
  'var_samp(t.total) AS variance',
];

interface Extra {
  sums: string[];
  shown: string[];
}

function extraColumns(metric: ExplainedMetric): Extra {
  const { definition } = metric;
  if (definition?.kind === 'ratio') {
    const parts = [
      `'numerator_sum', value_sum`,
      `'denominator_sum', denominator_sum`,
      `'estimate', value_sum::float8 / nullif(denominator_sum, 0)::float8`,
    ];
    return {
      sums: ['coalesce(sum(t.denominator), 0) AS denominator_sum'],
      shown: [object('ratio', parts)],
    };
  }
  if (definition?.kind === 'funnel') {
    const reached = (step: number): string => `step_${step}`;
    const steps = definition.steps.map((step, index) => {
      const before = index === 0 ? 'users' : reached(index);
      const own = reached(index + 1);
      return `jsonb_build_object('step', ${index + 1}, 'name', ${text(step.name ?? step.event_types.join(', '))}, 'users', ${own},
      'rate', ${own}::float8 / nullif(users, 0), 'of_previous', ${own}::float8 / nullif(${before}, 0))`;
    });
    return {
      sums: definition.steps.map(
        (_, index) => `count(*) FILTER (WHERE t.steps >= ${index + 1}) AS ${reached(index + 1)}`,
      ),
      shown: [`jsonb_build_array(\n    ${steps.join(',\n    ')}\n  ) AS steps`],
    };
  }
  if (definition?.kind === 'retention') {
    const { from_day, to_day } = definition;
    return {
      sums: [],
      shown: [object('retention', [`'from_day', ${number(from_day)}`, `'to_day', ${number(to_day)}`])],
    };
  }
  if (capOf(metric) !== null) {
    return {
      sums: ['count(*) FILTER (WHERE t.is_capped) AS users_capped'],
      shown: [
        `(SELECT jsonb_build_object('lower', caps.lower, 'upper', caps.upper, 'users_capped', sums.users_capped) FROM caps) AS cap`,
      ],
    };
  }
  return { sums: [], shown: [] };
}

function object(name: string, parts: string[]): string {
  return `jsonb_build_object(\n    ${parts.join(',\n    ')}\n  ) AS ${name}`;
}

/** Wilson 1927; null without users. PostgreSQL has no normal quantile, so that stands in the statement as a number. */
function wilson(confidenceLevel: number): string {
  const z = number(normalCritical(1 - confidenceLevel));
  const spread = `sqrt(conversions * (1 - conversions::float8 / nullif(users, 0)) + ${z} ^ 2 / 4)`;
  const limit = (sign: string): string =>
    `(conversions + ${z} ^ 2 / 2 ${sign} ${z} * ${spread}) / (users + ${z} ^ 2)`;
  return object('"interval"', [`'low', ${limit('-')}`, `'high', ${limit('+')}`]);
}
