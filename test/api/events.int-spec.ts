import { randomUUID } from 'node:crypto';
import { startApp, TestApp } from '../support/app';
import { expectProblem, raw, sendAndStore, stored } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const send = (event: unknown) => app.call('POST', '/api/v1/events', event);
const sendBatch = (events: unknown, more: object = {}) =>
  app.call('POST', '/api/v1/events/batch', { events, ...more });
const read = (id: string) => app.call('GET', `/api/v1/events/${id}`);
const anEvent = (more: object = {}) => ({ event_id: randomUUID(), user_id: 'u', type: 'buy', ...more });
const bytes = (text: string, headers: Record<string, string> = {}) =>
  raw(
    app,
    'POST',
    '/api/v1/events',
    { authorization: `Bearer ${app.token}`, 'content-type': 'application/json', ...headers },
    text,
  );

describe('sending an event', () => {
  it('is answered with its id, and the event is stored as it was sent', async () => {
    const event = anEvent({
      timestamp: '2026-01-01T01:00:00.123456789+01:00', value: -49.9, properties: { a: [1, { b: '😀' }], toString: 1 },
      variant_id: 'v', session_id: 's', request_id: 'r', experiment_id: randomUUID(),
    }); // prettier-ignore
    expect(await send(event)).toMatchObject({
      status: 202,
      body: { event_id: event.event_id, status: 'accepted' },
    });
    await stored(app, [event.event_id]);
    const { body } = await read(event.event_id);
    expect(body).toEqual({
      ...event,
      timestamp: '2026-01-01T00:00:00.123456Z',
      original_timestamp: null,
      alias_id: null,
      received_at: expect.any(String),
    });
  });

  it('makes up an id and takes the time of receipt', async () => {
    const { body } = await send({ user_id: 'u', type: 'buy' });
    await stored(app, [body.event_id]);
    const event = (await read(body.event_id)).body;
    expect(event.timestamp).toBe(event.received_at);
  });

  it('takes the time of receipt for a time up to a day ahead, and says what was sent', async () => {
    const timestamp = new Date(Date.now() + 3_600_000).toISOString();
    const [id] = await sendAndStore(app, [anEvent({ timestamp })]);
    const { body } = await read(id);
    expect(body).toMatchObject({ timestamp: body.received_at, original_timestamp: timestamp });
  });

  it.each<[string, object, string, string]>([
    ['no user', { user_id: undefined }, '/user_id', 'required'],
    ['an empty user', { user_id: '' }, '/user_id', 'invalid_format'],
    ['a user that is an object', { user_id: { $gt: '' } }, '/user_id', 'invalid_type'],
    ['a user with NUL', { user_id: 'a\u0000' }, '/user_id', 'invalid_format'],
    ['a user of 1,024 bytes', { user_id: '😀'.repeat(256) }, '/user_id', 'invalid_format'],
    ['no type', { type: undefined }, '/type', 'required'],
    ['an id that is none', { event_id: 'x' }, '/event_id', 'invalid_format'],
    ['an id that is a number', { event_id: 5 }, '/event_id', 'invalid_type'],
    ['an unknown property', { userId: 'u' }, '/userId', 'unknown_property'],
    ['a time of the client as receipt', { received_at: '2026-01-01T00:00:00Z' }, '/received_at', 'unknown_property'],
    ['a bare date', { timestamp: '2026-11-21' }, '/timestamp', 'invalid_format'],
    ['a time without offset', { timestamp: '2026-11-21T00:00:00' }, '/timestamp', 'invalid_format'],
    ['a time of PostgreSQL', { timestamp: 'infinity' }, '/timestamp', 'invalid_format'],
    ['a time in milliseconds', { timestamp: 1763683200000 }, '/timestamp', 'invalid_type'],
    ['a time more than a day ahead', { timestamp: '2199-01-01T00:00:00Z' }, '/timestamp', 'event_in_future'],
    ['a value that is a text', { value: '1' }, '/value', 'invalid_type'],
    ['a value of 1e308', { value: 1e308 }, '/value', 'out_of_range'],
    ['a property with NUL', { properties: { a: { b: '\u0000' } } }, '/properties', 'invalid_properties'],
    ['a property with half an emoji', { properties: { a: '\ud83d' } }, '/properties', 'invalid_properties'],
    ['properties of more than 64 KB', { properties: { a: 'x'.repeat(65_536) } }, '/properties', 'properties_too_large'],
    ['300 properties', { properties: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [i, i])) }, '/properties', 'too_many'],
    ['an experiment by its key', { experiment_id: 'checkout' }, '/experiment_id', 'invalid_format'],
  ])('is refused with %s', async (_, more, pointer, fault) => {
    expectProblem(await send(anEvent(more)), { status: 400, code: 'invalid_request', pointer, fault });
  }); // prettier-ignore

  it.each<[string, string, Record<string, string>, number, string]>([
    ['without a body', '', {}, 400, 'malformed_body'],
    ['with half a body', '{"user_id":"u","type":', {}, 400, 'malformed_body'],
    ['with two bodies', '{"user_id":"u","type":"t"}{}', {}, 400, 'malformed_body'],
    ['with a trailing comma', '{"user_id":"u","type":"t",}', {}, 400, 'malformed_body'],
    ['with a number out of the hexadecimals', '{"user_id":"u","type":"t","value":0x10}', {}, 400, 'malformed_body'],
    ['with NaN', '{"user_id":"u","type":"t","value":NaN}', {}, 400, 'malformed_body'],
    ['with a value beyond numbers', '{"user_id":"u","type":"t","value":1e400}', {}, 400, 'invalid_request'],
    ['with a prototype', '{"user_id":"u","type":"t","properties":{"__proto__":{"polluted":1}}}', {}, 400, 'invalid_request'],
    ['40,000 levels deep', `{"user_id":"u","type":"t","properties":{"a":${'['.repeat(40_000)}${']'.repeat(40_000)}}}`, {}, 400, 'invalid_request'],
    ['that is null', 'null', {}, 400, 'invalid_request'],
    ['that is a list', '[]', {}, 400, 'invalid_request'],
    ['as text', '{"user_id":"u","type":"t"}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['as a form', 'user_id=u', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    ['as XML', '<event/>', { 'content-type': 'application/xml' }, 415, 'unsupported_media_type'],
    ['of more than 128 KiB', `{"user_id":"u","type":"t","session_id":"${'x'.repeat(128 * 1024)}"}`, {}, 413, 'body_too_large'],
  ])('is refused %s', async (_, text, headers, status, code) => {
    const response = await bytes(text, headers);
    expectProblem({ status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> }, { status, code });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  }); // prettier-ignore
});

describe('sending a batch', () => {
  it('accepts what is right and itemises what is not', async () => {
    const good = anEvent();
    const events = [
      null,
      'x',
      1,
      [good],
      good,
      { ...good },
      anEvent({ user_id: 5 }),
      { ...good, event_id: good.event_id.toUpperCase() },
      anEvent(),
    ];
    const { status, body } = await sendBatch(events);
    expect(status).toBe(202);
    expect(body).toMatchObject({
      accepted: 2,
      duplicates: 2,
      event_ids: [good.event_id, expect.any(String)],
    });
    expect(body.rejected.map(({ index, code }: { index: number; code: string }) => [index, code])).toEqual([
      [0, 'invalid_type'], [1, 'invalid_type'], [2, 'invalid_type'], [3, 'invalid_type'], [6, 'invalid_type'],
    ]); // prettier-ignore
    expect(body.rejected[4]).toMatchObject({
      event_id: (events[6] as { event_id: string }).event_id,
      message: expect.stringContaining('/user_id'),
    });
    await stored(app, body.event_ids);
  });

  it('refuses a request with nothing right in it, and stores nothing', async () => {
    const bad = anEvent({ value: 'x' });
    const answer = await sendBatch([bad, ...new Array(30).fill(null)]);
    expectProblem(answer, {
      status: 400,
      code: 'nothing_accepted',
      pointer: '/events/0',
      fault: 'invalid_type',
    });
    expect(answer.body.errors).toHaveLength(20);
    expect((await read(bad.event_id)).status).toBe(404);
  });

  it('takes 1,000 events and no more', async () => {
    const events = Array.from({ length: 1001 }, () => anEvent());
    expectProblem(await sendBatch(events), { status: 413, code: 'batch_too_large' });
    expect((await sendBatch(events.slice(1))).body).toMatchObject({
      accepted: 1000,
      duplicates: 0,
      rejected: [],
    });
  });

  it.each<[string, unknown]>([
    ['no list', undefined],
    ['null', null],
    ['an object', { length: 5 }],
    ['an empty list', []],
  ])('refuses %s', async (_, events) => {
    expectProblem(await sendBatch(events), { status: 400, code: 'invalid_request', pointer: '/events' });
  });

  it('refuses 20,000 nulls by their number, shortly', async () => {
    const answer = await sendBatch(new Array(20_000).fill(null));
    expectProblem(answer, { status: 413, code: 'batch_too_large' });
    expect(JSON.stringify(answer.body).length).toBeLessThan(4096);
  });

  it('corrects the clock of the client by sent_at', async () => {
    const hour = 3_600_000;
    const clock = Date.now() + 48 * hour;
    const timestamp = new Date(clock - hour).toISOString();
    const [id] = await sendAndStore(app, [anEvent({ timestamp })], {
      sent_at: new Date(clock).toISOString(),
    });
    const { body } = await read(id);
    expect(Date.parse(body.received_at) - Date.parse(body.timestamp)).toBe(hour);
    expect(body.original_timestamp).toBe(timestamp);
  });

  it.each([null, 'yesterday'])('corrects nothing by a sent_at of %j', async (sent_at) => {
    const [id] = await sendAndStore(app, [anEvent({ timestamp: '2026-01-01T00:00:00Z' })], { sent_at });
    expect((await read(id)).body).toMatchObject({
      timestamp: '2026-01-01T00:00:00.000Z',
      original_timestamp: null,
    });
  });

  it('stores an event once, whatever comes with its id later', async () => {
    const event = anEvent({ value: 1 });
    await sendAndStore(app, [event]);
    const others = [
      { ...event, value: 2 },
      { ...event, user_id: 'other' },
      { ...event, timestamp: '2026-01-01T00:00:00Z' },
    ];
    for (const other of others) expect((await send(other)).status).toBe(202);
    // Whatever was sent before this one has been worked on when it is stored.
    await sendAndStore(app, [anEvent()]);
    const rows = await app.database.source.query('SELECT user_id, value FROM events WHERE event_id = $1', [
      event.event_id,
    ]);
    expect(rows).toEqual([{ user_id: 'u', value: '1' }]);
  });
});

describe('looking at events', () => {
  it('lists those of a user, most recently received first', async () => {
    const user_id = `reader/${randomUUID()}`;
    const ids: string[] = [];
    for (let i = 0; i < 5; i++)
      ids.unshift(...(await sendAndStore(app, [anEvent({ user_id, type: i % 2 ? 'odd' : 'even' })])));
    const list = async (query: string) =>
      (await app.call('GET', `/api/v1/events?user_id=${encodeURIComponent(user_id)}${query}`)).body;
    const idsOf = (page: { data: { event_id: string }[] }) => page.data.map(({ event_id }) => event_id);
    expect(idsOf(await list(''))).toEqual(ids);
    expect(idsOf(await list('&type=odd'))).toEqual([ids[1], ids[3]]);
    const first = await list('&limit=3');
    const second = await list(`&limit=3&cursor=${first.next_cursor}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
    expect(second.next_cursor).toBeNull();
  });

  it.each(['limit=0', 'user_id=%00', 'type=', 'cursor=x', 'event_id=x'])(
    'refuses the query %s',
    async (query) => {
      expectProblem(await app.call('GET', `/api/v1/events?${query}`), {
        status: 400,
        code: 'invalid_request',
      });
    },
  );

  it('knows what it has not stored from what is no id', async () => {
    for (const path of ['', '/disposition']) {
      expectProblem(await read(`${randomUUID()}${path}`), { status: 404, code: 'not_found' });
      expectProblem(await read(`x${path}`), { status: 400, code: 'invalid_request', pointer: '/event_id' });
    }
  });
});
