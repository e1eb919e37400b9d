import { randomUUID } from 'node:crypto';
import { Json, TestApp } from '../support/app';
import { until } from '../support/wait';

interface StoredRow {
  user_id: string;
  type: string;
  timestamp: string;
  value: string | null;
  properties: Json;
  experiment_id: string | null;
}

/** Asks again while the queue is too slow to answer. */
export function patiently<T extends { status: number }>(ask: () => Promise<T>): Promise<T> {
  return until('an answer of the queue', async () => {
    const answer = await ask();
    return answer.status === 503 ? null : answer;
  });
}

export function item(type: string, userId: string, more: object = {}): object {
  return { type, userId, messageId: randomUUID(), ...more };
}

export function eventsOf(app: TestApp, user: string): Promise<StoredRow[]> {
  return app.database.source.query('SELECT * FROM events WHERE user_id = $1 ORDER BY timestamp, type', [
    user,
  ]);
}

export function storedOf(app: TestApp, user: string, count: number): Promise<StoredRow[]> {
  return until(`${count} events of ${user}`, async () => {
    const rows = await eventsOf(app, user);
    return rows.length >= count ? rows : null;
  });
}

/** Sends items in one batch. */
export async function batch(app: TestApp, items: object[], more: object = {}): Promise<Json> {
  const { status, body } = await patiently(() => app.call('POST', '/v1/batch', { batch: items, ...more }));
  expect({ status, body }).toMatchObject({ status: 200, body: { success: true } });
  return body;
}
