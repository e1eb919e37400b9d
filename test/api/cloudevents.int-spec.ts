import { CloudEvent, HTTP, Message } from 'cloudevents';
import { Json, startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { raw } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const eventBy = (subject: string, more: object = {}): CloudEvent<object> =>
  new CloudEvent({ source: '/shop', type: 'purchase', subject, data: { value: 5 }, ...more });

/** As an emitter of the SDK sends it, with the token. */
async function emit(
  { headers, body }: Message,
  path = '/api/v1/events',
): Promise<{ status: number; body: Json }> {
  const sent = { ...(headers as Record<string, string>), authorization: `Bearer ${app.token}` };
  return until('an answer of the queue', async () => {
    const response = await raw(app, 'POST', path, sent, body as string);
    return response.status === 503
      ? null
      : { status: response.status, body: JSON.parse(await response.text()) };
  });
}

async function storedOf(user: string, count: number): Promise<Json[]> {
  return until(`${count} events of ${user}`, async () => {
    const rows = await app.database.source.query('SELECT * FROM events WHERE user_id = $1', [user]);
    return rows.length >= count ? rows : null;
  });
}

const ADDRESSES = ['/api/v1/events', '/api/v1/events/batch'];
const AS_BATCH = { 'content-type': 'application/cloudevents-batch+json' };

describe('CloudEvents of the SDK', () => {
  it.each(['structured', 'binary'] as const)('are taken one by one, %s', async (mode) => {
    const event = eventBy(`ce-${mode}`);
    const { status, body } = await emit(HTTP[mode](event));
    expect({ status, body }).toMatchObject({ status: 202, body: { status: 'accepted' } });
    // The same in the other mode is the same.
    expect((await emit(HTTP[mode === 'binary' ? 'structured' : 'binary'](event))).body.event_id).toBe(
      body.event_id,
    );
    const [row] = await storedOf(`ce-${mode}`, 1);
    expect(row).toMatchObject({ event_id: body.event_id, type: 'purchase', properties: { value: 5 } });
    expect(Date.parse(row.timestamp)).toBe(Date.parse(event.time as string));
  });

  it.each(ADDRESSES)('are taken many at once at %s, and the bad ones named', async (path) => {
    const user = `ce-batch ${path}`;
    const batch = [eventBy(user), eventBy(user), { ...eventBy('x').toJSON(), subject: undefined }];
    const { status, body } = await emit({ headers: AS_BATCH, body: JSON.stringify(batch) }, path);
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { accepted: 2, rejected: [{ index: 2, code: 'required' }] },
    });
    expect(await storedOf(user, 2)).toHaveLength(2);
  });

  it('are refused in the words of the client', async () => {
    const { status, body } = await emit(HTTP.structured(eventBy('a\u0001')));
    expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ pointer: '/subject' }] } });
    for (const path of ADDRESSES)
      for (const [list, pointer] of [
        ['{}', ''],
        ['[]', ''],
        ['[5]', '/0'],
      ]) {
        const refused = await emit({ headers: AS_BATCH, body: list }, path);
        expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
      }
  });
});

it.each(ADDRESSES)('counts every CloudEvent of a batch sent to %s against the limit', async (path) => {
  const limited = await startApp({
    worker: false,
    env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_EVENTS: '10', RATE_LIMIT_PERIOD: '3600' },
  });
  const body = JSON.stringify(Array.from({ length: 7 }, () => ({})));
  const send = (): Promise<Response> =>
    raw(limited, 'POST', path, { ...AS_BATCH, authorization: `Bearer ${limited.token}` }, body);
  const statuses = [(await send()).status, (await send()).status];
  await limited.close();
  expect(statuses).toEqual([400, 429]);
});
