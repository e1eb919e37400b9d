// npm run demo: the main job through the public HTTP API alone. Users of past days are imported with their own times, users of now are
// assigned by the server. What must come out is worked out from what was sent, and compared. ASSAY_URL and ASSAY_TOKEN name the server.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const PAST_USERS = 2_400;
const LIVE_USERS = 600;
const BATCH = 400;
const AT_ONCE = 4;
const DAY_MS = 86_400_000;
const TIMEZONE = 'Europe/Berlin';
const VARIANTS = [
  { key: 'grey', allocation_pct: 34, buys: 0.14, is_control: true },
  { key: 'green', allocation_pct: 33, buys: 0.15 },
  { key: 'orange', allocation_pct: 33, buys: 0.21 },
];
const KEYS = VARIANTS.map(({ key }) => key);
const TYPES = ['visit', 'purchase'];

type User = { user_id: string; variant: string; assignedAt: number };
type Sent = { event_id: string; user_id: string; type: string; at: number; cents: number };
type Sums = { conversions: number; events: number; value_sum: number };
type Interval = { low: number | null; high: number | null };
type Figures = Sums & { key: string; users: number; rate: number; interval: Interval; variance: number };
type Comparison = { variant: string; p_value: number | null; sequential_p_value: number | null; verdict: string | null; lift: Interval & { estimate: number | null } }; // prettier-ignore
type Declared = { ratio?: { estimate: number }; steps?: { users: number }[] };
type Metric = { key: string; variants: (Figures & Declared)[]; comparisons: Comparison[] };
type Results = {
  freshness: { queue_lag_ms: number | null };
  population: { by_variant: Record<string, number>; srm: { p_value: number; status: string } };
  metrics: Metric[];
  summary: { headline: string; recommendation: string };
  timeseries: { metric: string; day: string; variants: Figures[] }[];
};
type Answer = { user_id: string; variant: { key: string }; assigned_at: string };
type Ack = { accepted: number; duplicates: number };
type Job = { id: string; state: string; result: { drift: number; cells: number } | null };

/** mulberry32: the same seed simulates the same people. */
let state = 20_260_124;
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const below = (limit: number): number => Math.floor(random() * limit);
const times = <T>(length: number, of: (n: number) => T): T[] => Array.from({ length }, (_, n) => of(n));
const iso = (ms: number): string => new Date(ms).toISOString();
const count = (number: number): string => number.toLocaleString('en');
const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: TIMEZONE });
const dayOf = (ms: number): string => calendar.format(ms); // YYYY-MM-DD
const began = Date.now();

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const type = body === undefined ? undefined : { 'Content-Type': 'application/json' };
  const headers = { Authorization: `Bearer ${process.env.ASSAY_TOKEN}`, ...type };
  const request = { method, headers, body: JSON.stringify(body) };
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(new URL(`/api/v1${path}`, process.env.ASSAY_URL), request);
    if (response.ok) return (await response.json()) as T;
    if (response.status !== 503 || attempt === 5)
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    await sleep(1_000 * Number(response.headers.get('Retry-After') ?? 1));
  }
}

/** What a user does within a span after the assignment; some visits lie before it and must not count. */
function behaviour({ user_id, variant, assignedAt }: User, spanMs: number): Sent[] {
  const visit = (at: number): Sent => ({ event_id: randomUUID(), user_id, type: 'visit', at, cents: 0 });
  const later = (): Sent => visit(assignedAt + below(spanMs));
  const visits = times(1 + below(4), later);
  if (random() < 0.1) visits.push(visit(assignedAt)); // the same instant counts
  if (random() < 0.1) visits.push(visit(assignedAt - 1 - below(DAY_MS)));
  if (random() >= VARIANTS[KEYS.indexOf(variant)].buys) return visits;
  const buy = (): Sent => ({ ...later(), type: 'purchase', cents: 500 + below(9_500) });
  return [...visits, ...times(random() < 0.25 ? 2 : 1, buy)];
}

function shuffled<T>(items: readonly T[]): T[] {
  const placed = items.map((item) => ({ item, place: random() }));
  return placed.sort((a, b) => a.place - b.place).map(({ item }) => item);
}

/** Sends batches, several at a time. Resolves to how many events the server accepted or named repeats. */
async function send(events: readonly Sent[], tell: (soFar: number) => Promise<void>): Promise<number> {
  const toWire = ({ at, cents, ...event }: Sent) =>
    cents > 0 ? { ...event, timestamp: iso(at), value: cents / 100 } : { ...event, timestamp: iso(at) };
  const wire = events.map(toWire);
  const batches = times(Math.ceil(wire.length / BATCH), (n) => wire.slice(n * BATCH, (n + 1) * BATCH));
  let acknowledged = 0;
  for (let from = 0; from < batches.length; from += AT_ONCE) {
    const acks = await Promise.all(
      batches.slice(from, from + AT_ONCE).map((list) => call<Ack>('POST', '/events/batch', { events: list })),
    );
    for (const { accepted, duplicates } of acks) acknowledged += accepted + duplicates;
    await tell(Math.min(events.length, (from + AT_ONCE) * BATCH));
  }
  return acknowledged;
}

/** Which events must count: each id once, at or after the assignment of its user. */
function countable(users: readonly User[], events: readonly Sent[]): (Sent & { variant: string })[] {
  const userOf = new Map(users.map((user) => [user.user_id, user]));
  return [...new Map(events.map((event) => [event.event_id, event])).values()].flatMap((event) => {
    const user = userOf.get(event.user_id);
    return user !== undefined && event.at >= user.assignedAt ? [{ ...event, variant: user.variant }] : [];
  });
}

/** Sums by user, in cents; `squares` is the sum of the squares of the users' totals. */
function sumsOf(events: readonly Sent[]): Sums & { squares: number } {
  const perUser = new Map<string, number>();
  for (const { user_id, cents } of events) perUser.set(user_id, (perUser.get(user_id) ?? 0) + cents);
  const totals = [...perUser.values()];
  const cents = totals.reduce((sum, own) => sum + own, 0);
  const squares = totals.reduce((sum, own) => sum + own * own, 0);
  return { conversions: perUser.size, events: events.length, value_sum: cents / 100, squares: squares / 1e4 };
}

const metricOf = (results: Results, type: string): Metric['variants'] =>
  results.metrics.find(({ key }) => key === type)?.variants ?? [];
const eventsIn = (results: Results): number =>
  TYPES.flatMap((type) => metricOf(results, type)).reduce((sum, { events }) => sum + events, 0);

function table({ metrics }: Results): string {
  const pct = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)}%`);
  const range = ({ low, high }: Interval): string => `[${pct(low)}, ${pct(high)}]`;
  const { variants, comparisons } = metrics.find(({ key }) => key === 'purchase') as Metric;
  const rows = variants.map((own) => {
    const than = comparisons.find(({ variant }) => variant === own.key);
    const p = (value: number | null): string => (value === null ? '-' : value < 0.0001 ? '<0.0001' : value.toFixed(4)); // prettier-ignore
    const lift = than ? [pct(than.lift.estimate), range(than.lift), p(than.p_value), p(than.sequential_p_value), than.verdict ?? '-'] : times(5, () => ''); // prettier-ignore
    const people = [count(own.users), String(own.conversions), pct(own.rate), range(own.interval)];
    return [own.key, ...people, ...lift, (own.value_sum / own.users).toFixed(2)];
  });
  const head =
    'variant|users|buyers|rate|95% interval|lift|95% interval|p-value|always valid|verdict|revenue/user'.split(
      '|',
    );
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) => row.map((cell, column) => cell.padStart(widths[column])).join('  ')).join('\n');
}

let different = 0;
function check(what: string, found: unknown, expected: unknown, shown = JSON.stringify(found)): void {
  const same = JSON.stringify(found) === JSON.stringify(expected);
  if (!same) different++;
  const figures = same ? shown : `${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`;
  console.log(`${same ? 'ok     ' : 'DIFFERS'}  ${what.padEnd(45)} ${figures}`);
}

/** Two metrics that are more than an event type: what an order is worth, and who bought after a visit. */
async function declare(suffix: string): Promise<{ ratio: string; funnel: string }> {
  const orders = { event_types: ['purchase'] };
  const order = { kind: 'ratio', numerator: { ...orders, aggregation: 'sum' }, denominator: { ...orders, aggregation: 'count' } }; // prettier-ignore
  const bought = { kind: 'funnel', steps: [{ event_types: ['visit'] }, { event_types: ['purchase'] }] };
  const post = (key: string, name: string, definition: unknown): Promise<{ key: string }> =>
    call('POST', '/metrics', { key: `${key}-${suffix}`, name, definition });
  const ratio = await post('order-value', 'Average order value', order);
  const funnel = await post('visit-to-purchase', 'Visit, then purchase', bought);
  return { ratio: ratio.key, funnel: funnel.key };
}

/** Users with a purchase that is not earlier than one of their visits. */
function passed(events: readonly Sent[]): number {
  const firstVisit = new Map<string, number>();
  for (const { user_id, type, at } of events)
    if (type === 'visit') firstVisit.set(user_id, Math.min(at, firstVisit.get(user_id) ?? Infinity));
  const buyers = events.filter(({ user_id, type, at }) => type === 'purchase' && at >= (firstVisit.get(user_id) ?? Infinity)); // prettier-ignore
  return new Set(buyers.map(({ user_id }) => user_id)).size;
}

async function main(): Promise<void> {
  const suffix = began.toString(36);
  const declared = await declare(suffix);
  const experiment = {
    key: `demo-${suffix}`,
    name: 'Colour of the checkout button',
    status: 'running',
    timezone: TIMEZONE,
    primary_metric: 'purchase',
    metrics: Object.values(declared),
    variants: VARIANTS.map(({ buys: _, ...variant }) => variant),
  };
  const path = `/experiments/${(await call<{ id: string }>('POST', '/experiments', experiment)).id}`;
  const results = (query = ''): Promise<Results> => call('GET', `${path}/results${query}`);
  console.log(`\nexperiment ${experiment.key}: ${VARIANTS.map(({ key, allocation_pct }) => `${key} ${allocation_pct}%`).join(', ')}`); // prettier-ignore

  const names = (kind: string, length: number) => times(length, (n) => `${kind}-${n}@${experiment.key}`);
  const pastUser = (user_id: string): User =>
    ({ user_id, variant: KEYS[below(100) < 34 ? 0 : 1 + below(2)], assignedAt: began - DAY_MS - below(5 * DAY_MS) }); // prettier-ignore
  const past = names('past', PAST_USERS).map(pastUser);
  const strangers = names('stranger', 120).map(pastUser); // nobody ever asks for their variant
  const asked = { user_ids: names('live', LIVE_USERS) };
  const { data } = await call<{ data: Answer[] }>('POST', `${path}/assignments/bulk`, asked);
  const live = data.map((own) => ({ ...own, variant: own.variant.key, assignedAt: Date.parse(own.assigned_at) })); // prettier-ignore
  const users = [...past, ...live];

  const history = [...past, ...strangers].flatMap((user) => behaviour(user, began - DAY_MS / 24 - user.assignedAt)); // prettier-ignore
  const genuine = [...history, ...live.flatMap((user) => behaviour(user, 2_000))];
  const events = [...shuffled(genuine), ...shuffled(genuine.filter(() => random() < 0.05))];
  const truth = countable(users, events);

  const early = events.slice(0, events.length / 3); // before the server knows the past users
  const tell = (before: number) => async (soFar: number) => {
    const line = `sent ${count(before + soFar)} of ${count(events.length)} events, ${count(eventsIn(await results()))} counted`; // prettier-ignore
    process.stdout.write(process.stdout.isTTY ? `\r${line.padEnd(60)}` : `${line}\n`);
  };
  let acknowledged = await send(early, tell(0));
  for (let from = 0; from < past.length; from += 1_000) {
    const assignments = past.slice(from, from + 1_000).map(({ user_id, variant, assignedAt }) => {
      return { user_id, variant_key: variant, assigned_at: iso(assignedAt) };
    });
    await call('POST', `${path}/assignments/import`, { assignments });
  }
  acknowledged += await send(events.slice(early.length), tell(early.length));

  const deadline = Date.now() + 60_000;
  let final = await results('?granularity=day');
  while (Date.now() < deadline && (final.freshness.queue_lag_ms !== 0 || eventsIn(final) < truth.length)) {
    await sleep(100);
    final = await results('?granularity=day');
  }
  await tell(events.length)(0);
  const { by_variant, srm } = final.population;
  console.log(
    `\n\n${table(final)}\n\n${final.summary.headline}\nsplit of the users: ${srm.status} (p = ${srm.p_value.toFixed(2)})\n`,
  );

  const perVariant = <T>(of: (key: string) => T): T[] => KEYS.map(of);
  const usersOf = (key: string): number => users.filter(({ variant }) => variant === key).length;
  const sums = (key: string, type: string, within: (day: string) => boolean = () => true) =>
    sumsOf(truth.filter((event) => event.variant === key && event.type === type && within(dayOf(event.at))));
  check('events acknowledged', acknowledged, events.length, `${count(events.length)}, of which ${count(genuine.length)} differ and ${count(truth.length)} count`); // prettier-ignore
  check('users', perVariant((key) => by_variant[key]), perVariant(usersOf)); // prettier-ignore
  for (const type of TYPES) {
    const found = metricOf(final, type);
    check(`users with a ${type}`, found.map((own) => own.conversions), perVariant((key) => sums(key, type).conversions)); // prettier-ignore
    check(`${type}s`, found.map((own) => own.events), perVariant((key) => sums(key, type).events)); // prettier-ignore
  }
  const bought = metricOf(final, 'purchase');
  check('revenue to the cent', bought.map((own) => own.value_sum), perVariant((key) => sums(key, 'purchase').value_sum)); // prettier-ignore
  const variance = (key: string): string => {
    const { value_sum, squares } = sums(key, 'purchase');
    return ((squares - value_sum ** 2 / usersOf(key)) / (usersOf(key) - 1)).toPrecision(9);
  };
  check('variance of revenue across users', bought.map((own) => own.variance.toPrecision(9)), perVariant(variance)); // prettier-ignore

  const orderValue = (key: string): string => (sums(key, 'purchase').value_sum / sums(key, 'purchase').events).toPrecision(9); // prettier-ignore
  check('average order value (declared ratio)', metricOf(final, declared.ratio).map((own) => own.ratio?.estimate.toPrecision(9)), perVariant(orderValue)); // prettier-ignore
  check('bought after a visit (declared funnel)', metricOf(final, declared.funnel).map((own) => own.steps?.[1].users), perVariant((key) => passed(truth.filter((event) => event.variant === key)))); // prettier-ignore

  const days = [...new Set(truth.map(({ at }) => dayOf(at)))].sort();
  const cells = days.flatMap((day) => TYPES.flatMap((type) => KEYS.map((key) => ({ day, type, key }))));
  const figures = (own?: Sums): number[] => [own?.conversions ?? 0, own?.events ?? 0, own?.value_sum ?? 0];
  const foundDaily = cells.map(({ day, type, key }) => figures(final.timeseries.find((row) => row.day === day && row.metric === type)?.variants.find((own) => own.key === key))); // prettier-ignore
  check('users, events and revenue of each day', foundDaily, cells.map(({ day, type, key }) => figures(sums(key, type, (own) => own === day))), `${days.length} days, ${cells.length} cells`); // prettier-ignore
  const [start, end] = [days[1], days[4]];
  const part = metricOf(await results(`?start_date=${start}&end_date=${end}`), 'visit');
  check(`distinct visitors, ${start} to ${days[3]}`, part.map((own) => own.conversions), perVariant((key) => sums(key, 'visit', (day) => day >= start && day < end).conversions)); // prettier-ignore

  const some = live.slice(0, 25);
  const again = await Promise.all(some.map(({ user_id }) => call<Answer>('GET', `${path}/assignment/${encodeURIComponent(user_id)}`))); // prettier-ignore
  check('25 users asked again keep their variant', again.map(({ variant }) => variant.key), some.map(({ variant }) => variant), 'yes'); // prettier-ignore
  let job = await call<Job>('POST', `${path}/verify`);
  while (Date.now() < deadline && job.state !== 'completed') {
    await sleep(100);
    job = await call<Job>('GET', `/jobs/${job.id}`);
  }
  check('verify: totals that differ from a recount', job.result?.drift, 0, `0 of ${count(job.result?.cells ?? 0)} rows`); // prettier-ignore

  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(
    `\n${different === 0 ? 'Every check is exact' : `${different} checks differ`}, after ${seconds} s.\n`,
  );
  process.exitCode = Math.min(different, 1);
}

main().catch((error: unknown) => {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
