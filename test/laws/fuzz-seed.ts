import { v7 as uuidv7 } from 'uuid';
import { DeadLettersStore } from '@app/store';
import { SCOPES } from '../../apps/api/src/auth/scopes';
import { Json, TestApp } from '../support/app';
import { TYPES, USERS, World } from './fuzz-world';

const VARIANTS = ['control', 'treatment'].map((key) => ({ key, allocation_pct: 50 }));
const DRAFTS = ['a-draft', 'b-draft', 'c-draft', 'd-draft'];
const SHOWN = ['revenue', 'buyers', 'path', 'purchase', 'back'];
const METRICS = {
  revenue: { kind: 'mean', event_types: ['purchase'], cap: { upper_percentile: 0.9 }, covariate_days: 3 },
  buyers: { kind: 'conversion', event_types: ['purchase'], window_hours: 72 },
  path: { kind: 'funnel', steps: [{ event_types: ['view'] }, { event_types: ['purchase'] }] },
  order: { kind: 'ratio', numerator: { event_types: ['purchase'], aggregation: 'sum' }, denominator: { event_types: ['purchase'], aggregation: 'count' } },
  back: { kind: 'retention', event_types: ['signup'], from_day: 1, to_day: 2 },
}; // prettier-ignore

const OVER = { kind: 'experiment', experiment: 'first', variants: { control: 'off', treatment: 'on' } };
const ARCHIVED = { state: 'archived' };
/** Only archived ones can be deleted, and any of them may be brought back before. */
const FLAGS = {
  plain: {},
  backed: { rules: [OVER] },
  ...Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`old-${n}`, ARCHIVED])),
};

/** Puts things into an empty system that requests can be about: experiments in every state with users and events, metrics, dead letters. */
export async function furnish(app: TestApp, world: World): Promise<void> {
  const must = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await app.call(method, `/api/v1${path}`, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  for (const [key, definition] of Object.entries(METRICS)) {
    const { id } = await must('POST', '/metrics', { key, name: key, definition });
    world.add('metrics', { id, key });
  }
  const users = Array.from({ length: USERS }, (_, i) => ({
    user_id: `user-${i}`,
    attributes: { country: i % 2 ? 'DE' : 'FR' },
  }));
  for (const key of ['first', 'second', 'third', 'to-pause', 'to-complete', 'to-archive', ...DRAFTS]) {
    const isDraft = DRAFTS.includes(key);
    const metrics = SHOWN.map((metric) => ({ key: metric, role: metric === 'revenue' ? 'primary' : 'goal' }));
    const created = await must('POST', '/experiments', {
      key,
      name: key,
      status: isDraft ? 'draft' : 'running',
      variants: VARIANTS,
      metrics,
    });
    world.add('experiments', { id: created.id, key });
    if (!isDraft) await must('POST', `/experiments/${key}/assignments/bulk`, { user_ids: users });
  }
  for (const [key, more] of Object.entries(FLAGS)) {
    const { id } = await must('POST', '/flags', { key, type: 'boolean', ...more });
    world.add('flags', { id, key });
  }
  const layer = await must('POST', '/layers', { key: 'page', name: 'page' });
  world.add('layers', { id: layer.id, key: 'page' });
  const events = Array.from({ length: 400 }, (_, i) => ({
    event_id: uuidv7(),
    user_id: `user-${i % USERS}`,
    type: TYPES[i % TYPES.length],
    value: i % 3 ? i / 4 : null,
    properties: { plan: i % 2 ? 'pro' : 'free', net: i },
  }));
  await must('POST', '/events/batch', { events });
  for (const { event_id } of events.slice(0, 8)) world.add('events', { id: event_id });
  for (const end of ['pause', 'complete', 'archive']) {
    if (end === 'archive') await must('POST', '/experiments/to-archive/complete', {});
    await must('POST', `/experiments/to-${end}/${end}`);
  }
  await bury(app, world);
  const tokens = {
    narrow: { name: 'narrow', scopes: ['results:read'] },
    limited: { name: 'limited', scopes: SCOPES, limits: { requests: 3, assignments: 3, events: 3 } },
  };
  for (const [name, token] of Object.entries(tokens)) {
    world.secrets[name as 'narrow' | 'limited'] = (await must('POST', '/tokens', token)).secret;
  }
}

/** Letters of events that could be stored today, and of what never was one. */
async function bury(app: TestApp, world: World): Promise<void> {
  const letters = new DeadLettersStore(app.database.db);
  for (let i = 0; i < 8; i++) {
    const event = {
      event_id: uuidv7(),
      received_at: new Date().toISOString(),
      ...(i % 2 ? { user_id: 'user-1', type: 'view' } : {}),
    };
    await letters.bury(event, {
      sqlstate: '22P05',
      reason: 'unsupported Unicode escape sequence',
      jobId: null,
    });
    world.add('dead-letters', { id: event.event_id });
  }
}
