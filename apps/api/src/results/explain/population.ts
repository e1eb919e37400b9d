import { text } from './literal';
import { Frame, people } from './people';
import { Explanation, statement, Step } from './statement';

// Pure: who is counted, who is not, and the split of each epoch against its allocation.

export function populationSql(frame: Frame): Explanation[] {
  const id = text(frame.experiment.id);
  return [
    {
      pointer: '/population/users',
      sql: statement(['Everybody who counts.'], [people(frame)], 'SELECT count(*) AS users\nFROM people'),
    },
    {
      pointer: '/population/by_variant',
      sql: statement(
        ['Users of each variant, all epochs together.'],
        [people(frame)],
        `
SELECT v.key, count(p.user_id) AS users
FROM variants v
LEFT JOIN people p ON p.variant_id = v.id
WHERE v.experiment_id = ${id}
GROUP BY v.key, v.position
ORDER BY v.position`,
      ),
    },
    { pointer: '/population/excluded/by_variant', sql: excluded(id) },
    {
      pointer: '/population/srm',
      sql: statement(
        [
          'Users against the allocation, over all epochs: statistics and degrees of freedom of the epochs add up.',
          'p_value is the upper tail of chi-square, which PostgreSQL does not have.',
        ],
        [...split(frame)],
        `
SELECT sum(e.chi_square) AS chi_square, nullif(sum(e.df), 0) AS df,
  (SELECT jsonb_object_agg(key, expected) FROM (
    SELECT key, coalesce(sum(expected), 0) AS expected FROM split GROUP BY key
  ) sums) AS expected
FROM tests e`,
      ),
    },
    {
      pointer: '/population/srm/epochs',
      sql: statement(
        [
          'Users against the allocation, epoch by epoch (Pearson); arms without a share are outside the test.',
          'p_value is the upper tail of chi-square with df degrees of freedom, which PostgreSQL does not have.',
        ],
        [...split(frame)],
        `
SELECT s.epoch, s.opened_at, sum(s.users) AS users,
  jsonb_object_agg(s.key, s.users) AS by_variant,
  jsonb_object_agg(s.key, s.expected) AS expected,
  t.chi_square, t.df
FROM split s
LEFT JOIN tests t ON t.epoch = s.epoch
GROUP BY s.epoch, s.opened_at, t.chi_square, t.df
ORDER BY s.epoch`,
      ),
    },
  ];
}

function excluded(id: string): string {
  const steps: Step[] = [
    {
      name: 'contaminated',
      note: 'Found in two variants, by the variant that they are kept with.',
      body: `
SELECT arms.variant_id, count(*) AS users
FROM assignments a
JOIN arms ON arms.id = a.arm_id
WHERE a.experiment_id = ${id} AND a.contaminated
GROUP BY arms.variant_id`,
    },
    {
      name: 'overridden',
      note: 'Forced into a variant, whether or not they were ever assigned.',
      body: `SELECT o.variant_id, count(*) AS users FROM overrides o WHERE o.experiment_id = ${id} GROUP BY o.variant_id`,
    },
  ];
  return statement(
    ['Users who do not count, whatever the range.'],
    steps,
    `
SELECT v.key, coalesce(c.users, 0) AS contaminated, coalesce(o.users, 0) AS overridden
FROM variants v
LEFT JOIN contaminated c ON c.variant_id = v.id
LEFT JOIN overridden o ON o.variant_id = v.id
WHERE v.experiment_id = ${id}
ORDER BY v.position`,
  );
}

function split(frame: Frame): Step[] {
  const id = text(frame.experiment.id);
  return [
    people(frame),
    {
      name: 'weights',
      note:
        'Below full coverage the whole buckets that each arm owns, of 10,000. Else the allocation of each epoch in basis points, which cannot ' +
        'say a third: shares that differ by at most one are equal shares.',
      body: `
SELECT a.epoch, a.variant_id,
  CASE WHEN e.coverage_bp BETWEEN 1 AND 9999 THEN ceil(a.weight_bp * e.coverage_bp / 10000::numeric)
    WHEN max(a.weight_bp) OVER epoch - min(a.weight_bp) OVER epoch <= 1 THEN 1
    ELSE a.weight_bp
  END::integer AS weight
FROM arms a
JOIN epochs e ON e.experiment_id = a.experiment_id AND e.number = a.epoch
WHERE a.experiment_id = ${id}
WINDOW epoch AS (PARTITION BY a.epoch)`,
    },
    {
      name: 'counted',
      note: 'Users of each arm, arms without users too.',
      body: `
SELECT w.epoch, w.variant_id, w.weight, count(p.user_id) AS users
FROM weights w
LEFT JOIN people p ON p.epoch = w.epoch AND p.variant_id = w.variant_id
GROUP BY w.epoch, w.variant_id, w.weight`,
    },
    {
      name: 'split',
      note: 'What the allocation lets expect of the users in arms with a share.',
      body: `
SELECT c.epoch, e.opened_at, v.key, c.users, c.weight,
  CASE WHEN c.weight > 0 THEN
    (sum(c.users) FILTER (WHERE c.weight > 0) OVER epoch) * c.weight::float8 / sum(c.weight) OVER epoch
  END AS expected
FROM counted c
JOIN epochs e ON e.experiment_id = ${id} AND e.number = c.epoch
JOIN variants v ON v.id = c.variant_id
WINDOW epoch AS (PARTITION BY c.epoch)`,
    },
    {
      name: 'tests',
      note: 'Epochs that have users and two arms or more with a share.',
      body: `
SELECT s.epoch, sum((s.users - s.expected) ^ 2 / s.expected) AS chi_square, count(*) - 1 AS df
FROM split s
WHERE s.expected > 0
GROUP BY s.epoch
HAVING count(*) > 1`,
    },
  ];
}
