import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { ChangeFeed } from '@app/store';
import { Json, startApp, TestApp, urlOf } from '../support/app';
import { LateNews, lateNews } from '../support/late-news';
import { until } from '../support/wait';
import { HALVES, newExperiment } from './help';

jest.setTimeout(60_000);

const LATE_MS = 150;
const ALWAYS = { attribute: 'plan', operator: 'exists' };
const NEVER = { not: ALWAYS };

let app: TestApp;
let news: LateNews;
let url: string;
beforeAll(async () => {
  app = await startApp({ worker: false });
  news = await lateNews(app.database.url, LATE_MS);
  const beside = await app.startBeside({ DATABASE_URL: news.url });
  await until('the feed', async () => beside.get(ChangeFeed).stamp('flags') !== null);
  url = await urlOf(beside);
});
afterAll(async () => {
  await app.close();
  await news.close();
});

async function call(method: string, path: string, body?: object, headers = {}): Promise<Json> {
  const answer = await app.call(method, url + path, body, headers);
  expect({ path, fault: answer.status < 300 ? null : answer.body }).toEqual({ path, fault: null });
  return answer.body;
}

const anExperiment = (options: object = {}) => call('POST', '/api/v1/experiments', newExperiment(options));
const of = (id: string, user: string) => call('GET', `/api/v1/experiments/${id}/assignment/${user}`);
const answer = async (id: string, user: string): Promise<string> => {
  const { variant, reason } = await of(id, user);
  return `${variant?.key} ${reason}`;
};
const value = async (flag: string): Promise<unknown> =>
  (await call('POST', `/ofrep/v1/evaluate/flags/${flag}`, { context: { targetingKey: 'u', plan: 'pro' } }))
    .value;
const all = (winner: string) =>
  HALVES.map((one) => ({ ...one, allocation_pct: one.key === winner ? 100 : 0 }));
const patch = { 'if-match': '*' };

/** What is asked, what changes it, and what is answered before and after. */
interface Case {
  ask: () => Promise<unknown>;
  change: () => Promise<unknown>;
  answers: [unknown, unknown];
}

const CASES: Record<string, () => Promise<Case>> = {
  'a start': async () => {
    const { id } = await anExperiment({ status: 'draft', variants: all('control') });
    const change = () => call('POST', `/api/v1/experiments/${id}/start`);
    return { ask: () => answer(id, 'u'), change, answers: ['undefined not_started', 'control assigned'] };
  },
  'an epoch': async () => {
    const { id } = await anExperiment({ targeting: ALWAYS, variants: all('control') });
    const body = { targeting: null, coverage_pct: 100, variants: all('control') };
    const change = () => call('POST', `/api/v1/experiments/${id}/epochs`, body);
    return { ask: () => answer(id, 'u'), change, answers: ['undefined targeting', 'control assigned'] };
  },
  'an override': async () => {
    const { id } = await anExperiment({ variants: all('control') });
    const change = () => call('PUT', `/api/v1/experiments/${id}/overrides/u`, { variant_key: 'treatment' });
    return { ask: () => answer(id, 'u'), change, answers: ['control assigned', 'treatment override'] };
  },
  'an import': async () => {
    const { id } = await anExperiment({ coverage_pct: 0 });
    const row = { user_id: 'u', variant_key: 'treatment', assigned_at: '2026-01-01T00:00:00Z' };
    const change = () => call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments: [row] });
    return {
      ask: () => answer(id, 'u'),
      change,
      answers: ['undefined not_in_traffic', 'treatment assigned'],
    };
  },
  'what was shown before': async () => {
    const { id, key } = await anExperiment({ variants: all('control') });
    const timestamp = new Date(Date.now() + 1).toISOString();
    await setTimeout(50);
    await call('POST', `/api/v1/experiments/${id}/pause`);
    const properties = { experiment_id: key, variation_id: 'control' };
    const message = { type: 'track', event: 'Experiment Viewed', userId: 'u', properties, timestamp };
    const change = () => call('POST', '/v1/batch', { batch: [{ ...message, messageId: randomUUID() }] });
    return { ask: () => answer(id, 'u'), change, answers: ['undefined paused', 'control assigned'] };
  },
  'a flag': async () => {
    const rules = [{ kind: 'variant', variant: 'on' }];
    const { id } = await call('POST', '/api/v1/flags', { key: 'moved', type: 'boolean', rules });
    const change = () => call('PATCH', `/api/v1/flags/${id}`, { rules: [] }, patch);
    return { ask: () => value('moved'), change, answers: [true, false] };
  },
  'a segment': async () => {
    await call('POST', '/api/v1/segments', { key: 'pros', name: 'Pros', targeting: ALWAYS });
    const rules = [{ kind: 'variant', variant: 'on', targeting: { segment: 'pros' } }];
    await call('POST', '/api/v1/flags', { key: 'for-pros', type: 'boolean', rules });
    const change = () => call('PATCH', '/api/v1/segments/pros', { targeting: NEVER }, patch);
    return { ask: () => value('for-pros'), change, answers: [true, false] };
  },
  'a link': async () => {
    const { id } = await anExperiment({ variants: all('control') });
    await call('PUT', `/api/v1/experiments/${id}/overrides/known`, { variant_key: 'treatment' });
    const change = () => call('POST', '/api/v1/users/known/aliases', { alias: 'visitor' });
    return { ask: () => answer(id, 'visitor'), change, answers: ['control assigned', 'treatment override'] };
  },
  'the holdout': async () => {
    const { id } = await anExperiment();
    let n = 0;
    const ask = async (): Promise<string> => (await of(id, `held-${(n += 1)}`)).reason;
    const change = () => call('PUT', '/api/v1/holdout', { share_pct: 100, seed: randomUUID() });
    return { ask, change, answers: ['assigned', 'holdout'] };
  },
};

describe('who changes something', () => {
  it.each(Object.keys(CASES))(
    'meets it in the next answer of the same process, however late the news: %s',
    async (name) => {
      const { ask, change, answers } = await CASES[name]();
      // What is remembered then is not made old by the news of what was prepared.
      await ask();
      await setTimeout(3 * LATE_MS);
      const before = await ask();
      await change();
      expect([before, await ask()]).toEqual(answers);
    },
  );
});
