import { chiSquareSf, studentTTwoSidedP } from '@app/stats';
import { Json, startApp, TestApp } from '../support/app';
import { Random } from '../support/random';
import { anExperiment, sendAndStore } from './help';
import { aMetric } from './metrics-help';

// Every statement that the results explain themselves with is run as it is, and every figure it gives is compared with the answer. The one
// reads totals, the other raw rows, and they share no line of SQL.

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const BUY = `buy'); DROP TABLE events; -- "\\`;
const VIEW = 'view ü💥';
const PLAN = `pl'an" $.x\\ ?`;
const PRO = `o'hara \\'; --\n\t"x" €`;
const IS_PRO = { property: PLAN, operator: 'eq', value: PRO };

/** Definitions of every kind, over events that match in part. */
const DEFINITIONS: Record<string, object> = {
  conversion: { kind: 'conversion', event_types: [BUY, VIEW], filter: [IS_PRO], window_hours: 72 },
  listed: { kind: 'conversion', event_types: [VIEW], filter: [{ property: PLAN, operator: 'in', value: [PRO, 5, true] }, { property: 'net', operator: 'exists' }] },
  unlisted: { kind: 'conversion', event_types: [BUY], filter: [{ property: PLAN, operator: 'not_in', value: ['free', -2.5] }] },
  unequal: { kind: 'conversion', event_types: [BUY], filter: [{ property: PLAN, operator: 'neq', value: PRO }] },
  switched: { kind: 'conversion', event_types: [BUY], filter: [{ property: PLAN, operator: 'neq', value: true }] },
  absent: { kind: 'conversion', event_types: [BUY], filter: [{ property: PLAN, operator: 'not_exists' }] },
  between: { kind: 'conversion', event_types: [BUY], filter: [{ property: PLAN, operator: 'gt', value: -2.5 }, { property: PLAN, operator: 'lte', value: 5 }] },
  outside: { kind: 'conversion', event_types: [BUY], filter: [{ property: 'net', operator: 'gte', value: 2 }, { property: 'net', operator: 'lt', value: 1e21 }] },
  count: { kind: 'count', event_types: [VIEW], cap: { upper_percentile: 0.9 } },
  counted: { kind: 'count', event_types: [VIEW, BUY], window_hours: 30, covariate_days: 5 },
  mean: { kind: 'mean', event_types: [BUY], value_property: 'net', filter: [{ property: 'net', operator: 'exists' }] },
  capped: { kind: 'mean', event_types: [BUY], cap: { lower_percentile: 0.2, upper_percentile: 0.85 } },
  fixed: { kind: 'mean', event_types: [BUY], value_property: PLAN, cap: { lower: -1.5, upper: 20 } },
  ratio: {
    kind: 'ratio',
    numerator: { event_types: [BUY], aggregation: 'sum', value_property: 'net' },
    denominator: { event_types: [VIEW, BUY], aggregation: 'count', filter: [{ property: 'net', operator: 'not_exists' }] },
    window_hours: 200,
  },
  retention: { kind: 'retention', event_types: [VIEW], from_day: 1, to_day: 3 },
  funnel: { kind: 'funnel', steps: [{ event_types: [VIEW] }, { name: `sign'up\\`, event_types: ['signup', VIEW] }, { event_types: [BUY], filter: [IS_PRO] }], window_hours: 240 },
}; // prettier-ignore

const THREE = (shares: number[]) =>
  shares.map((allocation_pct, index) => ({ key: ['control', `b'"\\`, 'c'][index], allocation_pct }));
const DAY_MS = 86_400_000;
const FIRST = Date.parse('2026-10-18T00:00:00Z');
/** A few moments of many days, so that ties, midnights and anchors are met often; the clocks change in between. */
const moment = (random: Random, days: number): string =>
  new Date(FIRST + random.below(days * 8) * (DAY_MS / 8)).toISOString();

async function populated(random: Random, population: string): Promise<Json> {
  const metrics: object[] = [{ key: BUY, role: 'primary' }];
  for (const [name, definition] of Object.entries(DEFINITIONS)) {
    const key = `${name}-of-${population}`;
    await aMetric(app, { key, name: `'${name}"`, definition });
    metrics.push({ key });
  }
  const { id } = await anExperiment(app, {
    timezone: 'America/Santiago',
    analysis_population: population,
    variants: THREE([33.33, 33.33, 33.34]),
    metrics,
  });
  // Few buckets: 4 and 2, which is not 70 to 30.
  const epoch = { variants: THREE([70, 30, 0]), coverage_pct: 0.05 };
  expect(await app.call('POST', `/api/v1/experiments/${id}/epochs`, epoch)).toMatchObject({ status: 201 });
  await past(id);
  await people(random, id);
  return id;
}

/** Puts the experiment where history is: nobody is in it yet, so nothing has to be counted anew. */
async function past(id: string): Promise<void> {
  const run = (statement: string, values: unknown[]) => app.database.source.query(statement, values);
  await run(`UPDATE epochs SET opened_at = CASE number WHEN 1 THEN $2::timestamptz ELSE $2::timestamptz + interval '5 days' END
    WHERE experiment_id = $1`, [id, new Date(FIRST).toISOString()]); // prettier-ignore
  await run(
    `UPDATE experiments SET started_at = $2, ends_at = $2::timestamptz + interval '17 days' WHERE id = $1`,
    [id, new Date(FIRST).toISOString()],
  );
}

async function people(random: Random, id: string): Promise<void> {
  const users = Array.from({ length: 90 }, (_, index) => `${id} '${index}`);
  const rows = users.map((user_id) => {
    const assigned_at = moment(random, 10);
    const exposed = new Date(Date.parse(assigned_at) + random.below(20) * 3_600_000).toISOString();
    const variant_key = random.pick(THREE([1, 1, 1]).map(({ key }) => key));
    return { user_id, variant_key, assigned_at, exposed_at: random.below(3) > 0 ? exposed : null };
  });
  const imports = (assignments: object[], more: object = {}) =>
    app.call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments, ...more });
  expect(await imports(rows)).toMatchObject({ body: { imported: 90 } });
  const moved = rows
    .slice(0, 6)
    .map((row) => ({ ...row, variant_key: row.variant_key === 'c' ? 'control' : 'c' }));
  expect(await imports(moved, { on_conflict: 'contaminate' })).toMatchObject({ status: 200 });
  for (const user of [...users.slice(5, 10), `${id} nobody`]) {
    const path = `/api/v1/experiments/${id}/overrides/${encodeURIComponent(user)}`;
    expect((await app.call('PUT', path, { variant_key: random.pick(['control', 'c']) })).status).toBe(204);
  }
  const { id: other } = await anExperiment(app);
  for (const part of random.split(events(random, users, [id, other]), 900)) await sendAndStore(app, part);
}

function events(random: Random, users: string[], experiments: string[]): object[] {
  const named = (): object => (random.below(8) > 0 ? {} : { experiment_id: random.pick(experiments) });
  return Array.from({ length: 1000 }, () => {
    const type = random.pick([BUY, BUY, VIEW, VIEW, 'signup', 'exposure']);
    const plan = random.pick([
      PRO,
      PRO,
      'free',
      5,
      -2.5,
      5.0000001,
      true,
      false,
      null,
      [PRO],
      { a: 1 },
      undefined,
    ]);
    const net = random.pick([0.1, 0.2, 2, 1e16, -7.25, '12', null, undefined]);
    return {
      user_id: random.pick(users),
      type,
      timestamp: moment(random, 22),
      ...(type === 'exposure' ? { experiment_id: random.pick(experiments) } : named()),
      ...(random.below(4) === 0 ? { value: random.below(10_000) / 100 - 20 } : {}),
      ...(random.below(6) === 0
        ? {}
        : { properties: { [PLAN]: plan, net, amount: random.pick([3, 0.3, '3']) } }),
    };
  });
}

/** Everything that SQL says must be in the answer, counts exactly. */
function same(found: Json, said: Json, place: string): void {
  if (found === null || said === null || typeof found === 'boolean') {
    expect([place, said]).toEqual([place, found]);
  } else if (typeof found === 'number') {
    const [given, own] = [found, Number(said)];
    if (Number.isInteger(given) && Number.isInteger(own)) expect([place, own]).toEqual([place, given]);
    else if (!(Math.abs(own - given) <= 1e-9 * Math.max(1, Math.abs(given))))
      expect([place, own]).toEqual([place, given]);
  } else if (typeof found === 'object') {
    if (Array.isArray(found)) expect([place, said.length]).toEqual([place, found.length]);
    for (const name of Object.keys(said)) same(found[name], said[name], `${place}/${name}`);
  } else {
    expect([place, String(said)]).toEqual([place, String(found)]);
  }
}

const at = (answer: Json, pointer: string): Json =>
  pointer
    .split('/')
    .slice(1)
    .reduce((value, part) => value[part.replaceAll('~1', '/').replaceAll('~0', '~')], answer);

const byKey = (rows: Json[], pick: (row: Json) => unknown): Json =>
  Object.fromEntries(rows.map((row) => [row.key, pick(row)]));

/** What the rows of one statement say, in the shape of the answer at its pointer. */
function shaped(pointer: string, rows: Json[], found: Json): [found: Json, said: Json] {
  if (pointer === '/population/users') return [found, rows[0].users];
  if (pointer === '/population/by_variant') return [found, byKey(rows, (row) => row.users)];
  if (pointer.endsWith('/excluded/by_variant')) return [found, byKey(rows, ({ key: _, ...row }) => row)];
  if (pointer === '/population/srm') return [found, tailOf(rows[0])];
  if (pointer === '/population/srm/epochs') {
    return [found, rows.map(({ opened_at, ...row }) => ({ ...tailOf(row), opened_at: new Date(opened_at).toISOString() }))];
  }
  if (pointer === '/timeseries') {
    const own = found.filter((point: Json) => point.metric === rows[0].metric);
    const flat = own.flatMap(({ variants, comparisons: _, ...point }: Json) =>
      variants.map((row: Json) => ({ ...point, ...row })),
    );
    return [flat, rows];
  }
  if (!pointer.endsWith('/comparisons')) return [found, rows];
  const shown = found.map((row: Json) => ({
    ...row,
    difference: row.difference.estimate,
    lift: row.lift.estimate,
    strata: row.strata?.filter(({ weight }: Json) => weight > 0),
  }));
  if (rows[0].cuped !== undefined) return [shown.map(({ cuped }: Json) => flatEffects(cuped)), rows.map(adjusted)];
  return [shown, rows.map((row, index) => comparison(row, shown[index]))];
} // prettier-ignore

function tailOf({ chi_square, df, ...row }: Json): Json {
  return { ...row, p_value: chi_square === null ? null : chiSquareSf(chi_square, Number(df)) };
}

function flatEffects({ difference, lift, ...row }: Json): Json {
  return { ...row, difference: difference.estimate, lift: lift.estimate };
}

function adjusted({ cuped: { standard_error: _, t, df, ...row } }: Json): Json {
  return { ...row, p_value: t === null || df === null ? null : studentTTwoSidedP(t, df) };
}

function comparison({ standard_error: _, z, t, df, strata, ...row }: Json, found: Json): Json {
  const own = found.strata === undefined ? row : { ...row, strata };
  if (z !== undefined) return own;
  return { ...own, p_value: t === null || df === null ? null : studentTTwoSidedP(t, df) };
}

/** Runs every explanation of an answer; what differs, with the statement it is about. */
async function differences(id: string, query: string): Promise<{ explained: number; faults: string[] }> {
  const { status, body } = await app.call('GET', `/api/v1/experiments/${id}/results?explain=sql&${query}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  const faults: string[] = [];
  for (const { pointer, sql } of body.explain) {
    try {
      const rows = await app.database.source.query(sql);
      const [found, said] = shaped(pointer, rows, at(body, pointer));
      same(found, said, pointer);
    } catch (error) {
      faults.push(`${query} ${pointer} ${sql.slice(0, 120)} ${(error as Error).message}`);
    }
  }
  return { explained: body.explain.length, faults };
}

const date = (day: number) => new Date(FIRST + day * DAY_MS).toISOString().slice(0, 10);

describe('explain=sql', () => {
  it.each([
    ['assigned', 20261121],
    ['exposed', 7],
  ])(
    'says what the results say, of users %s',
    async (population, seed) => {
      const random = new Random(seed);
      const id = await populated(random, population);
      await app.database.source.query('ANALYZE assignments, events');
      const [from, days] = [1 + random.below(6), 4 + random.below(5)];
      const some = `start_date=${date(from)}&end_date=${date(from + days)}`;
      const queries = ['granularity=day', `granularity=day&${some}`, `start_date=${date(8)}&confidence_level=0.8`, `end_date=${date(5)}`, `granularity=hour&${some}&view=timeseries`, `granularity=day&view=executive&metric=funnel-of-${population}`]; // prettier-ignore
      for (const query of queries) {
        const { explained, faults } = await differences(id, query);
        expect(faults).toEqual([]);
        expect(explained).toBeGreaterThan(6);
      }
    },
    120_000,
  );

  it('is empty unless asked for, and reads only raw rows', async () => {
    const { id } = await anExperiment(app, { metrics: ['buy'] });
    const path = `/api/v1/experiments/${id}/results`;
    expect((await app.call('GET', path)).body.explain).toEqual([]);
    const { explain } = (await app.call('GET', `${path}?explain=sql`)).body;
    const raw = 'experiments epochs variants arms assignments overrides events'.split(' ');
    for (const { sql } of explain) {
      const [{ names }] = await app.database.source
        .query(`SELECT array_agg(relname::text) AS names FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')`);
      const own = new Set([...sql.matchAll(/(\w+) AS \(/g)].map(([, name]) => name));
      const read = names.filter(
        (name: string) => new RegExp(`(FROM|JOIN) ${name}\\b`).test(sql) && !own.has(name),
      );
      expect(read.filter((name: string) => !raw.includes(name))).toEqual([]);
    }
    expect(explain.map(({ pointer }: Json) => pointer)).toEqual(
      expect.arrayContaining(['/population/srm/epochs', '/metrics/0/variants', '/metrics/0/comparisons']),
    );
    expect(await differences(id, '')).toMatchObject({ faults: [] });
  });
});
