import { randomUUID } from 'node:crypto';
import { Answer, Json, TestApp } from '../support/app';
import { until } from '../support/wait';

export const HALVES = [
  { key: 'control', allocation_pct: 50 },
  { key: 'treatment', allocation_pct: 50 },
];

let counter = 0;

/** A body that POST /experiments takes; every call has another key. */
export function newExperiment(options: object = {}) {
  counter += 1;
  return {
    key: `experiment-${counter}`,
    name: `Experiment ${counter}`,
    status: 'running',
    variants: HALVES,
    ...options,
  };
}

/** Creates an experiment, running unless told otherwise. */
export async function anExperiment(app: TestApp, options: object = {}) {
  const { status, body } = await app.call('POST', '/api/v1/experiments', newExperiment(options));
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}

/** A problem document as RFC 9457 and our contract want it. */
export function expectProblem(
  { status, headers, body }: Answer,
  expected: { status: number; code: string; pointer?: string; fault?: string },
) {
  expect({ status, code: body.code, body }).toMatchObject({ status: expected.status, code: expected.code });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({
    type: `urn:assay:problem:${expected.code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    request_id: headers.get('x-request-id'),
  });
  if (expected.pointer === undefined) return;
  const fault = {
    pointer: expected.pointer,
    code: expected.fault ?? expect.any(String),
    message: expect.any(String),
  };
  expect(body.errors).toContainEqual(fault);
}

export async function variantOf(app: TestApp, experiment: string, user: string): Promise<string | null> {
  const path = `/api/v1/experiments/${experiment}/assignment/${encodeURIComponent(user)}?refresh=true`;
  return (await app.call('GET', path)).body.variant?.key ?? null;
}

/** Sends events, again while the queue is too slow to answer, and waits until the worker has stored every one. */
export async function sendAndStore(app: TestApp, events: object[], extra: object = {}): Promise<string[]> {
  const named = events.map((event) => ({ event_id: randomUUID(), ...event }));
  const { status, body } = await until('an answer of the queue', async () => {
    const answer = await app.call('POST', '/api/v1/events/batch', { events: named, ...extra });
    return answer.status === 503 ? null : answer;
  });
  expect({ status, body }).toMatchObject({ status: 202, body: { accepted: events.length } });
  await stored(app, body.event_ids);
  return body.event_ids;
}

export async function stored(app: TestApp, ids: string[]): Promise<void> {
  await until(`${ids.length} events in the ledger`, async () => {
    const [{ count }] = await app.database.source.query(
      'SELECT count(*)::int AS count FROM event_ledger WHERE event_id = ANY ($1::uuid[])',
      [ids],
    );
    return count === ids.length;
  });
}

/** Sends bytes as they are, without the token unless given. */
export function raw(
  app: TestApp,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Uint8Array,
): Promise<Response> {
  return fetch(app.url + path, { method, headers, body, redirect: 'manual' });
}

export function assignment(app: TestApp, experiment: string, user: string, query = ''): Promise<Answer> {
  return app.call('GET', `/api/v1/experiments/${experiment}/assignment/${encodeURIComponent(user)}${query}`);
}

/** How many users have a row. */
export async function assignmentsOf(app: TestApp, experiment: string): Promise<number> {
  const statement = 'SELECT count(*)::int AS count FROM assignments WHERE experiment_id = $1';
  return (await app.database.source.query(statement, [experiment]))[0].count;
}

export async function results(app: TestApp, experiment: string): Promise<Json> {
  return (await app.call('GET', `/api/v1/experiments/${experiment}/results`)).body;
}
