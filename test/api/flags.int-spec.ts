import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { startApp, TestApp } from '../support/app';
import { anExperiment, expectProblem } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const at = (path = '') => `/api/v1/flags${path}`;
const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  app.call(method, at(path), body, headers);

let counter = 0;
async function aFlag(options: object = {}) {
  counter += 1;
  const { status, headers, body } = await call('POST', '', {
    key: `flag-${counter}`,
    type: 'boolean',
    ...options,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return { ...body, etag: headers.get('etag') };
}

async function aSegment(key: string): Promise<void> {
  const targeting = { attribute: 'country', operator: 'eq', value: 'DE' };
  const { status, body } = await app.call('POST', '/api/v1/segments', { key, name: key, targeting });
  expect({ status, body }).toMatchObject({ status: 201 });
}

const toSome = { kind: 'rollout', coverage_pct: 10, variants: [{ key: 'on', allocation_pct: 100 }] };

describe('creating a flag', () => {
  it('works with every example of the documentation', async () => {
    const { body: document } = await app.call('GET', '/openapi.json');
    const { examples } = document.paths['/api/v1/flags'].post.requestBody.content['application/json'];
    expect(Object.keys(examples)).toEqual(['switch', 'setting', 'texts']);
    for (const { value } of Object.values<{ value: { rules?: object[] } }>(examples)) {
      const { status, headers, body } = await call('POST', '', value);
      const { rules = [], value: _value, ...rest } = value as Record<string, unknown> & { rules?: object[] };
      expect({ status, body }).toMatchObject({
        status: 201,
        body: { ...rest, version: 1, state: 'enabled' },
      });
      expect(body.rules).toMatchObject(rules);
      expect(headers.get('location')).toBe(at(`/${body.id}`));
      const read = await call('GET', `/${body.key}`);
      expect(read.body).toEqual(body);
      expect(read.headers.get('etag')).toBe(headers.get('etag'));
      const again = await call('GET', `/${body.id}`, undefined, {
        'if-none-match': headers.get('etag') ?? '',
      });
      expect(again.status).toBe(304);
    }
  });

  it('works as docs/flags.md shows it', async () => {
    const [, text] = /```json\n([^]*?)```/.exec(readFileSync('docs/flags.md', 'utf8')) ?? [];
    await aSegment('staff');
    await anExperiment(app, { key: 'search-ranking' });
    const shown = { ...JSON.parse(text), key: 'as-shown' };
    expect(await call('POST', '', shown)).toMatchObject({ status: 201, body: shown });
  });

  it('makes a switch of a boolean one that says nothing else', async () => {
    expect(await aFlag()).toMatchObject({
      variants: [
        { key: 'off', name: 'off', value: false },
        { key: 'on', name: 'on', value: true },
      ],
      default_variant: 'off',
      off_variant: 'off',
      rules: [],
    });
  });

  it.each<[string, object, string, string]>([
    ['no key', { key: undefined }, '/key', 'required'],
    ['a key with a space', { key: 'A b' }, '/key', 'invalid_format'],
    ['the key of something else', { key: 'stream' }, '/key', 'reserved'],
    ['an unknown type', { type: 'date' }, '/type', 'invalid_choice'],
    ['no variants where there must be some', { type: 'string' }, '/variants', 'required'],
    ['value and variants', { value: true, variants: [{ key: 'on', value: true }] }, '/value', 'contradiction'],
    ['a rule that is none', { rules: [5] }, '/rules/0', 'invalid_type'],
    ['a rule without kind', { rules: [{}] }, '/rules/0/kind', 'required'],
    ['an unknown kind', { rules: [{ kind: 'magic' }] }, '/rules/0/kind', 'invalid_choice'],
    ['what the kind does not have', { rules: [{ kind: 'variant', variant: 'on', coverage_pct: 5 }] }, '/rules/0/coverage_pct', 'unknown_property'],
    ['a bad condition', { rules: [{ kind: 'variant', variant: 'on', targeting: { all: [] } }] }, '/rules/0/targeting/all', 'too_few'],
    ['two rules of one id', { rules: [1, 2].map(() => ({ ...toSome, id: '0198c0de-1111-7000-8000-00000000000a' })) }, '/rules/1/id', 'duplicate'],
  ])('refuses %s', async (_, change, pointer, fault) => {
    const answer = await call('POST', '', { key: 'refused', type: 'boolean', ...change });
    expectProblem(answer, { status: 400, code: 'invalid_request', pointer, fault });
  }); // prettier-ignore

  it.each<[string, object, string, string]>([
    ['a value of another type', { variants: [{ key: 'on', value: 'yes' }] }, '/variants/0/value', 'invalid_type'],
    ['two variants of one key', { variants: [{ key: 'on', value: true }, { key: 'on', value: false }] }, '/variants/1/key', 'duplicate'],
    ['an unknown default', { default_variant: 'maybe' }, '/default_variant', 'unknown_variant'],
    ['an unknown variant for when it is off', { off_variant: 'maybe' }, '/off_variant', 'unknown_variant'],
    ['an unknown variant in a rule', { rules: [{ kind: 'variant', variant: 'maybe' }] }, '/rules/0/variant', 'unknown_variant'],
    ['shares that are not 100', { rules: [{ ...toSome, variants: [{ key: 'on', allocation_pct: 99.5 }] }] }, '/rules/0/variants', 'allocations_not_100'],
    ['a coverage with three decimals', { rules: [{ ...toSome, coverage_pct: 0.125 }] }, '/rules/0/coverage_pct', 'invalid_allocation'],
    ['an unknown experiment', { rules: [{ kind: 'experiment', experiment: 'nothing' }] }, '/rules/0/experiment', 'unknown_experiment'],
    ['an unknown segment', { rules: [{ ...toSome, targeting: { segment: 'nobody' } }] }, '/rules/0/targeting', 'unknown_segment'],
  ])('refuses %s, which makes no sense', async (_, change, pointer, fault) => {
    const answer = await call('POST', '', { key: 'refused', type: 'boolean', ...change });
    expectProblem(answer, { status: 422, code: 'invalid_flag', pointer, fault });
  }); // prettier-ignore

  it('wants to know which value each variant of an experiment is', async () => {
    const experiment = await anExperiment(app);
    const rule = { kind: 'experiment', experiment: experiment.id };
    const refused = await call('POST', '', { key: 'unmapped', type: 'boolean', rules: [rule] });
    expectProblem(refused, {
      status: 422,
      code: 'invalid_flag',
      pointer: '/rules/0/variants',
      fault: 'missing_variant',
    });
    const strange = { control: 'off', treatment: 'on', third: 'on' };
    const other = await call('POST', '', {
      key: 'unmapped',
      type: 'boolean',
      rules: [{ ...rule, variants: strange }],
    });
    expectProblem(other, {
      status: 422,
      code: 'invalid_flag',
      pointer: '/rules/0/variants/third',
      fault: 'unknown_variant',
    });
    const flag = await aFlag({ rules: [{ ...rule, variants: { control: 'off', treatment: 'on' } }] });
    expect(flag.rules).toMatchObject([{ experiment: experiment.key }]);
  });

  it('has a key as code is written, whose capitals count', async () => {
    const keys = ['newCheckout', 'newcheckout', 'Checkout.button', '0.Beta_2-x'];
    for (const key of keys) await aFlag({ key });
    const experiment = await anExperiment(app, { key: 'pricePage.Layout' });
    const ask = (path: string) => app.call('POST', `/ofrep/v1/evaluate/flags${path}`, { context: { targetingKey: 'u' } }); // prettier-ignore
    for (const key of [...keys, experiment.key]) {
      expect((await ask(`/${key}`)).body).toMatchObject({ key });
      const address = key === experiment.key ? 'experiments' : 'flags';
      expect((await app.call('GET', `/api/v1/${address}/${key}`)).body).toMatchObject({ key });
    }
    expect((await ask('/PricePage.Layout')).status).toBe(404);
    const all = (await ask('')).body.flags.map(({ key }: { key: string }) => key);
    expect(all).toEqual(expect.arrayContaining([...keys, experiment.key]));
    const { body } = await app.call('GET', '/api/features/x');
    expect(Object.keys(body.features)).toEqual(expect.arrayContaining([...keys, experiment.key]));
    const renamed = await call('PATCH', '/Checkout.button', { variants: [{ key: 'isOn.v2', value: true }], default_variant: 'isOn.v2', off_variant: null }, { 'if-match': '*' }); // prettier-ignore
    expect({ status: renamed.status, body: renamed.body }).toMatchObject({ status: 200 });
  });

  it('does not take over from an experiment that runs, unless it carries it', async () => {
    const { key } = await anExperiment(app);
    const rule = { kind: 'experiment', experiment: key, variants: { control: 'off', treatment: 'on' } };
    const taken = { status: 409, code: 'key_taken', pointer: '/key', fault: 'key_taken' };
    expectProblem(await call('POST', '', { key, type: 'boolean' }), taken);
    await app.call('POST', `/api/v1/experiments/${key}/pause`);
    expectProblem(await call('POST', '', { key, type: 'boolean', rules: [toSome] }), taken);
    await aFlag({ key, rules: [toSome, rule] });
    const over = await anExperiment(app);
    await app.call('POST', `/api/v1/experiments/${over.key}/complete`);
    await aFlag({ key: over.key });
    // Nobody gets anything else for an experiment that comes later.
    await aFlag({ key: 'first-a-flag' });
    expect((await anExperiment(app, { key: 'first-a-flag' })).key).toBe('first-a-flag');
  });

  it('takes a key once, and answers a retry with what it answered first', async () => {
    const input = { key: 'taken', type: 'boolean' };
    const headers = { 'idempotency-key': randomUUID() };
    const first = await call('POST', '', input, headers);
    expect(await call('POST', '', input, headers)).toMatchObject({ status: 201, body: first.body });
    expectProblem(await call('POST', '', input), { status: 409, code: 'key_taken', pointer: '/key' });
  });

  it('keeps a segment that its rules name', async () => {
    await aSegment('germans');
    await aFlag({ rules: [{ ...toSome, targeting: { not: { segment: 'germans' } } }] });
    expect((await app.call('DELETE', '/api/v1/segments/germans')).status).toBe(409);
  });
});

describe('changing a flag', () => {
  it('switches it off without knowing anything of it', async () => {
    const { key, id } = await aFlag({ rules: [toSome] });
    const { status, headers, body } = await call('PATCH', `/${key}`, { state: 'disabled' });
    expect({ status, body }).toMatchObject({ status: 200, body: { id, state: 'disabled', version: 2 } });
    expect((await call('GET', `/${id}`)).headers.get('etag')).toBe(headers.get('etag'));
  });

  it('replaces rules only for who has seen those that are there', async () => {
    const { key, etag, rules } = await aFlag({ rules: [toSome] });
    const more = { rules: [{ ...rules[0], coverage_pct: 20 }] };
    expectProblem(await call('PATCH', `/${key}`, more), { status: 428, code: 'precondition_required' });
    const done = await call('PATCH', `/${key}`, more, { 'if-match': etag });
    expect(done).toMatchObject({ status: 200, body: { rules: [{ id: rules[0].id, coverage_pct: 20 }] } });
    expectProblem(await call('PATCH', `/${key}`, more, { 'if-match': etag }), { status: 412, code: 'precondition_failed' }); // prettier-ignore
  });

  it('lets one of many win who have all seen the same', async () => {
    const { key, etag } = await aFlag();
    const change = (n: number) => call('PATCH', `/${key}`, { name: `name ${n}` }, { 'if-match': etag });
    const statuses = (await Promise.all([1, 2, 3, 4, 5].map(change))).map(({ status }) => status);
    expect(statuses.sort((a, b) => a - b)).toEqual([200, 412, 412, 412, 412]);
    expect((await call('GET', `/${key}`)).body.version).toBe(2);
  });

  it('that changes nothing is no change', async () => {
    const { key, etag, id } = await aFlag({
      type: 'json',
      variants: [{ key: 'one', value: { zebra: 1, a: { c: 1, b: 2 } } }],
    });
    const { status, headers } = await call('PATCH', `/${key}`, { variants: [{ key: 'one', value: { a: { b: 2, c: 1 }, zebra: 1 } }], state: 'enabled' }, { 'if-match': etag }); // prettier-ignore
    expect({ status, etag: headers.get('etag') }).toEqual({ status: 200, etag });
    expect((await call('GET', `/${key}/history`)).body.data).toHaveLength(1);
    const { body } = await app.call('GET', `/api/v1/audit?target_id=${id}`);
    expect(body.data.map(({ action }: { action: string }) => action)).toEqual(['flag.create']);
  });

  it('refuses a default that is no longer there', async () => {
    const { key, etag } = await aFlag();
    const answer = await call(
      'PATCH',
      `/${key}`,
      { variants: [{ key: 'on', value: true }] },
      { 'if-match': etag },
    );
    expectProblem(answer, {
      status: 422,
      code: 'invalid_flag',
      pointer: '/default_variant',
      fault: 'unknown_variant',
    });
  });

  it('brings an archived one back before anything else, and deletes no other', async () => {
    const { key } = await aFlag();
    expectProblem(await call('DELETE', `/${key}`), { status: 409, code: 'invalid_transition' });
    await call('PATCH', `/${key}`, { state: 'archived' });
    expectProblem(await call('PATCH', `/${key}`, { name: 'x', state: 'enabled' }), { status: 409, code: 'invalid_transition' }); // prettier-ignore
    expect(await call('PATCH', `/${key}`, { state: 'enabled' })).toMatchObject({
      status: 200,
      body: { version: 3 },
    });
    await call('PATCH', `/${key}`, { state: 'archived' });
    expect((await call('DELETE', `/${key}`)).status).toBe(204);
    expectProblem(await call('GET', `/${key}`), { status: 404, code: 'not_found' });
  });
});

describe('the history of a flag', () => {
  it('has every change, who made it, and what the flag was then', async () => {
    const { body: token } = await app.call('POST', '/api/v1/tokens', {
      name: 'deploys',
      scopes: ['flags:write'],
    });
    const { key, id, rules } = await aFlag({ rules: [toSome] });
    const asOther = { authorization: `Bearer ${token.secret}` };
    await call('PATCH', `/${key}`, { state: 'disabled', description: 'not now' }, asOther);
    await call('PATCH', `/${key}`, { state: 'enabled', rules: [] }, { 'if-match': '*' });
    const { body } = await call('GET', `/${id}/history`);
    expect(body).toMatchObject({
      data: [
        { version: 3, changed: ['state', 'rules'], actor: { name: 'BEARER_TOKENS' }, flag: { rules: [] } },
        { version: 2, changed: ['description', 'state'], actor: { id: token.id, name: 'deploys' }, flag: { rules, state: 'disabled' } },
        { version: 1, actor: { name: 'BEARER_TOKENS' }, flag: { rules, state: 'enabled', version: 1 } },
      ],
      next_cursor: null,
    }); // prettier-ignore
    const first = await call('GET', `/${key}/history?limit=2`);
    const second = await call('GET', `/${key}/history?limit=2&cursor=${first.body.next_cursor}`);
    expect([...first.body.data, ...second.body.data]).toEqual(body.data);
    const log = await app.call('GET', `/api/v1/audit?target_id=${id}`);
    expect(log.body.data).toMatchObject([
      { action: 'flag.update', details: { changed: ['state', 'rules'], version: 3 } },
      { action: 'flag.update', details: { version: 2 }, actor_name: 'deploys' },
      { action: 'flag.create', details: { key } },
    ]);
    expect(log.body.data[1].request_id).toBe(body.data[1].request_id);
  });

  it('is written with the change or not at all', async () => {
    const { key, id } = await aFlag();
    await app.database.source.query(
      `ALTER TABLE flag_changes ADD CONSTRAINT no_more CHECK (version < 2) NOT VALID`,
    );
    try {
      expect((await call('PATCH', `/${key}`, { name: 'other' })).status).toBe(500);
    } finally {
      await app.database.source.query('ALTER TABLE flag_changes DROP CONSTRAINT no_more');
    }
    expect((await call('GET', `/${id}`)).body).toMatchObject({ version: 1, name: key });
  });
});

describe('the list of flags', () => {
  it('is cut into pages and filtered', async () => {
    const keys: string[] = [];
    for (const n of [1, 2, 3])
      keys.unshift((await aFlag({ key: `listed-${n}`, type: 'number', value: n })).key);
    await call('PATCH', '/listed-2', { state: 'archived' });
    const first = await call('GET', '?q=listed&limit=2');
    const second = await call('GET', `?q=listed&limit=2&cursor=${first.body.next_cursor}`);
    expect([...first.body.data, ...second.body.data].map(({ key }) => key)).toEqual(keys);
    expect((await call('GET', '?q=listed&state=archived')).body.data).toMatchObject([{ key: 'listed-2' }]);
    expect((await call('GET', '?q=listed&type=string')).body.data).toEqual([]);
  });
});
