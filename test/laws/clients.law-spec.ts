import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature as Server } from '@openfeature/server-sdk';
import { OpenFeature as Web } from '@openfeature/web-sdk';
import { Analytics } from '@segment/analytics-node';
import { anExperiment, results } from '../api/help';
import { startApp, TestApp } from '../support/app';
import { Random } from '../support/random';
import { seed } from '../support/seed';
import { until } from '../support/wait';
import { compareRates, Pair, sum } from './results-statistics';

// An experiment that is run by clients which know nothing of us: OpenFeature's providers say who gets what, Segment's client says what
// happened. What the results must then be is counted here, from what these clients saw and sent.

const PEOPLE = 240;
const HOUR_MS = 3_600_000;

interface Person {
  id: string;
  /** A server asks for one flag and a browser for all of them. */
  place: 'server' | 'browser';
  variant: string;
  hasViewed: boolean;
  /** What it bought after all that, in cents. */
  bought: number[];
}

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await Promise.all([Server.close(), Web.close()]);
  await app.close();
});

const headers: [string, string][] = [];
const random = new Random(seed);

/** Asks for everybody, as application servers and pages do. */
async function meet(key: string): Promise<Person[]> {
  headers.splice(0, 1, ['Authorization', `Bearer ${app.token}`]);
  await Server.setProviderAndWait(new OFREPProvider({ baseUrl: app.url, headers }));
  const page = new OFREPWebProvider({
    baseUrl: app.url,
    headers,
    cacheMode: 'disabled',
    changeDetection: 'none',
  });
  await Web.setContext({ targetingKey: 'nobody' });
  await Web.setProviderAndWait(page);
  const people: Person[] = [];
  for (let n = 0; n < PEOPLE; n++) {
    const id = `${random.pick(['user', 'användare', '用户', '👤'])}-${key}-${n}`;
    const place = random.pick(['server', 'browser'] as const);
    if (place === 'browser') await Web.setContext({ targetingKey: id });
    const { variant, errorCode } =
      place === 'server'
        ? await Server.getClient().getStringDetails(key, 'none', { targetingKey: id })
        : Web.getClient().getStringDetails(key, 'none');
    expect(errorCode).toBeUndefined();
    people.push({ id, place, variant: String(variant), hasViewed: random.next() < 0.7, bought: [] });
  }
  return people;
}

/** Whatever is sent is sent by a client, sometimes twice, and all of it has arrived at the end. */
async function track(calls: readonly Parameters<Analytics['track']>[0][]): Promise<void> {
  const analytics = new Analytics({ writeKey: app.token, host: app.url, flushAt: 25, maxRetries: 10 });
  const failed: unknown[] = [];
  analytics.on('error', (error) => failed.push(error));
  for (const [index, call] of calls.entries()) {
    const message = { messageId: `message-${seed}-${Math.floor(random.next() * 1e15)}-${index}`, ...call };
    analytics.track(message);
    if (random.next() < 0.2) analytics.track(message);
  }
  await analytics.closeAndFlush();
  expect(failed).toEqual([]);
  const end = Date.now();
  await until('the next millisecond', async () => Date.now() > end);
}

async function view(key: string, people: readonly Person[]): Promise<void> {
  await track(
    people
      .filter(({ hasViewed }) => hasViewed)
      .map(({ id, variant }) => ({
        userId: id,
        event: 'Experiment Viewed',
        properties: { experiment_id: key, variation_id: variant },
      })),
  );
}

async function buy(people: readonly Person[]): Promise<void> {
  const calls = people.flatMap((person) => {
    const rate = person.variant === 'treatment' ? 0.6 : 0.4;
    while (random.next() < rate) person.bought.push(1 + random.below(10_000));
    const now = person.bought.map((cents) => ({ properties: { revenue: cents / 100 } }));
    // Before they had met anything.
    const before = { timestamp: new Date(Date.now() - HOUR_MS), properties: { revenue: 1_000 } };
    const all = random.next() < 0.3 ? [...now, before] : now;
    return all.map((call) => ({ userId: person.id, event: 'purchase', ...call }));
  });
  await track(random.shuffled(calls));
}

/** What an arm must show. */
function arm(key: string, people: readonly Person[]) {
  const own = people.filter(({ variant }) => variant === key);
  const bought = own.flatMap((person) => person.bought);
  return {
    key,
    users: own.length,
    conversions: own.filter((person) => person.bought.length > 0).length,
    events: bought.length,
    value_sum: sum(bought) / 100,
  };
}

describe(`an experiment that is run by OpenFeature and Segment alone (SEED=${seed})`, () => {
  it.each(['assigned', 'exposed'] as const)(
    'has the results of those who were %s',
    async (population) => {
      const { key } = await anExperiment(app, {
        analysis_population: population,
        primary_metric: 'purchase',
      });
      await until('the flag', async () => {
        const body = { context: { targetingKey: 'anybody' } };
        const answer = await app.call('POST', '/ofrep/v1/evaluate/flags', body);
        return answer.body.flags.some((flag: { key: string }) => flag.key === key);
      });
      const people = await meet(key);
      await view(key, people);
      await buy(people);
      // Whoever asked for all flags has a part only in what was viewed.
      const counted = people.filter(
        ({ place, hasViewed }) => hasViewed || (population === 'assigned' && place === 'server'),
      );
      expect(counted.length).toBeGreaterThan(PEOPLE / 4);
      const arms = ['control', 'treatment'].map((name) => arm(name, counted)) as Pair<ReturnType<typeof arm>>;
      const shown = await until('all events counted', async () => {
        const { population: who, metrics } = await results(app, key);
        const [metric] = metrics;
        const isThere = ({ events, users }: ReturnType<typeof arm>, index: number): boolean =>
          metric.variants[index].events === events && metric.variants[index].users === users;
        return arms.every(isThere) ? { who, metric } : null;
      });
      expect(shown.who.users).toBe(counted.length);
      expect(shown.metric.variants).toMatchObject(arms);
      const { p } = compareRates([arms]);
      expect(shown.metric.comparisons).toMatchObject([
        { variant: 'treatment', control: 'control', p_value: expect.closeTo(p as number, 9) },
      ]);
    },
    120_000,
  );
});
