// What each figure is held against. A ratio compares two figures of the same run, on the same machine, minutes apart.
const ratio = (a, b) => (f) => f[a] / f[b];

export const TARGETS = [
  {
    what: 'batches of 100 over Redis, until counted / direct ingest',
    of: ratio('redis_batches_per_s', 'ingest_rows_per_s'),
    least: 0.6,
  },
  { what: 'events/s of that for a minute (full run)', of: (f) => f.redis_sustained_per_s, least: 20_000 },
  { what: 'drift after all of it', of: (f) => f.redis_drift + f.postgres_drift, most: 0 },
  {
    what: 'batches of 100 over PostgreSQL / direct ingest',
    of: ratio('postgres_batches_per_s', 'ingest_rows_per_s'),
    least: 0.3,
  },
  {
    what: 'CPU per row, direct ingest / COPY',
    of: ratio('ingest_cpu_us_per_row', 'copy_cpu_us_per_row'),
    most: 8,
  },
  {
    what: 'single events until counted / obvious pipeline',
    of: ratio('redis_singles_per_s', 'obvious_singles_per_s'),
    least: 4,
  },
  { what: 'single events/s until counted', of: (f) => f.redis_singles_per_s, least: 6_000 },
  { what: 'p99 of the ack at half of that, ms', of: (f) => f.redis_singles_half_load_p99_ms, most: 50 },
  {
    what: 'batches of 100 / obvious pipeline',
    of: ratio('redis_batches_per_s', 'obvious_batches_per_s'),
    least: 10,
  },
  {
    what: 'cached assignment / bare route behind the same guard',
    of: ratio('cached_per_s', 'bare_per_s'),
    least: 0.7,
  },
  {
    what: 'CPU of a cached assignment, among all users / among a thousand',
    of: ratio('cached_among_all_cpu_us', 'cached_cpu_us'),
    most: 1.5,
  },
  { what: 'p99 of a cached assignment, 64 connections, ms', of: (f) => f.cached_p99_ms, most: 10 },
  {
    what: 'first assignments in the store, 256 callers / one INSERT each',
    of: ratio('assign_in_store_per_s', 'one_insert_each_per_s'),
    least: 4,
  },
  { what: 'first assignments / cached ones', of: ratio('first_per_s', 'cached_per_s'), least: 0.6 },
  {
    what: 'results with many events / with few, made anew',
    of: ratio('results_many_ms', 'results_few_ms'),
    most: 1.5,
  },
  {
    what: 'GROUP BY over raw events / results, many events, made anew',
    of: ratio('group_by_many_ms', 'results_many_ms'),
    least: 100,
  },
  { what: 'p99 from ack to results at half the rate, ms', of: (f) => f.fresh_p99_ms, most: 1_000 },
  { what: 'Redis memory per waiting event, bytes', of: (f) => f.redis_redis_bytes_per_event, most: 260 },
  {
    what: 'api CPU per batch / parse and write the same bytes',
    of: ratio('redis_api_cpu_us_per_batch', 'codec_us_per_batch'),
    most: 2,
  },
];

/** `{ what, target, value, met }`, met is null when the run has not measured it. */
export function judge(figures) {
  return TARGETS.map(({ what, of, least, most }) => {
    const value = of(figures);
    const target = least === undefined ? `<= ${most}` : `>= ${least}`;
    if (value === undefined || Number.isNaN(value)) return { what, target, value: null, met: null };
    return { what, target, value, met: least === undefined ? value <= most : value >= least };
  });
}

/** The median of every figure over the repetitions; parts of a figure are figures of their own. */
export function medians(repetitions) {
  const flat = repetitions.map((figures) => flatten(figures));
  const names = [...new Set(flat.flatMap((figures) => Object.keys(figures)))];
  return Object.fromEntries(
    names.map((name) => {
      const values = flat.map((figures) => figures[name]).filter((value) => value !== undefined);
      return [name, values.sort((a, b) => a - b)[values.length >> 1]];
    }),
  );
}

function flatten(figures, prefix = '') {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]) =>
      typeof value === 'object'
        ? Object.entries(flatten(value, `${prefix}${name}.`))
        : [[`${prefix}${name}`, value]],
    ),
  );
}
