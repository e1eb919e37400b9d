import { randomInt } from 'node:crypto';
import { makeToken } from '@app/model';
import { until } from '../support/wait';
import type { Values } from './cases';
import type { Server } from './server';

const VARIANTS = [
  { key: 'control', allocation_pct: 50, config: { color: 'grey' } },
  { key: 'treatment', allocation_pct: 50 },
];

/** What the cases refer to: an experiment in every state, with a user who has a variant, a metric, cursors. */
export async function furnish(server: Server): Promise<Values> {
  const call = async (method: string, path: string, body?: unknown): Promise<Record<string, string>> => {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${server.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, string>);
  };
  const values: Record<string, string> = { token: server.token };
  const token = async (name: string, more: object): Promise<Record<string, string>> => {
    const made = await call('POST', '/tokens', { name, scopes: ['experiments:read'], ...more });
    values[name] = made.secret;
    values[`${name}_id`] = made.id;
    return made;
  };
  const ending = Date.now() + 4_000;
  await token('expired', { expires_at: new Date(ending).toISOString() });
  await token('early', { not_before: new Date(Date.now() + 86_400_000).toISOString() });
  await token('reader', {});
  await token('results_reader', { scopes: ['results:read'] });
  await token('rotated', {});
  await token('keeper', { scopes: ['admin'] });
  await token('browser', { kind: 'publishable', scopes: ['events:write', 'assignments:write'], allowed_origins: ['https://shop.example'] }); // prettier-ignore
  const revoked = await token('revoked', {});
  await call('DELETE', `/tokens/${revoked.id}`);
  values.unknown = makeToken('secret', (below) => randomInt(below));
  const states: Record<string, string[]> = {
    draft: [],
    running: [],
    paused: ['pause'],
    completed: ['complete'],
    archived: ['complete', 'archive'],
  };
  for (const [state, transitions] of Object.entries(states)) {
    const status = state === 'draft' ? 'draft' : 'running';
    const { id } = await call('POST', '/experiments', {
      key: state,
      name: state,
      status,
      variants: VARIANTS,
    });
    values[state] = id;
    for (const user of status === 'running' ? ['known', 'known-too'] : []) {
      await call('GET', `/experiments/${id}/assignment/${user}`);
    }
    for (const transition of transitions) await call('POST', `/experiments/${id}/${transition}`);
  }
  const metric = await call('POST', '/metrics', {
    key: 'revenue',
    name: 'Revenue',
    definition: { kind: 'mean', event_types: ['buy'] },
  });
  values.metric = metric.id;
  values.experiments_cursor = (await call('GET', '/experiments?limit=1')).next_cursor;
  values.assignments_cursor = (await call('GET', '/experiments/running/assignments?limit=1')).next_cursor;
  values.tokens_cursor = (await call('GET', '/tokens?limit=1')).next_cursor;
  await until('the end of a token', async () => Date.now() > ending);
  return values;
}
