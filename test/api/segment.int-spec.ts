import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Json, startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, assignment, raw, variantOf } from './help';
import { batch, eventsOf, item, patiently, storedOf } from './segment-help';
import { aPublishable } from './tokens-help';

const SHOP = 'https://shop.example';
const HOUR_MS = 3_600_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const basic = (token: string): string => `Basic ${Buffer.from(`${token}:`).toString('base64')}`;

describe('a batch', () => {
  it('names what is wrong with its items, and takes the others', async () => {
    const body = await batch(app, [
      item('track', 'mixed', { event: 'buy' }),
      { type: 'track', event: 'buy' },
      item('track', 'mixed', { event: 'x'.repeat(129) }),
      item('track', 'mixed', { event: 'Experiment Viewed', properties: { experiment_id: 'none' } }),
      item('track', 'mixed', { event: 'buy', timestamp: 'yesterday' }),
    ]);
    expect(body.rejected.map(({ index, code }: Json) => [index, code])).toEqual([
      [1, 'missing_user'],
      [2, 'too_long'],
      [3, 'unknown_experiment'],
      [4, 'invalid_format'],
    ]);
    expect(await storedOf(app, 'mixed', 1)).toHaveLength(1);
  });

  it('counts the same message once', async () => {
    const one = { ...item('track', 'once', { event: 'buy' }), messageId: 'ajs-next-1763717472250-once' };
    await batch(app, [one, one]);
    await batch(app, [one]);
    await batch(app, [item('track', 'after-once', { event: 'buy' })]);
    await storedOf(app, 'after-once', 1);
    expect(await eventsOf(app, 'once')).toHaveLength(1);
  });

  it('is corrected by the clock of its client', async () => {
    const now = Date.now();
    const late = (ms: number): string => new Date(now - 5 * HOUR_MS + ms).toISOString();
    await batch(app, [item('track', 'slow', { event: 'buy', timestamp: late(-60_000) })], {
      sentAt: late(0),
    });
    const [{ timestamp }] = await storedOf(app, 'slow', 1);
    expect(Math.abs(Date.parse(timestamp) - (now - 60_000))).toBeLessThan(20_000);
  });

  it.each<[string, object, number, string]>([
    ['is no list', { batch: {} }, 400, 'invalid_request'],
    ['is not there', {}, 400, 'invalid_request'],
    ['is too long', { batch: Array.from({ length: 2_501 }, () => ({})) }, 413, 'batch_too_large'],
  ])('that %s is refused', async (_, body, status, code) => {
    const answer = await app.call('POST', '/v1/batch', body);
    expect(answer).toMatchObject({ status, body: { success: false, code } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });
});

describe('a single call', () => {
  it('goes by its short name, as text of a page that is being left', async () => {
    const { secret } = await aPublishable(app, [SHOP]);
    const body = { userId: 'beacon', event: 'leave', messageId: randomUUID(), writeKey: secret };
    const headers = { 'content-type': 'text/plain;charset=UTF-8' };
    const send = (origin: string): Promise<Response> =>
      patiently(() => raw(app, 'POST', '/v1/t', { ...headers, origin }, JSON.stringify(body)));
    const answer = await send(SHOP);
    expect({ status: answer.status, body: await answer.json() }).toEqual({
      status: 200,
      body: { success: true },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect((await send('https://evil.example')).status).toBe(403);
    const [row] = await storedOf(app, 'beacon', 1);
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  it('is told what is wrong with it', async () => {
    const { status, body } = await app.call('POST', '/v1/track', { event: 'buy' });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { success: false, code: 'invalid_request', errors: [{ code: 'missing_user' }] },
    });
    expect((await app.call('POST', '/v1/video', { event: 'buy' })).status).toBe(404);
  });

  it('may be compressed', async () => {
    const packed = gzipSync(JSON.stringify(item('track', 'packed', { event: 'buy' })));
    const headers = {
      authorization: basic(app.token),
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    };
    expect((await patiently(() => raw(app, 'POST', '/v1/track', headers, packed))).status).toBe(200);
    await storedOf(app, 'packed', 1);
  });
});

describe('who somebody is', () => {
  it('joins what they did before and after the login', async () => {
    await batch(app, [{ type: 'track', anonymousId: 'anon-1', event: 'look', messageId: randomUUID() }]);
    await storedOf(app, 'anon-1', 1);
    await batch(app, [
      { ...item('identify', 'known-1', { traits: { plan: 'pro' } }), anonymousId: 'anon-1' },
    ]);
    await batch(app, [{ type: 'track', anonymousId: 'anon-1', event: 'buy', messageId: randomUUID() }]);
    expect((await storedOf(app, 'known-1', 2)).map(({ type }) => type).sort()).toEqual(['buy', 'look']);
    await batch(app, [item('alias', 'known-1', { previousId: 'older-1' })]);
    await batch(app, [item('track', 'older-1', { event: 'return' })]);
    await storedOf(app, 'known-1', 3);
  });

  it('is known by an address before it is known by an id, or after', async () => {
    const steps = (who: string): object[] => [
      { ...item('identify', `${who}@example.org`), anonymousId: `${who}-anon` },
      item('alias', `${who}-id`, { previousId: `${who}@example.org` }),
    ];
    for (const [who, order] of [
      ['in-life', [0, 1]],
      ['reversed', [1, 0]],
      ['at-once', [[0, 1]]],
    ] as [string, (number | number[])[]][]) {
      // prettier-ignore
      for (const step of order) expect(await batch(app, [step].flat().map((n) => steps(who)[n]))).not.toHaveProperty('rejected');
      await batch(
        app,
        [`${who}-anon`, `${who}@example.org`, `${who}-id`].map((user) =>
          item('track', user, { event: 'buy' }),
        ),
      );
      await storedOf(app, `${who}-id`, 3);
    }
  });

  it('is not found out to be two known users: that must be said', async () => {
    await batch(app, [{ ...item('identify', 'kim'), anonymousId: 'kims-anon' }]);
    // A client that was not reset, for whom the one before is the visitor.
    const { rejected } = await batch(app, [{ ...item('identify', 'lea'), anonymousId: 'kim' }]);
    expect(rejected).toMatchObject([{ index: 0, code: 'identified' }]);
  });

  it('cannot be two', async () => {
    await batch(app, [item('alias', 'known-2', { previousId: 'shared' })]);
    const { rejected } = await batch(app, [item('alias', 'known-3', { previousId: 'shared' })]);
    expect(rejected).toMatchObject([{ index: 0, code: 'taken' }]);
  });
});

describe('an experiment that was viewed', () => {
  const viewed = (user: string, key: string, variant: string | undefined, more: object = {}): object =>
    item('track', user, {
      event: 'Experiment Viewed',
      properties: { experiment_id: key, ...(variant && { variation_id: variant }) },
      ...more,
    });

  /** Which variant the hash gives, without writing it down. */
  async function rightFor(key: string, user: string): Promise<string> {
    const { body } = await app.call('POST', '/ofrep/v1/evaluate/flags', { context: { targetingKey: user } });
    return body.flags.find((flag: Json) => flag.key === key).variant;
  }

  it('assigns its user as of then, when the variant is the right one', async () => {
    const { id, key } = await anExperiment(app);
    await begunYesterday(id);
    const right = await rightFor(key, 'viewer');
    const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
    const [before, after] = [15, 5].map((minutes) => ({
      ...item('track', 'viewer', { event: 'buy', timestamp: at(minutes) }),
      messageId: randomUUID(),
    }));
    await batch(app, [viewed('viewer', key, right, { timestamp: at(10) }), before, after]);
    await storedOf(app, 'viewer', 3);
    expect((await assignment(app, id, 'viewer')).body).toMatchObject({
      reason: 'assigned',
      variant: { key: right },
    });
    expect([await became(before), await became(after)]).toEqual(['before_anchor', 'counted']);

    // Told later, but earlier.
    await batch(app, [viewed('viewer', id, right, { timestamp: at(20) })]);
    await until('the anchor to move', async () => (await became(before)) === 'counted');
  });

  /** What became of an event. */
  async function became({ messageId }: { messageId: string }): Promise<string> {
    const { body } = await app.call('GET', `/api/v1/events/${messageId}/disposition`);
    return body.experiments[0]?.disposition;
  }

  async function begunYesterday(id: string): Promise<void> {
    const yesterday = `now() - interval '1 day'`;
    await app.database.source.query(`UPDATE experiments SET started_at = ${yesterday} WHERE id = $1`, [id]);
    await app.database.source.query(`UPDATE epochs SET opened_at = ${yesterday} WHERE experiment_id = $1`, [
      id,
    ]);
    await app.call('GET', `/api/v1/experiments/${id}/assignment/nobody?refresh=true`);
  }

  it('assigns nobody to a variant that is not theirs', async () => {
    const { id, key } = await anExperiment(app);
    const right = await rightFor(key, 'liar');
    const wrong = right === 'control' ? 'treatment' : 'control';
    await batch(app, [
      viewed('liar', key, wrong),
      viewed('liar', key, undefined),
      viewed('liar', key, 'none'),
    ]);
    await storedOf(app, 'liar', 3);
    const [{ count }] = await app.database.source.query(
      'SELECT count(*)::int AS count FROM assignments WHERE experiment_id = $1',
      [id],
    );
    expect(count).toBe(0);
  });

  it('leaves alone whoever is assigned already, and marks the exposure', async () => {
    const { id, key } = await anExperiment(app);
    const variant = (await variantOf(app, id, 'asked')) as string;
    await batch(app, [viewed('asked', key, variant)]);
    await until('the exposure', async () => {
      const { body } = await assignment(app, id, 'asked', '?refresh=true');
      return body.exposed_at !== null;
    });
  });
});
