import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, expectProblem, variantOf } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const call = (method: string, path = '', body?: unknown, headers?: Record<string, string>) =>
  app.call(method, `/api/v1/segments${path}`, body, headers);
const pro = { attribute: 'plan', operator: 'eq', value: 'pro' };
let counter = 0;

async function aSegment(targeting: object = pro): Promise<string> {
  counter += 1;
  const { status, body } = await call('POST', '', { key: `segment-${counter}`, targeting });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.key;
}

describe('a segment', () => {
  it('is created, read, listed, changed and deleted', async () => {
    const input = { key: 'german-pro', name: 'Paying Germans', targeting: { all: [pro, { not: { attribute: 'country', operator: 'neq', value: 'DE' } }] } }; // prettier-ignore
    const { status, headers, body } = await call('POST', '', input);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { ...input, description: null, version: 1 },
    });
    expect(headers.get('location')).toBe('/api/v1/segments/german-pro');
    const etag = headers.get('etag') ?? '';
    const read = await call('GET', '/german-pro');
    expect({ body: read.body, etag: read.headers.get('etag') }).toEqual({ body, etag });
    expect((await call('GET', '/german-pro', undefined, { 'if-none-match': etag })).status).toBe(304);
    expect((await call('GET')).body.data).toContainEqual(body);

    const renamed = await call('PATCH', '/german-pro', { name: 'Pros', description: 'All of them' }, { 'if-match': etag }); // prettier-ignore
    expect(renamed.body).toMatchObject({ name: 'Pros', description: 'All of them', targeting: input.targeting, version: 1 }); // prettier-ignore
    expectProblem(await call('PATCH', '/german-pro', { targeting: pro }, { 'if-match': etag }), {
      status: 412,
      code: 'precondition_failed',
    });
    const changed = await call('PATCH', '/german-pro', { targeting: pro });
    expect(changed.body).toMatchObject({ targeting: pro, version: 2, name: 'Pros' });
    expect((await call('PATCH', '/german-pro', {})).body).toEqual(changed.body);
    expect((await call('DELETE', '/german-pro')).status).toBe(204);
    for (const method of ['GET', 'DELETE'])
      expectProblem(await call(method, '/german-pro'), { status: 404, code: 'not_found' });
    expectProblem(await call('PATCH', '/german-pro', { name: 'x' }), { status: 404, code: 'not_found' });
  });

  it('is listed page by page, newest first', async () => {
    const keys = [await aSegment(), await aSegment(), await aSegment()];
    const first = await call('GET', '?limit=2');
    const second = await call('GET', `?limit=1&cursor=${first.body.next_cursor}`);
    const found = [...first.body.data, ...second.body.data].map(({ key }: { key: string }) => key);
    expect(found).toEqual(keys.toReversed());
  });

  it.each<[string, object, string, string]>([
    ['no condition', { targeting: undefined }, '/targeting', 'required'],
    ['a bad key', { key: 'A b' }, '/key', 'invalid_format'],
    ['another segment in it', { targeting: { not: { segment: 'x' } } }, '/targeting/not/segment', 'not_allowed'],
    ['an unknown operator', { targeting: { all: [{ ...pro, operator: 'like' }] } }, '/targeting/all/0/operator', 'invalid_choice'],
    ['a version', { version: 7 }, '/version', 'unknown_property'],
  ])('is refused with %s', async (_, change, pointer, fault) => {
    const answer = await call('POST', '', { key: 'refused', targeting: pro, ...change });
    expectProblem(answer, { status: 400, code: 'invalid_request', pointer, fault });
  }); // prettier-ignore

  it('has a key of its own', async () => {
    const answer = await call('POST', '', { key: await aSegment(), targeting: pro });
    expectProblem(answer, { status: 409, code: 'key_taken', pointer: '/key' });
  });

  it('leaves its condition out of the audit log, where nobody is erased', async () => {
    const key = await aSegment({ attribute: 'user_id', operator: 'in', value: ['canary-ann'] });
    await call('PATCH', `/${key}`, {
      targeting: { attribute: 'user_id', operator: 'eq', value: 'canary-ben' },
    });
    await call('DELETE', `/${key}`);
    const log = await app.database.source.query(
      `SELECT action, details FROM audit_log WHERE target_type = 'segment' AND target_id = $1 ORDER BY id`,
      [key],
    );
    expect(log).toEqual([
      { action: 'segment.create', details: { name: key } },
      { action: 'segment.update', details: { changed: { version: { from: 1, to: 2 } } } },
      { action: 'segment.delete', details: {} },
    ]);
    expect(JSON.stringify(log)).not.toContain('canary');
  });
});

describe('what stands on a segment', () => {
  it('keeps it from being deleted, and does no longer when it is archived', async () => {
    const key = await aSegment();
    const x = await anExperiment(app, { targeting: { any: [{ segment: key }, pro] } });
    const refused = await call('DELETE', `/${key}`);
    expectProblem(refused, { status: 409, code: 'segment_in_use' });
    expect(refused.body).toMatchObject({ experiments: [x.key], flags: [] });
    for (const step of ['complete', 'archive']) await app.call('POST', `/api/v1/experiments/${x.id}/${step}`);
    expect((await call('DELETE', `/${key}`)).status).toBe(204);
  });

  it('follows a change at once, and those who have an assignment keep it', async () => {
    const key = await aSegment();
    const x = await anExperiment(app, { targeting: { segment: key } });
    const put = (user: string, plan: string) =>
      app.call('PUT', `/api/v1/users/${user}`, { attributes: { plan } });
    await put('ann', 'pro');
    await put('ben', 'team');
    const kept = await variantOf(app, x.id, 'ann');
    expect(kept).not.toBeNull();
    expect(await variantOf(app, x.id, 'ben')).toBeNull();
    await call('PATCH', `/${key}`, { targeting: { ...pro, value: 'team' } });
    expect(await variantOf(app, x.id, 'ben')).not.toBeNull();
    expect(await variantOf(app, x.id, 'ann')).toBe(kept);
  });

  it('follows a change in every process', async () => {
    const key = await aSegment();
    const x = await anExperiment(app, { targeting: { segment: key } });
    const other = await app.startBeside();
    const url = `${(await other.getUrl()).replace('[::1]', '127.0.0.1')}/api/v1/experiments/${x.id}/assignment`;
    const reasonOf = async (user: string): Promise<string> => {
      const answer = await fetch(`${url}/${user}`, { headers: { authorization: `Bearer ${app.token}` } });
      return ((await answer.json()) as { reason: string }).reason;
    };
    expect(await reasonOf('carl')).toBe('targeting');
    await call('PATCH', `/${key}`, { targeting: { not: pro } });
    await until('the news', async () => (await reasonOf('carl')) === 'assigned');
  });
});
