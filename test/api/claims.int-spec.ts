import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { bucketOf } from '@app/bucketing';
import { Json, startApp, TestApp } from '../support/app';
import { storesOf } from '../support/stores';
import { until } from '../support/wait';
import { anExperiment, assignment, assignmentsOf, results, sendAndStore, stored } from './help';

// What users say to have been shown, through Segment's `Experiment Viewed` and PostHog's `$feature_flag_called`.

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

type Variant = 'control' | 'treatment';
interface Message {
  messageId: string;
  [name: string]: unknown;
}

let counter = 0;
/** An id that the hash gives this variant, when the control has so many of 10,000 buckets. */
function anId({ id }: Json, variant: Variant, controlBp = 5_000): string {
  for (;;) {
    counter += 1;
    const name = `claimant-${counter}`;
    if (bucketOf(id, name) < controlBp === (variant === 'control')) return name;
  }
}

const past = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();

async function begunYesterday(options: object = {}): Promise<Json> {
  const experiment = await anExperiment(app, options);
  const yesterday = `now() - interval '1 day'`;
  const change = (table: string, set: string, key: string): Promise<unknown> =>
    app.database.source.query(`UPDATE ${table} SET ${set} = ${yesterday} WHERE ${key} = $1`, [experiment.id]);
  await change('experiments', 'started_at', 'id');
  await change('epochs', 'opened_at', 'experiment_id');
  return experiment;
}

const message = (type: string, more: object): Message => ({ type, messageId: randomUUID(), ...more });

function viewed(who: object, { key }: Json, variant: string, more: object = {}): Message {
  const properties = { experiment_id: key, variation_id: variant };
  return message('track', { event: 'Experiment Viewed', properties, ...who, ...more });
}

/** Sends items in one request, again while the queue is too slow to answer. */
async function post(path: string, body: object, status = 200): Promise<Json> {
  const answer = await until('an answer of the queue', async () => {
    const sent = await app.call('POST', path, body);
    return sent.status === 503 ? null : sent;
  });
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
  return answer.body;
}

async function send(batch: Message[]): Promise<void> {
  expect(await post('/v1/batch', { batch })).toEqual({ success: true });
  const events = batch.filter(({ type }) => type === 'track');
  await stored(app, [...new Set(events.map(({ messageId }) => messageId))]);
}

interface Captured {
  uuid: string;
  [name: string]: unknown;
}

const called = (distinct_id: string, flag: string, response: unknown): Captured => ({
  event: '$feature_flag_called',
  distinct_id,
  uuid: randomUUID(),
  properties: { $feature_flag: flag, $feature_flag_response: response },
});

async function capture(batch: object[]): Promise<void> {
  expect(await post('/batch/', { batch })).toEqual({ status: 1 });
}

async function rowOf({ id }: Json, user: string): Promise<Json> {
  const statement = `
    SELECT v.key AS variant, a.source, a.assigned_at, a.exposed_at, a.contaminated, arms.epoch, a.bucket
    FROM assignments a JOIN arms ON arms.id = a.arm_id JOIN variants v ON v.id = arms.variant_id
    WHERE a.experiment_id = $1 AND a.user_id = $2`;
  return (await app.database.source.query(statement, [id, user]))[0] ?? null;
}

async function became({ messageId }: Message): Promise<string[]> {
  const { body } = await app.call('GET', `/api/v1/events/${messageId}/disposition`);
  return body.experiments.map(({ disposition }: Json) => disposition);
}

async function withoutDrift({ id }: Json): Promise<void> {
  const { tables } = await storesOf(app.database.db).recounts.verify(id);
  expect(tables.filter(({ differences }) => differences > 0)).toEqual([]);
}

async function move({ id }: Json, ...transitions: string[]): Promise<void> {
  for (const transition of transitions) {
    const { status, body } = await app.call('POST', `/api/v1/experiments/${id}/${transition}`);
    expect({ status, body }).toMatchObject({ status: 200 });
  }
}

function inAllOrders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    inAllOrders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

describe('a visitor who logs in', () => {
  const EIGHTY = [
    { key: 'control', allocation_pct: 80 },
    { key: 'treatment', allocation_pct: 20 },
  ];
  const STEPS = ['view anon', 'identify', 'view known', 'purchase'] as const;
  /** What the visitor is shown and what the user is; who is not shown it again is shown it once. */
  const PEOPLE: [Variant, Variant, again: boolean][] = [
    ['control', 'control', true],
    ['treatment', 'treatment', true],
    ['control', 'treatment', true],
    ['treatment', 'control', true],
    ['control', 'treatment', false],
    ['treatment', 'control', false],
    ['treatment', 'control', false],
  ];

  async function live(order: readonly (typeof STEPS)[number][], inOne: boolean): Promise<Json> {
    const experiment = await begunYesterday({ variants: EIGHTY });
    const people = PEOPLE.map(([before, after, again]) => {
      const [anonymousId, userId] = [anId(experiment, before, 8_000), anId(experiment, after, 8_000)];
      return {
        'view anon': [viewed({ anonymousId }, experiment, before, { timestamp: past(40) })],
        'identify': [message('identify', { anonymousId, userId })],
        'view known': again ? [viewed({ userId }, experiment, after, { timestamp: past(30) })] : [],
        'purchase': [message('track', { userId, event: 'purchase', properties: { revenue: 10 }, timestamp: past(20) })],
      };
    }); // prettier-ignore
    const parts = order.map((step) => people.flatMap((person) => person[step]));
    for (const part of inOne ? [parts.flat()] : parts) await send(part);
    await withoutDrift(experiment);
    const { population, metrics } = await results(app, experiment.id);
    const [{ variants }] = metrics.filter(({ key }: Json) => key === 'purchase');
    return {
      users: population.by_variant,
      excluded: population.excluded,
      purchases: variants.map(({ key, conversions, value_sum }: Json) => [key, conversions, value_sum]),
    };
  }

  it.each([
    ['in one request', true],
    ['in requests of their own', false],
  ])(
    'counts in what was shown, or in none when two were, in whatever order it is told %s',
    async (_, inOne) => {
      for (const order of inAllOrders(STEPS)) {
        const lived = await live(order, inOne);
        expect({ order, ...lived }).toMatchObject({
          order,
          users: { control: 2, treatment: 3 },
          excluded: { contaminated: 2, by_variant: { control: { contaminated: 1 }, treatment: { contaminated: 1 } } },
          purchases: [['control', 2, 20], ['treatment', 3, 30]],
        }); // prettier-ignore
      }
    },
    120_000,
  );

  it('counts in none when the user has another variant already', async () => {
    const experiment = await begunYesterday();
    const [anonymousId, userId] = [anId(experiment, 'control'), anId(experiment, 'treatment')];
    await assignment(app, experiment.id, userId);
    await send([message('identify', { anonymousId, userId })]);
    await send([viewed({ anonymousId }, experiment, 'control', { timestamp: past(5) })]);
    expect(await rowOf(experiment, userId)).toMatchObject({ variant: 'treatment', source: 'hash', contaminated: true });
    await withoutDrift(experiment);
  }); // prettier-ignore

  it('is told of by PostHog in one request as well', async () => {
    const experiment = await begunYesterday();
    const [anon, user] = [anId(experiment, 'control'), anId(experiment, 'treatment')];
    const identify = {
      event: '$identify',
      distinct_id: user,
      uuid: randomUUID(),
      properties: { $anon_distinct_id: anon },
    };
    await capture([called(anon, experiment.key, 'control'), identify]);
    expect(await rowOf(experiment, user)).toMatchObject({ variant: 'control', contaminated: false });
  });
});

describe('an exposure that arrives late', () => {
  it.each([
    ['a pause', ['pause']],
    ['the end', ['complete']],
    ['it was archived', ['complete', 'archive']],
  ])('after %s counts, and its deeds', async (_, transitions) => {
    const experiment = await begunYesterday();
    const userId = anId(experiment, 'treatment');
    await move(experiment, ...transitions);
    const purchase = message('track', { userId, event: 'purchase', timestamp: past(5) });
    await send([viewed({ userId }, experiment, 'treatment', { timestamp: past(10) }), purchase]);
    expect(await rowOf(experiment, userId)).toMatchObject({ variant: 'treatment', source: 'exposure' });
    expect(await became(purchase)).toEqual(['counted']);
    await withoutDrift(experiment);
  });

  it('of a time when it took nobody assigns nobody', async () => {
    const experiment = await begunYesterday();
    const [before, paused, ended] = [1, 2, 3].map(() => anId(experiment, 'control'));
    await move(experiment, 'pause');
    await setTimeout(20);
    const inPause = past(0);
    await setTimeout(20);
    await move(experiment, 'resume', 'complete');
    await setTimeout(20);
    const views = [
      viewed({ userId: before }, experiment, 'control', { timestamp: past(2 * 86_400) }),
      viewed({ userId: paused }, experiment, 'control', { timestamp: inPause }),
      viewed({ userId: ended }, experiment, 'control'),
    ];
    await send(views);
    expect(await assignmentsOf(app, experiment.id)).toBe(0);
    expect(await Promise.all(views.map(became))).toEqual([['unassigned'], ['unassigned'], ['unassigned']]);
  });

  it('is judged by the split of its own time', async () => {
    const experiment = await begunYesterday();
    const moved = (): string => {
      for (;;) {
        const id = anId(experiment, 'treatment');
        if (bucketOf(experiment.id, id) < 8_000) return id;
      }
    };
    const [early, late, liar] = [moved(), moved(), moved()];
    const epoch1 = past(5);
    const variants = [
      { key: 'control', allocation_pct: 80 },
      { key: 'treatment', allocation_pct: 20 },
    ];
    const path = `/api/v1/experiments/${experiment.id}/epochs`;
    expect((await app.call('POST', path, { variants, coverage_pct: 100 })).status).toBe(201);
    await setTimeout(20);
    await send([
      viewed({ userId: early }, experiment, 'treatment', { timestamp: epoch1 }),
      viewed({ userId: late }, experiment, 'control'),
      viewed({ userId: liar }, experiment, 'treatment'),
    ]);
    expect(await rowOf(experiment, early)).toMatchObject({ variant: 'treatment', epoch: 1 });
    expect(await rowOf(experiment, late)).toMatchObject({ variant: 'control', epoch: 2 });
    expect(await rowOf(experiment, liar)).toBeNull();
    // Shown another one since, by a client that decides for itself.
    await send([viewed({ userId: early }, experiment, 'control')]);
    expect(await rowOf(experiment, early)).toMatchObject({ variant: 'treatment', contaminated: true });
    await withoutDrift(experiment);
  });

  it('moves the anchor back, also of who was asked about meanwhile', async () => {
    const experiment = await begunYesterday({ analysis_population: 'exposed' });
    const userId = anId(experiment, 'treatment');
    await post(`/ofrep/v1/evaluate/flags/${experiment.key}`, { context: { targetingKey: userId } });
    expect(await rowOf(experiment, userId)).toMatchObject({ source: 'hash', exposed_at: null });
    const [at, earlier] = [past(10), past(20)];
    const purchase = message('track', { userId, event: 'purchase', timestamp: past(5) });
    await send([viewed({ userId }, experiment, 'treatment', { timestamp: at }), purchase]);
    const moved = { variant: 'treatment', source: 'exposure', bucket: bucketOf(experiment.id, userId) };
    expect(await rowOf(experiment, userId)).toMatchObject({ ...moved, assigned_at: at, exposed_at: at });
    expect(await became(purchase)).toEqual(['counted']);
    await send([viewed({ userId }, experiment, 'treatment', { timestamp: earlier })]);
    expect(await rowOf(experiment, userId)).toMatchObject({ ...moved, assigned_at: earlier, exposed_at: earlier }); // prettier-ignore
    expect((await results(app, experiment.id)).population).toMatchObject({ users: 1 });
    await withoutDrift(experiment);
  });
});

describe('an exposure that was sent before', () => {
  it('changes nothing, whatever it says', async () => {
    const experiment = await begunYesterday();
    const [user, other] = [anId(experiment, 'control'), anId(experiment, 'control')];
    const first = viewed({ userId: user }, experiment, 'control', { timestamp: past(10) });
    await send([first]);
    const before = await rowOf(experiment, user);
    await send([{ ...first, timestamp: past(60) }]);
    await send([{ ...first, userId: other }]);
    expect(await rowOf(experiment, user)).toEqual(before);
    expect(await rowOf(experiment, other)).toBeNull();
  });

  it('in the same request is one', async () => {
    const experiment = await begunYesterday();
    const [user, other] = [anId(experiment, 'control'), anId(experiment, 'control')];
    const first = viewed({ userId: user }, experiment, 'control');
    await send([first, { ...first, userId: other }]);
    expect([await rowOf(experiment, user), await rowOf(experiment, other)]).toEqual([
      expect.anything(),
      null,
    ]);
  });
});

describe('an import', () => {
  it('does not move who was shown a variant', async () => {
    const experiment = await begunYesterday();
    const userId = anId(experiment, 'treatment');
    await send([viewed({ userId }, experiment, 'treatment', { timestamp: past(10) })]);
    const load = (variant_key: string): Promise<Json> => {
      const row = { user_id: userId, variant_key, assigned_at: past(60) };
      return post(`/api/v1/experiments/${experiment.id}/assignments/import`, { assignments: [row] });
    };
    expect(await load('control')).toMatchObject({ conflicts: 1, moved: 0 });
    expect((await assignment(app, experiment.id, userId, '?refresh=true')).body).toMatchObject({
      variant: { key: 'treatment' },
      source: 'exposure',
    });
    // The same variant, and earlier: that is since when.
    expect(await load('treatment')).toMatchObject({ moved: 1 });
    await withoutDrift(experiment);
  });
});

describe('a flag of PostHog', () => {
  it('that is on or off tells which', async () => {
    const experiment = await begunYesterday();
    counter += 1;
    const key = `switch-${counter}`;
    const rules = [{ kind: 'experiment', experiment: experiment.key, variants: { control: 'off', treatment: 'on' } }]; // prettier-ignore
    await post('/api/v1/flags', { key, type: 'boolean', rules }, 201);
    const [off, on, liar] = [anId(experiment, 'control'), anId(experiment, 'treatment'), anId(experiment, 'control')]; // prettier-ignore
    const batch = [called(off, key, false), called(on, key, true), called(liar, key, true)];
    await capture(batch);
    await stored(app, batch.map(({ uuid }) => uuid)); // prettier-ignore
    expect(await rowOf(experiment, off)).toMatchObject({ variant: 'control' });
    expect(await rowOf(experiment, on)).toMatchObject({ variant: 'treatment' });
    expect(await rowOf(experiment, liar)).toBeNull();
  });

  it('is asked when it is known who somebody is; what does not fit is an event all the same', async () => {
    const experiment = await begunYesterday({ targeting: { attribute: 'plan', operator: 'eq', value: 'pro' } });
    const [pro, unknown, shownNone] = [1, 2, 3].map(() => anId(experiment, 'treatment'));
    const identify = { event: '$identify', distinct_id: pro, uuid: randomUUID(), properties: { $set: { plan: 'pro' } } };
    const [fits, fitsNot, none] = [called(pro, experiment.key, 'treatment'), called(unknown, experiment.key, 'treatment'), called(shownNone, experiment.key, false)];
    await capture([identify, fits, fitsNot, none]);
    await stored(app, [fits.uuid, fitsNot.uuid]);
    expect(await rowOf(experiment, pro)).toMatchObject({ variant: 'treatment' });
    expect(await rowOf(experiment, unknown)).toBeNull();
    expect(await became(message('', { messageId: fitsNot.uuid }))).toEqual(['unassigned']);
    // Who takes no part and was shown so has met nothing.
    expect((await app.call('GET', `/api/v1/events/${none.uuid}`)).status).toBe(404);
  }); // prettier-ignore
});

describe('what is known of a user', () => {
  const factsOf = async (user: string): Promise<Json> =>
    (await app.call('GET', `/api/v1/users/${user}`)).body.attributes;

  it.each([
    ['in one request', (batch: Message[]) => send(batch)],
    ['in requests of their own', async (batch: Message[]) => {
      for (const one of batch) await send([one]);
    }],
  ])('is not overwritten by what was said of the visitor %s', async (_, deliver) => {
    counter += 1;
    const [anonymousId, userId] = [`visitor-${counter}`, `user-${counter}`];
    const say = (who: object, traits: object = {}): Message => message('identify', { ...who, traits });
    await send([say({ userId }, { plan: 'pro' })]);
    await deliver([
      say({ anonymousId }, { plan: 'free', source: 'ad' }),
      say({ anonymousId, userId }),
      say({ anonymousId }, { plan: 'free', page: 'home' }),
    ]);
    expect(await factsOf(userId)).toEqual({ plan: 'pro', source: 'ad', page: 'home' });
    await deliver([say({ userId }, { plan: 'max' }), say({ anonymousId }, { plan: 'free' })]);
    expect(await factsOf(userId)).toMatchObject({ plan: 'max' });
  }); // prettier-ignore

  it('is set once by $set_once', async () => {
    counter += 1;
    const user = `once-${counter}`;
    const set = (properties: object): object => ({ event: '$set', distinct_id: user, properties });
    await capture([set({ $set_once: { ref: 'ad', plan: 'trial' } }), set({ $set: { plan: 'pro' } })]);
    await capture([set({ $set_once: { plan: 'free', ref: 'mail', first: 'x' } })]);
    expect(await factsOf(user)).toEqual({ plan: 'pro', ref: 'ad', first: 'x' });
  });

  it('stays when the identify is refused', async () => {
    counter += 1;
    const [anonymousId, userId, other] = ['device', 'first', 'second'].map((name) => `${name}-${counter}`);
    await send([message('identify', { anonymousId, userId })]);
    await post('/v1/identify', { anonymousId, userId: other, traits: { plan: 'pro' } }, 400);
    expect((await app.call('GET', `/api/v1/users/${other}`)).status).toBe(404);
  });
});

// The events of others go their own way.
it('leaves events of our own api as they were', async () => {
  const experiment = await begunYesterday();
  const user_id = anId(experiment, 'control');
  const [id] = await sendAndStore(app, [{ user_id, type: 'exposure', experiment_id: experiment.id }]);
  expect(await became(message('', { messageId: id }))).toEqual(['unassigned']);
});
