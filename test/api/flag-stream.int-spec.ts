import { get } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { ChangeFeed } from '@app/store';
import { FlagsService } from '../../apps/api/src/flags/flags.service';
import { FlagStreams, GATHER_MS } from '../../apps/api/src/flags/flag-streams';
import { CONNECTION_LIMITS } from '../../apps/api/src/http/connections';
import { StreamTickets } from '../../apps/api/src/auth/stream-tickets';
import { startApp, TestApp, urlOf } from '../support/app';
import { Listening, listen } from '../support/sse';
import { until } from '../support/wait';
import { anExperiment, expectProblem } from './help';

const STREAM = '/api/v1/flags/stream';

let app: TestApp;
let besideUrl: string;
let beside: Awaited<ReturnType<TestApp['startBeside']>>;
const open: Listening[] = [];
beforeAll(async () => {
  app = await startApp({ worker: false });
  beside = await app.startBeside();
  besideUrl = await urlOf(beside);
  await aFlag('settling');
});
afterEach(() => {
  for (const listening of open.splice(0)) listening.close();
});
afterAll(() => app.close());

async function connect(url = app.url, headers: Record<string, string> = {}, query = ''): Promise<Listening> {
  const bearer: Record<string, string> = query === '' ? { authorization: `Bearer ${app.token}` } : {};
  const listening = await listen(url + STREAM + query, { ...bearer, ...headers });
  open.push(listening);
  return listening;
}

let settlings = 0;

/** What they had before does not count: a change of its own is the last that they hear. */
async function settled(...listening: Listening[]): Promise<void> {
  settlings += 1;
  const { status } = await app.call('PATCH', '/api/v1/flags/settling', { name: `${settlings}` });
  expect(status).toBe(200);
  const { etag } = await app.api.get(FlagsService).catalogue();
  await until('the last news', async () => listening.every((one) => one.messages.at(-1)?.etag === etag));
  for (const one of listening) one.messages.length = 0;
}

function told(listening: Listening): Promise<unknown> {
  return until('a message', async () => listening.messages.length > 0);
}

async function aFlag(key: string, body: object = {}): Promise<void> {
  const { status } = await app.call('POST', '/api/v1/flags', { key, type: 'boolean', ...body });
  expect(status).toBe(201);
}

describe('a change', () => {
  it('of a flag is told in every process, which then answers by it', async () => {
    await aFlag('told');
    const here = await connect();
    const there = await connect(besideUrl);
    await settled(here, there);
    await app.call('PATCH', '/api/v1/flags/told', { default_variant: 'on' });
    await Promise.all([told(here), told(there)]);
    expect(here.messages).toEqual([{ type: 'refetchEvaluation', etag: expect.any(String) }]);
    expect(there.messages).toEqual(here.messages);
    for (const api of [app.api, beside]) {
      const evaluation = await api.get(FlagsService).evaluate('told', { userId: 'u', facts: {} });
      expect(evaluation).toMatchObject({ value: true, variant: 'on' });
    }
  });

  it.each<[string, () => Promise<unknown>]>([
    ['an experiment that is created', () => anExperiment(app)],
    ['a segment', () => app.call('POST', '/api/v1/segments', { key: 'told', name: 'told', targeting: { attribute: 'a', operator: 'exists' } })],
    ['the holdout', () => app.call('PUT', '/api/v1/holdout', { share_pct: 1 })],
    ['a flag that is created', () => aFlag('told-new')],
  ])('of %s is told', async (_, change) => {
    const there = await connect(besideUrl);
    await settled(there);
    await change();
    await told(there);
  }); // prettier-ignore

  it('that was planned is told when it happens, in every process', async () => {
    const here = await connect();
    const there = await connect(besideUrl);
    const [starts, ends] = [4_000, 7_000].map((ms) => Date.now() + ms);
    await anExperiment(app, {
      status: 'draft',
      starts_at: new Date(starts).toISOString(),
      ends_at: new Date(ends).toISOString(),
    });
    await settled(here, there);
    for (const instant of [starts, ends]) {
      await setTimeout(Math.max(0, instant - 200 - Date.now()));
      expect([...here.messages, ...there.messages]).toEqual([]);
      await Promise.all([told(here), told(there)]);
      expect(Date.now()).toBeGreaterThanOrEqual(instant);
      expect(there.messages).toEqual(here.messages);
      for (const one of [here, there]) one.messages.length = 0;
    }
  });

  it('is told once, and not at all when nobody gets anything else', async () => {
    await aFlag('once');
    const here = await connect();
    await settled(here);
    const heard = new Promise<void>((resolve) => app.api.get(ChangeFeed).subscribe(() => resolve()));
    await app.database.source.query('UPDATE flags SET name = name');
    await heard;
    // Timers of one length end in the order in which they began: whoever gathers news has told by then.
    await setTimeout(GATHER_MS);
    await app.api.get(FlagsService).catalogue();
    await app.call('PATCH', '/api/v1/flags/once', { default_variant: 'on' });
    await told(here);
    const { etag } = await app.api.get(FlagsService).catalogue();
    expect(here.messages).toEqual([{ type: 'refetchEvaluation', etag }]);
  });

  it('is told at once to who was away meanwhile, and to nobody else', async () => {
    await aFlag('away');
    const before = await connect();
    await settled(before);
    const seen = before.lastEventId as string;
    const current = [await connect(app.url, { 'last-event-id': seen })];
    await app.call('PATCH', '/api/v1/flags/away', { name: 'other' });
    await told(before);
    const back = await connect(besideUrl, { 'last-event-id': seen });
    await told(back);
    expect(back.messages).toEqual([{ type: 'refetchEvaluation', etag: before.lastEventId }]);
    current.push(await connect(app.url, { 'last-event-id': before.lastEventId as string }));
    await app.call('PATCH', '/api/v1/flags/away', { name: 'third' });
    const { etag } = await app.api.get(FlagsService).catalogue();
    await until('the last news', async () => current.every((one) => one.lastEventId === etag));
    expect(current.map(({ messages }) => messages.map((message) => message.etag))).toEqual([[before.messages[0].etag, etag], [etag]]); // prettier-ignore
  });
});

describe('a stream', () => {
  it('outlives the limits of connections, and says that it is alive', async () => {
    const here = await connect();
    expect(here).toMatchObject({ status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' } }); // prettier-ignore
    const begun = performance.now();
    const limit = CONNECTION_LIMITS.requestTimeout + CONNECTION_LIMITS.connectionsCheckingInterval;
    await until('two heartbeats', async () => here.comments.length >= 2 && performance.now() - begun > limit, 45_000); // prettier-ignore
    await settled(here);
    await aFlag('late');
    await told(here);
    expect(here.ended).toBe('no');
  }, 60_000);

  it('is opened by who takes it, or everything, and has a token for it', async () => {
    for (const accept of ['*/*', 'application/json, text/*;q=0.5', 'TEXT/Event-Stream'])
      expect((await connect(app.url, { accept })).status).toBe(200);
    const headers = { authorization: `Bearer ${app.token}` };
    const silent = await new Promise((resolve) => {
      const asked = get(app.url + STREAM, { headers }, ({ statusCode }) => {
        resolve(statusCode);
        asked.destroy();
      }).on('error', () => undefined);
    });
    expect(silent).toBe(200);
    for (const accept of ['application/json', 'text/event-streams', 'text/html'])
      expectProblem(await app.call('GET', STREAM, undefined, { accept }), {
        status: 400,
        code: 'invalid_request',
        pointer: '/Accept',
      });
    expect((await connect(app.url, { authorization: 'Bearer nobody' })).status).toBe(401);
    const { body } = await app.call('POST', '/api/v1/tokens', { name: 'other', scopes: ['flags:read'] });
    expect((await connect(app.url, { authorization: `Bearer ${body.secret}` })).status).toBe(403);
    const head = await app.call('HEAD', STREAM, undefined, { accept: 'text/event-stream' });
    expect(head.headers.get('content-type')).toMatch('text/event-stream');
  });

  it('ends when its token does', async () => {
    const { body } = await app.call('POST', '/api/v1/tokens', { name: 'leaked', scopes: ['flags:evaluate'] });
    const theirs = await connect(besideUrl, { authorization: `Bearer ${body.secret}` });
    const ours = await connect(besideUrl);
    await app.call('DELETE', `/api/v1/tokens/${body.id}`);
    await until('the end of the stream', async () => theirs.ended === 'ended');
    expect(ours.ended).toBe('no');
  });

  it('is one of a few', async () => {
    const small = await app.startBeside({ FLAG_STREAMS_MAX: '2' });
    const url = await urlOf(small);
    const [first] = [await connect(url), await connect(url)];
    const third = await connect(url);
    expect(third).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
    first.close();
    await until('room', async () => (await connect(url)).status === 200);
    expect(small.get(FlagStreams).open).toBe(2);
  });

  it('ends in order when the process does', async () => {
    const leaving = await app.startBeside();
    const there = await connect(await urlOf(leaving));
    await leaving.close();
    await until('the end of the stream', async () => there.ended === 'ended');
  });
});

describe('a ticket', () => {
  const origin = 'https://shop.example';
  async function aPublicToken() {
    const { body } = await app.call('POST', '/api/v1/tokens', {
      name: 'page',
      kind: 'publishable',
      scopes: ['flags:evaluate'],
      allowed_origins: [origin],
    });
    return { id: body.id, headers: { authorization: `Bearer ${body.secret}`, origin } };
  }

  it('opens the stream of every process to who can send no token, and nothing else', async () => {
    const { headers } = await aPublicToken();
    const { status, body } = await app.call('POST', `${STREAM}/tickets`, undefined, headers);
    expect({ status, body }).toMatchObject({ status: 200, body: { url: `${STREAM}?ticket=${body.ticket}` } });
    const there = await connect(besideUrl, { origin }, `?ticket=${body.ticket}`);
    expect(there).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': origin } });
    const elsewhere = await fetch(`${app.url}/api/v1/flags?ticket=${body.ticket}`);
    expect(elsewhere.status).toBe(401);
    expect(
      (await fetch(`${app.url}${STREAM}/tickets?ticket=${body.ticket}`, { method: 'POST' })).status,
    ).toBe(401);
    expect((await connect(besideUrl, { origin: 'https://evil.example' }, `?ticket=${body.ticket}`)).status).toBe(403); // prettier-ignore
    expect((await app.call('POST', `${STREAM}/tickets`, undefined, headers)).body).toEqual(body);
  });

  it('is refused when anything in it is changed', async () => {
    const { body } = await app.call('POST', `${STREAM}/tickets`);
    const [said, signature] = body.ticket.split('.');
    const later = Buffer.from(JSON.stringify(['env-0', Date.now() + 1e9])).toString('base64url');
    for (const ticket of ['', 'x', `${said}.`, `${said}.${signature}x`, `${later}.${signature}`, `.${signature}`])
      expect({ ticket, status: (await connect(app.url, {}, `?ticket=${ticket}`)).status }).toEqual({ ticket, status: 401 }); // prettier-ignore
  });

  it('ends after its time, and with its token', async () => {
    const { id } = await aPublicToken();
    const tickets = app.api.get(StreamTickets);
    const caller = { id } as Parameters<StreamTickets['issue']>[0];
    const { ticket, expires_at } = await tickets.issue(caller);
    const end = Date.parse(expires_at);
    expect(await tickets.callerBy(ticket, end - 1)).toMatchObject({ id });
    expect(await tickets.callerBy(ticket, end)).toBeNull();
    expect((await tickets.issue(caller, end)).ticket).not.toBe(ticket);
    await app.call('DELETE', `/api/v1/tokens/${id}`);
    expect(await tickets.callerBy(ticket)).toBeNull();
  });
});
