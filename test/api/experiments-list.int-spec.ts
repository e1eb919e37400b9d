import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, expectProblem, newExperiment } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const list = (query: string) => app.call('GET', `/api/v1/experiments?${query}`);
const keysOf = (answer: { body: { data: { key: string }[] } }) => answer.body.data.map(({ key }) => key);

describe('listing experiments', () => {
  it('begins with an empty page', async () => {
    expect((await list('')).body).toEqual({ data: [], next_cursor: null });
  });

  it('filters, searches and sorts', async () => {
    for (const key of ['one', 'two', 'three'])
      await anExperiment(app, { key, name: `Name 100%_${key.toUpperCase()}` });
    await anExperiment(app, { key: 'draft', status: 'draft' });
    expect(keysOf(await list('status=running'))).toEqual(['three', 'two', 'one']);
    expect(keysOf(await list('status=running&sort=created_at'))).toEqual(['one', 'two', 'three']);
    expect(keysOf(await list('status=draft'))).toEqual(['draft']);
    expect(keysOf(await list('q=name+100%25_t'))).toEqual(['three', 'two']);
    for (const q of ['%25', '_', '\\', "'"]) {
      const found = keysOf(await list(`q=${q}`));
      expect(found.sort()).toEqual(q === '%25' || q === '_' ? ['one', 'three', 'two'] : []);
    }
  });

  it('filters by the status in force, also before anybody has written it down', async () => {
    const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
    await anExperiment(app, { key: 'starts-soon', status: 'draft', starts_at: at(400) });
    const ending = await anExperiment(app, { key: 'ends-soon', ends_at: at(400) });
    await until('the instant', () => Promise.resolve(Date.now() > Date.parse(ending.ends_at) + 400));
    const found = async (status: string) => keysOf(await list(`status=${status}&q=s-soon`));
    expect(await found('draft')).toEqual([]);
    expect(await found('running')).toEqual(['starts-soon']);
    expect(await found('completed')).toEqual(['ends-soon']);
    const { data } = (await list('status=running&q=starts-soon')).body;
    expect(data).toMatchObject([{ status: 'running', started_at: data[0].starts_at, ended_at: null }]);
  });

  it('refuses the cursor of another order', async () => {
    for (const [sort, other] of [['-created_at', 'created_at'], ['created_at', '-created_at']]) {
      const { next_cursor } = (await list(`limit=1&sort=${sort}`)).body;
      expect((await list(`limit=1&sort=${sort}&cursor=${next_cursor}`)).status).toBe(200);
      const answer = await list(`limit=1&sort=${other}&cursor=${next_cursor}`);
      expectProblem(answer, { status: 400, code: 'invalid_request', pointer: '/cursor', fault: 'invalid_cursor' });
    }
  }); // prettier-ignore

  it.each(['-created_at', 'created_at'])(
    'pages through all in the order %s, also while others are created',
    async (sort) => {
      const seen: string[] = [];
      const before = keysOf(await list(`limit=100&sort=${sort}`));
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body } = await list(`limit=2&sort=${sort}${cursor === '' ? '' : `&cursor=${cursor}`}`);
        seen.push(...body.data.map(({ key }: { key: string }) => key));
        if (sort === '-created_at') await anExperiment(app);
        cursor = body.next_cursor;
      }
      expect(seen).toEqual(before);
    },
  );

  it.each([
    'limit=0', 'limit=-1', 'limit=101', 'limit=abc', 'limit=1.5', 'limit=0x10', 'limit=%205', 'limit=', 'limit=1&limit=2', 'limit[]=1',
    'status=unknown', 'status=draft&status=draft', 'sort=name', 'sort=id;DROP TABLE experiments', 'q=', 'q=%00', 'offset=1',
    'cursor=garbage', 'cursor=WyIyMDI2IiwieCJd', 'cursor=', '__proto__=1', 'constructor=1',
  ])('refuses %s', async (query) => {
    expectProblem(await list(query), { status: 400, code: 'invalid_request' });
  }); // prettier-ignore
});

describe('reading an experiment', () => {
  it('finds it by id in any case, and by key', async () => {
    const { id, key } = await anExperiment(app);
    for (const name of [id, id.toUpperCase(), key]) {
      expect((await app.call('GET', `/api/v1/experiments/${name}`)).body.id).toBe(id);
    }
  });

  it.each(['nothing', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '%00', '..%2f..%2fhealth', '%2531', '%0d%0a'])(
    'finds nothing at %s',
    async (id) => {
      expectProblem(await app.call('GET', `/api/v1/experiments/${id}`), { status: 404, code: 'not_found' });
    },
  ); // prettier-ignore

  it('has an ETag that answers 304 until something changes', async () => {
    const { id } = await anExperiment(app);
    const path = `/api/v1/experiments/${id}`;
    const etag = (await app.call('GET', path)).headers.get('etag') as string;
    expect(etag).toMatch(/^"[^"]+"$/);
    const same = await app.call('GET', path, undefined, { 'if-none-match': etag });
    expect(same).toMatchObject({ status: 304, body: '' });
    expect(same.headers.get('etag')).toBe(etag);
    await app.call('POST', `${path}/pause`);
    const changed = await app.call('GET', path, undefined, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });
});

describe('changing a draft', () => {
  it('takes everything, variants included', async () => {
    const { id } = await anExperiment(app, { status: 'draft', description: 'old' });
    const change = {
      name: 'New', description: null, timezone: 'Europe/Berlin', analysis_population: 'exposed', coverage_pct: 10,
      primary_metric: 'buy', metrics: ['a'], starts_at: '2190-01-01T00:00:00.000Z', ends_at: '2190-02-01T00:00:00.000Z',
      variants: [{ key: 'x', allocation_pct: 30 }, { key: 'y', allocation_pct: 70, is_control: true, config: [1] }],
    }; // prettier-ignore
    const { status, body } = await app.call('PATCH', `/api/v1/experiments/${id}`, change);
    const metrics = [
      { key: 'buy', role: 'primary' },
      { key: 'a', role: 'goal' },
    ];
    expect({ status, body }).toMatchObject({ status: 200, body: { ...change, metrics, epoch: 1 } });
    expect(body.epochs).toHaveLength(1);
  });

  it('keeps the variants when only the coverage changes', async () => {
    const { id, variants } = await anExperiment(app, { status: 'draft' });
    const { body } = await app.call('PATCH', `/api/v1/experiments/${id}`, { coverage_pct: 5 });
    const shown = ({ key, allocation_pct, is_control }: Record<string, unknown>) => ({
      key,
      allocation_pct,
      is_control,
    });
    expect(body.coverage_pct).toBe(5);
    expect(body.variants.map(shown)).toEqual(variants.map(shown));
  });

  it('does nothing when nothing is said', async () => {
    const { id } = await anExperiment(app, { status: 'draft' });
    const before = await app.call('GET', `/api/v1/experiments/${id}`);
    const after = await app.call('PATCH', `/api/v1/experiments/${id}`, {});
    expect(after).toMatchObject({ status: 200, body: before.body });
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
  });

  it.each<[string, object, number, string]>([
    ['its key', { key: 'other' }, 400, '/key'],
    ['its status', { status: 'running' }, 400, '/status'],
    ['its id', { id: 'x' }, 400, '/id'],
    ['its name to null', { name: null }, 400, '/name'],
    ['a config to NUL', { variants: [{ key: 'control', allocation_pct: 100, config: '\u0000' }] }, 400, '/variants/0/config'],
    ['to one variant', { variants: [{ key: 'a', allocation_pct: 100 }] }, 422, '/variants'],
    ['to a variant without share', { variants: [{ key: 'a', allocation_pct: 100 }, { key: 'b' }] }, 422, '/variants/1/allocation_pct'],
    ['shares to 99', { variants: [{ key: 'a', allocation_pct: 50 }, { key: 'b', allocation_pct: 49 }] }, 422, '/variants'],
    ['its end to the past', { ends_at: '2020-01-01T00:00:00Z' }, 422, '/ends_at'],
    ['its start beyond its end', { starts_at: '2190-01-03T00:00:00Z' }, 422, '/ends_at'],
  ])('does not change %s', async (_, change, status, pointer) => {
    const { id } = await anExperiment(app, { status: 'draft', ends_at: '2190-01-02T00:00:00Z' });
    const answer = await app.call('PATCH', `/api/v1/experiments/${id}`, change);
    expectProblem(answer, { status, code: status === 400 ? 'invalid_request' : 'invalid_experiment', pointer });
  }); // prettier-ignore
});

describe('changing a running experiment', () => {
  const patch = (id: string, change: object, ifMatch?: string) =>
    app.call(
      'PATCH',
      `/api/v1/experiments/${id}`,
      change,
      ifMatch === undefined ? {} : { 'if-match': ifMatch },
    );
  const etagOf = async (id: string) =>
    (await app.call('GET', `/api/v1/experiments/${id}`)).headers.get('etag') as string;

  it('needs If-Match', async () => {
    const { id } = await anExperiment(app);
    expectProblem(await patch(id, { name: 'x' }), { status: 428, code: 'precondition_required' });
  });

  it('refuses one who has read another version', async () => {
    const { id } = await anExperiment(app);
    const etag = await etagOf(id);
    expect((await patch(id, { name: 'first' }, etag)).status).toBe(200);
    expectProblem(await patch(id, { name: 'second' }, etag), { status: 412, code: 'precondition_failed' });
  });

  it('lets one of two win who have read the same', async () => {
    const { id } = await anExperiment(app);
    const etag = await etagOf(id);
    const both = await Promise.all([patch(id, { name: 'a' }, etag), patch(id, { name: 'b' }, etag)]);
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 412]);
  });

  it('takes `*` for whatever is there, however many change it at once', async () => {
    const { id } = await anExperiment(app);
    const many = await Promise.all(
      ['name', 'description', 'hypothesis'].map((field) => patch(id, { [field]: field }, '*')),
    );
    expect(many.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { body } = await app.call('GET', `/api/v1/experiments/${id}`);
    expect(body).toMatchObject({ name: 'name', description: 'description', hypothesis: 'hypothesis' });
  });

  it('changes words and configs', async () => {
    const { id } = await anExperiment(app);
    const change = {
      description: 'd',
      hypothesis: 'h',
      metrics: ['x'],
      variants: [{ key: 'treatment', name: 'T', config: { a: 1 } }],
    };
    const { status, body } = await patch(id, change, await etagOf(id));
    expect(status).toBe(200);
    expect(body).toMatchObject({ description: 'd', hypothesis: 'h', metrics: [{ key: 'x', role: 'goal' }] });
    expect(body.variants[1]).toMatchObject({
      key: 'treatment',
      name: 'T',
      config: { a: 1 },
      allocation_pct: 50,
    });
  });

  it.each<[object, string]>([
    [{ timezone: 'Asia/Tokyo' }, '/timezone'],
    [{ analysis_population: 'exposed' }, '/analysis_population'],
    [{ starts_at: '2190-01-01T00:00:00Z' }, '/starts_at'],
    [{ coverage_pct: 50 }, '/coverage_pct'],
    [{ variants: [{ key: 'control', allocation_pct: 40 }] }, '/variants/0'],
    [{ variants: [{ key: 'treatment', is_control: true }] }, '/variants/0'],
    [{ variants: [{ key: 'other', name: 'x' }] }, '/variants/0/key'],
  ])('has frozen %j', async (change, pointer) => {
    const { id } = await anExperiment(app);
    const before = await app.call('GET', `/api/v1/experiments/${id}`);
    expectProblem(await patch(id, change, '*'), { status: 422, code: 'experiment_frozen', pointer });
    expect((await app.call('GET', `/api/v1/experiments/${id}`)).body).toEqual(before.body);
  });

  it('takes a new body only as JSON of the right shape', async () => {
    const { id } = await anExperiment(app, newExperiment());
    expectProblem(await patch(id, { variants: [] }, '*'), {
      status: 400,
      code: 'invalid_request',
      pointer: '/variants',
    });
  });
});
