// The experiments of a chaos run: each kind of population and of metric, so that every table of totals is written to.
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../lib/say.mjs';

export const hashed = ['assigned', 'exposed'];
export const imported = 'imported';
const keys = [...hashed, imported];

const bought = { event_types: ['purchase'] };
const metrics = {
  spend: { kind: 'mean', ...bought, covariate_days: 2, window_hours: 48 },
  pro: { kind: 'count', event_types: ['view', 'signup'], filter: [{ property: 'plan', operator: 'eq', value: 'pro' }] },
  basket: {
    kind: 'ratio',
    numerator: { ...bought, aggregation: 'sum' },
    denominator: { event_types: ['view'], aggregation: 'count' },
  },
  way: { kind: 'funnel', steps: [{ event_types: ['view'] }, { event_types: ['signup'] }, bought] },
  back: { kind: 'retention', event_types: ['view'], from_day: 1, to_day: 3 },
}; // prettier-ignore

/** Creates them over HTTP; key -> id. */
export async function createExperiments(client) {
  await answers(client);
  for (const [key, definition] of Object.entries(metrics))
    await expectStatus(client, 201, 'POST', '/metrics', { key, definition });
  const ids = {};
  for (const [i, key] of keys.entries()) {
    const { id } = await expectStatus(client, 201, 'POST', '/experiments', {
      key,
      name: key,
      status: 'running',
      timezone: ['UTC', 'America/New_York', 'Asia/Kolkata'][i],
      analysis_population: key === 'exposed' ? 'exposed' : 'assigned',
      variants: ['control', 'treatment'].map((variant) => ({ key: variant, allocation_pct: 50 })),
      primary_metric: 'purchase',
      metrics: Object.keys(metrics),
    });
    ids[key] = id;
  }
  return ids;
}

async function answers(client) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const answer = await client.call('GET', '/experiments').catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(100);
  }
  throw new Problem('The api did not answer within a minute.');
}

export async function expectStatus(client, wanted, method, route, body) {
  const answer = await client.call(method, route, body);
  if (answer.status !== wanted)
    throw new Problem(`${method} ${route}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
