import { randomBytes } from 'node:crypto';
import { startApp, TestApp } from '../support/app';
import { anExperiment, expectProblem } from './help';
import { aMetric, KINDS, metricsAt, selectedIn } from './metrics-help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  app.call(method, metricsAt(path), body, headers);
const conversion = { kind: 'conversion', event_types: ['buy'] };

describe('declaring a metric', () => {
  it.each(Object.keys(KINDS))('of the kind %s', async (kind) => {
    const input = { key: `one-${kind}`, name: `One ${kind}`, definition: KINDS[kind] };
    const { status, headers, body } = await call('POST', '', input);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { ...input, kind, version: 1, direction: 'increase' },
    });
    expect(headers.get('location')).toBe(metricsAt(`/${body.id}`));
    const read = await call('GET', `/one-${kind}`);
    expect(read.body).toEqual(body);
    expect(read.headers.get('etag')).toBe(headers.get('etag'));
    expect(
      (await call('GET', `/${body.id}`, undefined, { 'if-none-match': headers.get('etag') ?? '' })).status,
    ).toBe(304);
  });

  it('works with every example of the documentation', async () => {
    const { body: document } = await app.call('GET', '/openapi.json');
    const { examples } = document.paths['/api/v1/metrics'].post.requestBody.content['application/json'];
    expect(Object.keys(examples)).toEqual(Object.keys(KINDS));
    for (const { value } of Object.values<{ value: object }>(examples))
      expect(await call('POST', '', value)).toMatchObject({ status: 201, body: value });
  });

  it('names it after its key', async () => {
    const { body } = await call('POST', '', { key: 'nameless', definition: conversion });
    expect(body).toMatchObject({ name: 'nameless', description: null });
  });

  it.each<[string, object, string, string]>([
    ['no key', { key: undefined }, '/key', 'required'],
    ['a bad key', { key: 'A b' }, '/key', 'invalid_format'],
    ['no definition', { definition: undefined }, '/definition', 'required'],
    ['a definition that is a text', { definition: 'buy' }, '/definition', 'invalid_type'],
    ['no kind', { definition: { event_types: ['buy'] } }, '/definition/kind', 'required'],
    ['an unknown kind', { definition: { kind: 'median' } }, '/definition/kind', 'invalid_choice'],
    ['no type', { definition: { kind: 'count' } }, '/definition/event_types', 'required'],
    ['what its kind does not have', { definition: { ...conversion, cap: { upper: 1 } } }, '/definition/cap', 'unknown_property'],
    ['an unknown operator', { definition: { ...conversion, filter: [{ property: 'a', operator: 'like', value: 'b' }] } }, '/definition/filter/0/operator', 'invalid_choice'],
    ['an unknown direction', { direction: 'up' }, '/direction', 'invalid_choice'],
    ['a version', { version: 2 }, '/version', 'unknown_property'],
  ])('refuses %s', async (_, change, pointer, fault) => {
    const answer = await call('POST', '', { key: 'refused', definition: conversion, ...change });
    expectProblem(answer, { status: 400, code: 'invalid_request', pointer, fault });
  }); // prettier-ignore

  it.each<[string, object, string, string]>([
    ['a NUL in a type', { ...conversion, event_types: ['a\u0000'] }, '/event_types/0', 'invalid_format'],
    ['a window of no hours', { kind: 'retention', event_types: ['a'], from_day: 3, to_day: 2 }, '/to_day', 'ends_before_start'],
    ['a filter without value', { ...conversion, filter: [{ property: 'a', operator: 'eq' }] }, '/filter/0/value', 'required'],
    ['two caps', { kind: 'mean', event_types: ['a'], cap: { upper: 2, upper_percentile: 0.9 } }, '/cap/upper_percentile', 'contradiction'],
  ])('refuses %s, which makes no sense', async (_, definition, pointer, fault) => {
    const answer = await call('POST', '', { key: 'refused', definition });
    expectProblem(answer, { status: 422, code: 'invalid_metric', pointer: `/definition${pointer}`, fault });
  }); // prettier-ignore

  it('takes a key once', async () => {
    const input = { key: 'taken', definition: conversion };
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('POST', '', input)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expectProblem(refused!, { status: 409, code: 'key_taken', pointer: '/key' });
  });

  it('can be sent again with its Idempotency-Key', async () => {
    const input = { key: 'again', definition: conversion };
    const first = await call('POST', '', input, { 'idempotency-key': 'again' });
    const second = await call('POST', '', input, { 'idempotency-key': 'again' });
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('listing metrics', () => {
  it('pages from the newest, by key, name and kind', async () => {
    for (const key of ['list-1', 'list-2', 'list-3']) await aMetric(app, { key, definition: KINDS.count });
    await aMetric(app, { key: 'list-4', definition: KINDS.mean });
    const first = await call('GET', '?q=LIST-&kind=count&limit=2');
    expect(first.body.data.map(({ key }: { key: string }) => key)).toEqual(['list-3', 'list-2']);
    const second = await call('GET', `?q=list-&kind=count&limit=2&cursor=${first.body.next_cursor}`);
    expect(second.body).toMatchObject({ data: [{ key: 'list-1' }], next_cursor: null });
    expectProblem(await call('GET', '?kind=median'), {
      status: 400,
      code: 'invalid_request',
      pointer: '/kind',
    });
  });

  it('knows what is not there', async () => {
    for (const [method, body] of [['GET'], ['PATCH', {}], ['DELETE']] as const)
      expectProblem(await call(method, '/nothing', body), { status: 404, code: 'not_found' });
  });
});

describe('changing a metric', () => {
  it('counts changes of definition and direction only', async () => {
    const { id } = await aMetric(app, { definition: conversion });
    const versions = [];
    for (const change of [
      {},
      { name: 'Other', description: 'Words.' },
      { definition: { event_types: ['buy'], kind: 'conversion' } },
      { direction: 'decrease' },
      { definition: { ...conversion, window_hours: 3 } },
    ])
      versions.push((await call('PATCH', `/${id}`, change)).body.version);
    expect(versions).toEqual([1, 1, 1, 2, 3]);
    const { body } = await call('GET', `/${id}`);
    expect(body).toMatchObject({
      name: 'Other',
      description: 'Words.',
      direction: 'decrease',
      definition: { window_hours: 3 },
    });
    expect((await call('PATCH', `/${id}`, { description: null })).body.description).toBeNull();
  });

  it('keeps its kind', async () => {
    const { id } = await aMetric(app, { definition: conversion });
    const answer = await call('PATCH', `/${id}`, { definition: KINDS.count });
    expectProblem(answer, {
      status: 400,
      code: 'invalid_request',
      pointer: '/definition/kind',
      fault: 'frozen',
    });
  });

  it('respects what the caller has read', async () => {
    const { id } = await aMetric(app, { definition: conversion });
    const etag = (await call('GET', `/${id}`)).headers.get('etag') ?? '';
    const both = await Promise.all(
      ['a', 'b'].map((name) => call('PATCH', `/${id}`, { name }, { 'if-match': etag })),
    );
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 412]);
    expect((await call('PATCH', `/${id}`, { name: 'c' }, { 'if-match': '*' })).status).toBe(200);
  });

  it('reaches drafts at once', async () => {
    const metric = await aMetric(app, { definition: conversion });
    const draft = await anExperiment(app, { status: 'draft', metrics: [metric.key] });
    expect(await selectedIn(app, draft.id)).toMatchObject([{ version: 1, definition: conversion }]);
    const definition = { ...conversion, window_hours: 24 };
    const { body } = await call('PATCH', `/${metric.id}`, { definition });
    expect(body.recomputing).toEqual([]);
    expect(await selectedIn(app, draft.id)).toMatchObject([{ version: 2, definition }]);
  });
});

it('takes the longest definitions', async () => {
  // Longer than an index entry may be, and of a kind that does not compress.
  const value = Array.from({ length: 100 }, () => randomBytes(30).toString('base64'));
  const filter = Array.from({ length: 20 }, (_, index) => ({
    property: `${index}`.padEnd(128, '"'),
    operator: 'in',
    value,
  }));
  const event_types = Array.from({ length: 20 }, () => randomBytes(90).toString('base64'));
  const steps = Array.from({ length: 2 }, () => ({ event_types, filter }));
  for (const definition of [
    { kind: 'mean', event_types, filter },
    { kind: 'funnel', steps },
  ]) {
    const { key } = await aMetric(app, { definition });
    const { id } = await anExperiment(app, { metrics: [key] });
    expect(JSON.stringify((await selectedIn(app, id))[0].definition).length).toBe(
      JSON.stringify(definition).length,
    );
  }
}, 30_000);

describe('deleting a metric', () => {
  it('is possible when nothing selects it', async () => {
    const { id } = await aMetric(app, { definition: conversion });
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect((await call('GET', `/${id}`)).status).toBe(404);
  });

  it.each(['draft', 'running', 'paused'])('is refused while a %s experiment selects it', async (state) => {
    const metric = await aMetric(app, { definition: conversion });
    const { id, key } = await anExperiment(app, {
      status: state === 'draft' ? 'draft' : 'running',
      metrics: [metric.key],
    });
    if (state === 'paused') await app.call('POST', `/api/v1/experiments/${id}/pause`);
    const answer = await call('DELETE', `/${metric.key}`);
    expectProblem(answer, { status: 409, code: 'metric_in_use' });
    expect(answer.body.experiments).toEqual([{ id, key, status: state }]);
    expect((await call('GET', `/${metric.id}`)).status).toBe(200);
  });

  it('leaves experiments that have ended what they have', async () => {
    const metric = await aMetric(app, { definition: conversion });
    const { id } = await anExperiment(app, { metrics: [metric.key] });
    await app.call('POST', `/api/v1/experiments/${id}/complete`);
    expect(
      (await call('PATCH', `/${metric.id}`, { definition: { ...conversion, window_hours: 1 } })).status,
    ).toBe(200);
    expect((await call('DELETE', `/${metric.id}`)).status).toBe(204);
    const kept = { key: metric.key, version: 1, definition: conversion };
    expect(await selectedIn(app, id)).toMatchObject([kept]);
    await app.call(
      'PATCH',
      `/api/v1/experiments/${id}`,
      { metrics: [metric.key, 'visit'] },
      { 'if-match': '*' },
    );
    expect(await selectedIn(app, id)).toMatchObject([kept]);
  });

  it('and selecting it at the same time: one of them loses', async () => {
    for (let round = 0; round < 10; round++) {
      const metric = await aMetric(app, { definition: conversion });
      const [gone, experiment] = await Promise.all([
        call('DELETE', `/${metric.id}`),
        anExperiment(app, { metrics: [metric.key] }),
      ]);
      expect(experiment.metrics[0].declared).toBe(gone.status !== 204);
    }
  }, 30_000);
});
