import { startApp, TestApp } from '../support/app';
import { anExperiment, expectProblem, HALVES, newExperiment } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const create = (body: unknown, headers?: Record<string, string>) =>
  app.call('POST', '/api/v1/experiments', body, headers);
const sharesOf = (...shares: number[]) =>
  shares.map((allocation_pct, index) => ({ key: `v${index}`, allocation_pct }));

describe('creating an experiment', () => {
  it('fills in what is not said', async () => {
    const { status, headers, body } = await create({ key: 'plain', name: 'Plain', variants: HALVES });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/experiments/${body.id}`);
    expect(body).toMatchObject({
      key: 'plain', status: 'draft', allowed_transitions: ['start'], timezone: 'UTC', analysis_population: 'assigned',
      coverage_pct: 100, epoch: 1, primary_metric: null, metrics: [], analysis_mode: 'sequential', planned_users: null, horizon_at: null, preregistration: null, description: null, starts_at: null, started_at: null,
      hash: { algorithm: 'fnv1a', seed: body.id }, winner: null,
    }); // prettier-ignore
    expect(body.variants).toMatchObject([
      { key: 'control', name: 'control', allocation_pct: 50, is_control: true, config: null },
      { key: 'treatment', name: 'treatment', allocation_pct: 50, is_control: false, config: null },
    ]);
    expect(body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('keeps what is said, in the order it is said', async () => {
    const input = {
      key: 'full_1-x', name: '<b>Ünïcode</b> 😀', description: "'; DROP TABLE experiments; --", hypothesis: '𝒽', timezone: 'Asia/Kathmandu',
      analysis_population: 'exposed', coverage_pct: 12.34, primary_metric: 'buy', metrics: ['b', 'a'], hash: { algorithm: 'murmur3', seed: 's' },
      variants: [
        { key: 'z', name: 'Zed', allocation_pct: 33.33, config: { nested: [1, null, '😀'] } },
        { key: 'a', allocation_pct: 33.33, is_control: true, config: false },
        { key: 'm', allocation_pct: 33.34, config: 0 },
      ],
    }; // prettier-ignore
    const { body } = await create(input);
    const metrics = [{ key: 'buy', role: 'primary' }, { key: 'b' }, { key: 'a' }];
    expect(body).toMatchObject({ ...input, metrics });
    expect(body.variants.map((variant: { is_control: boolean }) => variant.is_control)).toEqual([
      false,
      true,
      false,
    ]);
    expect((await app.call('GET', `/api/v1/experiments/full_1-x`)).body).toEqual(body);
  });

  it('starts at once when told to', async () => {
    const { body } = await create(newExperiment({ status: 'running' }));
    expect(body).toMatchObject({ status: 'running', allowed_transitions: ['pause', 'complete'] });
    expect(Math.abs(Date.parse(body.started_at) - Date.now())).toBeLessThan(60_000);
  });

  it.each(['experiments', 'metrics', 'layers', 'flags'])(
    'takes no key that looks like an id, by which nobody could ask: %s',
    async (kind) => {
      const rest = {
        experiments: newExperiment(),
        metrics: { definition: { kind: 'count', event_type: 'x' } },
        layers: {},
        flags: { type: 'boolean' },
      }[kind];
      const body = { ...rest, key: '01a1ff24-0000-7000-8000-000000000001' };
      expectProblem(await app.call('POST', `/api/v1/${kind}`, body), {
        status: 400,
        code: 'invalid_request',
        pointer: '/key',
        fault: 'invalid_format',
      });
    },
  );

  it.each<[string, object, string, string]>([
    ['no key', { key: undefined }, '/key', 'required'],
    ['a key with a space', { key: 'a b' }, '/key', 'invalid_format'],
    ['a key that begins with a dash', { key: '-x' }, '/key', 'invalid_format'],
    ['a key of 65 letters', { key: 'a'.repeat(65) }, '/key', 'invalid_format'],
    ['a key that climbs', { key: '../x' }, '/key', 'invalid_format'],
    ['an empty name', { name: '' }, '/name', 'too_short'],
    ['a name of 201 letters', { name: 'x'.repeat(201) }, '/name', 'too_long'],
    ['a name with NUL', { name: 'a\u0000' }, '/name', 'invalid_format'],
    ['a name that is a number', { name: 5 }, '/name', 'invalid_type'],
    ['an unknown property', { weights: [] }, '/weights', 'unknown_property'],
    ['an id of one’s own', { id: 'x' }, '/id', 'unknown_property'],
    ['an unknown timezone', { timezone: 'Mars/Phobos' }, '/timezone', 'invalid_format'],
    ['an offset for a timezone', { timezone: '+02:00' }, '/timezone', 'invalid_format'],
    ['an unknown population', { analysis_population: 'all' }, '/analysis_population', 'invalid_choice'],
    ['a status beyond running', { status: 'completed' }, '/status', 'invalid_choice'],
    ['a coverage above 100', { coverage_pct: 100.01 }, '/coverage_pct', 'out_of_range'],
    ['a bare date', { ends_at: '2030-01-01' }, '/ends_at', 'invalid_format'],
    ['one metric twice', { metrics: ['a', 'a'] }, '/metrics', 'duplicate'],
    ['51 metrics', { metrics: Array.from({ length: 51 }, (_, i) => `m${i}`) }, '/metrics', 'too_many'],
    ['one variant', { variants: sharesOf(100) }, '/variants', 'too_few'],
    ['21 variants', { variants: sharesOf(...new Array(20).fill(5), 0) }, '/variants', 'too_many'],
    ['a share that is a text', { variants: [{ key: 'a', allocation_pct: '50' }, HALVES[0]] }, '/variants/0/allocation_pct', 'invalid_type'],
    ['a negative share', { variants: sharesOf(-1, 101) }, '/variants/0/allocation_pct', 'out_of_range'],
    ['a config with NUL', { variants: [HALVES[0], { ...HALVES[1], config: { a: ['\u0000'] } }] }, '/variants/1/config', 'invalid_config'],
    ['a config with half an emoji', { variants: [HALVES[0], { ...HALVES[1], config: '\ud83d' }] }, '/variants/1/config', 'invalid_config'],
    ['a config of 64 KB', { variants: [HALVES[0], { ...HALVES[1], config: 'x'.repeat(65_536) }] }, '/variants/1/config', 'invalid_config'],
  ])('refuses %s', async (_, change, pointer, fault) => {
    expectProblem(await create(newExperiment(change)), { status: 400, code: 'invalid_request', pointer, fault });
  }); // prettier-ignore

  it.each<[string, object, string, string]>([
    ['shares of 99.99', { variants: sharesOf(50, 49.99) }, '/variants', 'allocations_not_100'],
    ['shares of 100.01', { variants: sharesOf(50, 50.01) }, '/variants', 'allocations_not_100'],
    ['shares of 0', { variants: sharesOf(0, 0) }, '/variants', 'allocations_not_100'],
    ['three decimals', { variants: sharesOf(33.333, 66.667) }, '/variants/0/allocation_pct', 'invalid_allocation'],
    ['two controls', { variants: HALVES.map((variant) => ({ ...variant, is_control: true })) }, '/variants', 'several_controls'],
    ['a variant key twice', { variants: [HALVES[0], HALVES[0]] }, '/variants/1/key', 'duplicate'],
    ['variant keys that differ by case', { variants: [HALVES[0], { key: 'CONTROL', allocation_pct: 50 }] }, '/variants/1/key', 'duplicate'],
    ['an end in the past', { ends_at: '2020-01-01T00:00:00Z' }, '/ends_at', 'in_the_past'],
    ['an end before the start', { status: 'draft', starts_at: '2190-01-02T00:00:00Z', ends_at: '2190-01-01T00:00:00Z' }, '/ends_at', 'ends_before_start'],
    ['a planned start of what runs', { starts_at: '2190-01-01T00:00:00Z' }, '/starts_at', 'already_running'],
    ['a coverage of three decimals', { coverage_pct: 12.345 }, '/coverage_pct', 'invalid_allocation'],
  ])('finds %s inconsistent', async (_, change, pointer, fault) => {
    expectProblem(await create(newExperiment(change)), { status: 422, code: 'invalid_experiment', pointer, fault });
  }); // prettier-ignore

  it('takes a key once, also when two come at the same time', async () => {
    const both = await Promise.all([
      create(newExperiment({ key: 'twin' })),
      create(newExperiment({ key: 'twin' })),
    ]);
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
    expectProblem(await create(newExperiment({ key: 'twin' })), {
      status: 409,
      code: 'key_taken',
      pointer: '/key',
      fault: 'key_taken',
    });
  });

  it('is refused when there are ten thousand', async () => {
    const crowded = await startApp({ worker: false });
    await crowded.database.source.query(
      `INSERT INTO experiments (id, key, name, status, timezone, analysis_population, hash_algorithm, hash_seed)
       SELECT gen_random_uuid(), 'crowd-' || i, 'Crowd', 'archived', 'UTC', 'assigned', 'fnv1a', 'x' FROM generate_series(1, 9999) i`,
    );
    expect((await crowded.call('POST', '/api/v1/experiments', newExperiment())).status).toBe(201);
    expectProblem(await crowded.call('POST', '/api/v1/experiments', newExperiment()), {
      status: 429,
      code: 'quota_exceeded',
    });
    await crowded.close();
  });

  it('leaves nothing behind of what it refuses', async () => {
    await create(newExperiment({ key: 'refused', variants: sharesOf(1, 2) }));
    expectProblem(await app.call('GET', '/api/v1/experiments/refused'), { status: 404, code: 'not_found' });
  });
});

describe('creating many experiments', () => {
  it('answers item by item as single requests would be answered', async () => {
    const taken = await anExperiment(app);
    const experiments = [
      newExperiment(),
      newExperiment({ key: taken.key }),
      newExperiment({ variants: sharesOf(1, 2) }),
      'x',
      newExperiment(),
    ];
    const { status, body } = await app.call('POST', '/api/v1/experiments/bulk', { experiments });
    expect(status).toBe(200);
    expect(body.results.map((result: { status: number }) => result.status)).toEqual([
      201, 409, 422, 400, 201,
    ]);
    expect(body.results[1].problem).toMatchObject({ code: 'key_taken', status: 409 });
    expect(body.results[4]).toMatchObject({ index: 4, experiment: { status: 'running' } });
  });

  it.each([[[]], [Array.from({ length: 101 }, () => ({}))]])('takes 1 to 100', async (experiments) => {
    expectProblem(await app.call('POST', '/api/v1/experiments/bulk', { experiments }), {
      status: 400,
      code: 'invalid_request',
      pointer: '/experiments',
    });
  });
});

describe('deleting an experiment', () => {
  it('takes a draft away, once', async () => {
    const { id } = await anExperiment(app, { status: 'draft' });
    expect((await app.call('DELETE', `/api/v1/experiments/${id}`)).status).toBe(204);
    expectProblem(await app.call('DELETE', `/api/v1/experiments/${id}`), { status: 404, code: 'not_found' });
  });

  it.each([
    ['that runs', { status: 'running' }],
    ['whose planned start has come', { status: 'draft', starts_at: '2020-01-01T00:00:00Z' }],
  ])('refuses one %s', async (_, options) => {
    const { id } = await anExperiment(app, options);
    const answer = await app.call('DELETE', `/api/v1/experiments/${id}`);
    expectProblem(answer, { status: 409, code: 'invalid_transition' });
    expect(answer.body.allowed_transitions).toEqual(['pause', 'complete']);
    expect((await app.call('GET', `/api/v1/experiments/${id}`)).status).toBe(200);
  });
});
