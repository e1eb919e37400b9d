import { Json, startApp, TestApp } from '../support/app';
import { anExperiment, expectProblem, sendAndStore } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

type Call = 'sample-size' | 'power' | 'mde';
const plan = (call: Call, body: object) => app.call('POST', `/api/v1/planning/${call}`, body);

async function planned(call: Call, body: object): Promise<Json> {
  const { status, body: answer } = await plan(call, body);
  expect({ status, answer }).toMatchObject({ status: 200 });
  return answer;
}

const rates = { kind: 'conversion', baseline_rate: 0.1 };
const means = { kind: 'mean', baseline_mean: 20, standard_deviation: 60 };

describe('planning', () => {
  it('finds the size that R finds: power.prop.test(p1 = 0.1, p2 = 0.12, power = 0.8) asks for 3,841', async () => {
    const answer = await planned('sample-size', { ...rates, absolute_difference: 0.02 });
    expect(answer).toMatchObject({
      method: 'pooled_null',
      users_total: 7682,
      arms: [
        { arm: 'control', allocation_pct: 50, users: 3841 },
        { arm: 'treatment', allocation_pct: 50, users: 3841 },
      ],
      comparisons: [{ arm: 'treatment', tuning_users: null }],
      traffic: null,
      warnings: [],
      inputs: {
        mode: 'fixed', alpha: 0.05, alpha_per_comparison: 0.05, power: 0.8, treatments: 1, experiment: null,
        baseline: { rate: 0.1, mean: null, source: 'request' }, allocation_source: 'default', users_source: null,
        effect: { absolute: 0.02, relative: expect.closeTo(0.2, 12), treatment_value: expect.closeTo(0.12, 12) },
        correction: { method: 'none' },
      },
    }); // prettier-ignore
    expect(answer.power).toBeGreaterThanOrEqual(0.8);
    expect(answer.power).toBe(answer.comparisons[0].power);
    const lift = await planned('sample-size', { ...rates, relative_lift: 0.2 });
    expect(lift.users_total).toBe(answer.users_total);
  });

  it('finds the size of a test of means: half a standard deviation takes 63 users in each arm', async () => {
    const answer = await planned('sample-size', {
      kind: 'mean',
      standard_deviation: 60,
      absolute_difference: -30,
    });
    expect(answer).toMatchObject({ method: 'normal', users_total: 126 });
    expect(answer.inputs.effect).toEqual({ absolute: -30, relative: null, treatment_value: null });
  });

  it('divides alpha by the number of treatments, and says why', async () => {
    const { inputs, arms, comparisons, users_total } = await planned('sample-size', {
      ...rates,
      absolute_difference: 0.02,
      treatments: 3,
    });
    expect(inputs).toMatchObject({
      treatments: 3,
      alpha: 0.05,
      alpha_per_comparison: 0.05 / 3,
      correction: { method: 'bonferroni', note: expect.stringContaining('Holm') },
    });
    const alone = await planned('sample-size', { ...rates, absolute_difference: 0.02, alpha: 0.05 / 3 });
    expect(arms.map(({ arm, users }: Json) => [arm, users])).toEqual(
      ['control', 'treatment_1', 'treatment_2', 'treatment_3'].map((arm) => [arm, alone.arms[0].users]),
    );
    expect(users_total).toBe(4 * alone.arms[0].users);
    expect(comparisons).toHaveLength(3);
  });

  it.each([
    { ...rates, relative_lift: 0.05 },
    { ...rates, relative_lift: -0.05, allocation_pct: [80, 20] },
    { ...rates, relative_lift: 0.05, allocation_pct: [33.34, 33.33, 33.33], alpha: 0.1, power: 0.95 },
    { ...rates, absolute_difference: 0.03, allocation_ratio: 2.5, treatments: 2 },
    { ...rates, relative_lift: 0.05, mode: 'sequential' },
    { ...rates, relative_lift: 0.05, mode: 'sequential', tuning_users: 5000 },
    { ...means, relative_lift: 0.1 },
    { ...means, relative_lift: 0.1, mode: 'sequential', treatments: 2 },
  ])('turns %j into users, the users into power, and the users into that effect', async (body) => {
    const size = await planned('sample-size', body);
    const { power: wanted = 0.8, ...rest } = body as { power?: number } & Record<string, unknown>;
    const { allocation_pct, allocation_ratio, treatments, ...question } = rest;
    const users = size.arms.map((arm: Json) => arm.users);
    const power = (users_per_arm: number[]) => planned('power', { ...question, users_per_arm });
    const full = await power(users);
    expect(full.power).toBe(size.power);
    expect(full.power).toBeGreaterThanOrEqual(wanted);
    expect((await power(users.map((count: number) => count - 1))).power).toBeLessThan(wanted);
    const { relative_lift, absolute_difference, ...known } = question;
    const mde = await planned('mde', { ...known, power: wanted, users_per_arm: users });
    const found = size.inputs.effect.absolute > 0 ? mde.increase : mde.decrease;
    expect(found.absolute / size.inputs.effect.absolute).toBeGreaterThan(0.99);
    expect(found.absolute / size.inputs.effect.absolute).toBeLessThanOrEqual(1 + 1e-9);
  });

  it('gives the smallest increase and decrease apart, absolute and as lifts', async () => {
    const { increase, decrease, users_total } = await planned('mde', { ...rates, users: 2001 });
    expect(users_total).toBe(2000);
    // R: power.prop.test(n = 1000, p1 = 0.1, power = 0.8) finds p2 = 0.1407451.
    expect(increase.absolute).toBeCloseTo(0.0407451, 7);
    expect(increase).toMatchObject({ relative: expect.closeTo(0.407451, 6), reason: null });
    expect(decrease.absolute).toBeGreaterThan(-increase.absolute);
    expect(decrease.treatment_value).toBeCloseTo(0.1 + decrease.absolute, 12);
  });

  it('says which figure is missing instead of making one up', async () => {
    const { decrease, warnings } = await planned('mde', {
      kind: 'conversion',
      baseline_rate: 0.01,
      users: 100,
    });
    expect(decrease).toEqual({
      absolute: null,
      relative: null,
      treatment_value: null,
      reason: 'unreachable',
    });
    expect(warnings).toMatchObject([{ code: 'low_counts' }]);
    const { increase } = await planned('mde', { kind: 'mean', standard_deviation: 5, users: 100 });
    expect(increase).toMatchObject({ relative: null, reason: 'no_baseline' });
  });

  it('plans for reading at any time, which costs users', async () => {
    const body = { ...rates, relative_lift: 0.1 };
    const fixed = await planned('sample-size', body);
    const anytime = await planned('sample-size', { ...body, mode: 'sequential' });
    expect(anytime.method).toBe('always_valid_normal');
    expect(anytime.users_total / fixed.users_total).toBeGreaterThan(1.8);
    expect(anytime.comparisons[0]).toMatchObject({
      tuning_users: anytime.users_total,
      critical_value: expect.closeTo(3.035, 3),
    });
  });

  it('has no field for the power of an effect that was observed', async () => {
    const { body } = await app.call('GET', '/openapi.json');
    const names = JSON.stringify(['PlanPower', 'PowerPlan'].map((name) => body.components.schemas[name]));
    expect(names).not.toMatch(/observed_(power|effect)|post_hoc/);
    expect(Object.keys(body.paths).filter((path) => path.includes('/planning/'))).toHaveLength(3);
  });

  it('gives examples in the reference that work', async () => {
    const { paths } = (await app.call('GET', '/openapi.json')).body;
    for (const call of ['sample-size', 'power', 'mde'] as const) {
      const { requestBody } = paths[`/api/v1/planning/${call}`].post;
      await planned(call, requestBody.content['application/json'].examples.example.value);
    }
  });
});

describe('planning refuses', () => {
  const size = { ...rates, relative_lift: 0.1 };
  it.each<[Call, object, string, string]>([
    ['sample-size', {}, '/kind', 'required'],
    ['sample-size', { ...size, kind: 'ratio' }, '/kind', 'invalid_choice'],
    ['sample-size', { kind: 'conversion', relative_lift: 0.1 }, '/baseline_rate', 'required'],
    ['sample-size', { ...size, baseline_rate: 0 }, '/baseline_rate', 'out_of_range'],
    ['sample-size', { ...size, baseline_rate: 1 }, '/baseline_rate', 'out_of_range'],
    ['sample-size', { ...size, baseline_rate: 10 }, '/baseline_rate', 'out_of_range'],
    ['sample-size', { ...size, baseline_rate: '0.1' }, '/baseline_rate', 'invalid_type'],
    ['sample-size', { ...size, standard_deviation: 1 }, '/standard_deviation', 'contradiction'],
    ['sample-size', { ...size, baseline_mean: 1 }, '/baseline_mean', 'contradiction'],
    ['sample-size', { ...means, baseline_rate: 0.1, relative_lift: 0.1 }, '/baseline_rate', 'contradiction'],
    [
      'sample-size',
      { kind: 'mean', baseline_mean: 1, relative_lift: 0.1 },
      '/standard_deviation',
      'required',
    ],
    [
      'sample-size',
      { kind: 'mean', standard_deviation: 1, relative_lift: 0.1 },
      '/baseline_mean',
      'required',
    ],
    ['sample-size', { ...means, baseline_mean: -3, relative_lift: 0.1 }, '/relative_lift', 'out_of_range'],
    [
      'sample-size',
      { ...means, standard_deviation: 0, relative_lift: 1 },
      '/standard_deviation',
      'out_of_range',
    ],
    ['sample-size', rates, '/relative_lift', 'required'],
    ['sample-size', { ...size, absolute_difference: 0.01 }, '/absolute_difference', 'contradiction'],
    ['sample-size', { ...size, relative_lift: 0 }, '/relative_lift', 'out_of_range'],
    ['sample-size', { ...size, relative_lift: 9.1 }, '/relative_lift', 'out_of_range'],
    ['sample-size', { ...size, relative_lift: -1.1 }, '/relative_lift', 'out_of_range'],
    ['sample-size', { ...size, relative_lift: 1e-9 }, '/relative_lift', 'out_of_range'],
    ['sample-size', { ...rates, absolute_difference: 1e-300 }, '/absolute_difference', 'out_of_range'],
    ['sample-size', { ...means, absolute_difference: 0.0001 }, '/absolute_difference', 'out_of_range'],
    ['sample-size', { ...size, alpha: 0 }, '/alpha', 'out_of_range'],
    ['sample-size', { ...size, alpha: 0.6 }, '/alpha', 'out_of_range'],
    ['sample-size', { ...size, power: 1 }, '/power', 'out_of_range'],
    ['sample-size', { ...size, power: 0.04 }, '/power', 'out_of_range'],
    ['sample-size', { ...size, treatments: 0 }, '/treatments', 'out_of_range'],
    ['sample-size', { ...size, treatments: 1.5 }, '/treatments', 'invalid_type'],
    ['sample-size', { ...size, treatments: 20 }, '/treatments', 'out_of_range'],
    ['sample-size', { ...size, allocation_pct: [50, 49] }, '/allocation_pct', 'allocations_not_100'],
    ['sample-size', { ...size, allocation_pct: [100, 0] }, '/allocation_pct/1', 'invalid_allocation'],
    ['sample-size', { ...size, allocation_pct: [33.333, 66.667] }, '/allocation_pct/0', 'invalid_allocation'],
    ['sample-size', { ...size, allocation_pct: [100] }, '/allocation_pct', 'too_few'],
    ['sample-size', { ...size, allocation_pct: [50, 50], treatments: 2 }, '/treatments', 'contradiction'],
    [
      'sample-size',
      { ...size, allocation_pct: [50, 50], allocation_ratio: 1 },
      '/allocation_ratio',
      'contradiction',
    ],
    ['sample-size', { ...size, allocation_ratio: 0 }, '/allocation_ratio', 'out_of_range'],
    ['sample-size', { ...size, mode: 'bayesian' }, '/mode', 'invalid_choice'],
    ['sample-size', { ...size, tuning_users: 5000 }, '/tuning_users', 'contradiction'],
    ['sample-size', { ...size, metric: 'buy' }, '/experiment', 'required'],
    ['sample-size', { ...size, users: 100 }, '/users', 'unknown_property'],
    ['power', size, '/users', 'required'],
    ['power', { ...size, users: 1 }, '/users', 'out_of_range'],
    ['power', { ...size, users: 9, allocation_pct: [90, 10] }, '/users', 'out_of_range'],
    ['power', { ...size, users: 1e13 }, '/users', 'out_of_range'],
    ['power', { ...size, users: 100, users_per_arm: [50, 50] }, '/users', 'contradiction'],
    [
      'power',
      { ...size, users_per_arm: [50, 50], allocation_pct: [50, 50] },
      '/allocation_pct',
      'contradiction',
    ],
    ['power', { ...size, users_per_arm: [50, 50], treatments: 2 }, '/treatments', 'contradiction'],
    ['power', { ...size, users_per_arm: [50, 0] }, '/users_per_arm/1', 'out_of_range'],
    ['power', { ...rates, users: 100 }, '/relative_lift', 'required'],
    ['power', { ...size, users: 100, power: 0.8 }, '/power', 'unknown_property'],
    ['power', { ...size, users: 100, observed_effect: 0.1 }, '/observed_effect', 'unknown_property'],
    ['mde', { ...rates, users: 100, relative_lift: 0.1 }, '/relative_lift', 'unknown_property'],
    ['mde', { ...rates, users: 100, power: 0.05 }, '/power', 'out_of_range'],
  ])('%s %j: %s %s', async (call, body, pointer, fault) => {
    expectProblem(await plan(call, body), { status: 400, code: 'invalid_request', pointer, fault });
  });

  it('numbers that JSON can write and a double cannot hold', async () => {
    const headers = { authorization: `Bearer ${app.token}`, 'content-type': 'application/json' };
    const body = '{"kind":"mean","standard_deviation":1e999,"absolute_difference":1}';
    const url = `${app.url}/api/v1/planning/sample-size`;
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(400);
  });

  it('an experiment that is not there', async () => {
    const body = { ...rates, relative_lift: 0.1, experiment: 'nothing' };
    expectProblem(await plan('sample-size', body), { status: 404, code: 'not_found' });
  });
});

const DAY_MS = 86_400_000;
const noon = (daysAgo: number) =>
  `${new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10)}T12:00:00Z`;
/** Yesterday's noon and earlier; today only has what was assigned since midnight. */
const DAYS_AGO = [4, 3, 2, 1];

/** Ten users a day in each variant, four days long, half as many on the first. Every fifth control converts and pays 10. */
async function populated(options: object = {}) {
  const experiment = await anExperiment(app, { primary_metric: 'buy', ...options });
  const user = (variant: string, day: number, index: number) =>
    `${experiment.key}-${variant}-${day}-${index}`;
  const assignments = ['control', 'treatment'].flatMap((variant_key) =>
    DAYS_AGO.flatMap((day) =>
      Array.from({ length: day === 4 ? 5 : 10 }, (_, index) => ({
        user_id: user(variant_key, day, index),
        variant_key,
        assigned_at: noon(day),
      })),
    ),
  );
  const imported = await app.call('POST', `/api/v1/experiments/${experiment.id}/assignments/import`, {
    assignments,
  });
  expect(imported).toMatchObject({ status: 200 });
  const buyers = DAYS_AGO.flatMap((day) => [0, 5].filter((index) => day < 4 || index === 0).map((index) => user('control', day, index))); // prettier-ignore
  await sendAndStore(
    app,
    buyers.map((user_id) => ({ user_id, type: 'buy', timestamp: new Date().toISOString(), value: 10 })),
  );
  return experiment;
}

describe('planning from an experiment', () => {
  let experiment: Json;
  beforeAll(async () => {
    experiment = await populated();
  });

  it('takes the rate, the split and the pace from its totals', async () => {
    const body = { kind: 'conversion', experiment: experiment.key, relative_lift: 0.5 };
    const { inputs, arms, users_total, traffic } = await planned('sample-size', body);
    expect(inputs).toMatchObject({
      baseline: { rate: 7 / 35, metric: 'buy', source: 'experiment' },
      allocation_source: 'experiment',
      experiment: { id: experiment.id, key: experiment.key },
    });
    expect(arms.map(({ arm }: Json) => arm)).toEqual(['control', 'treatment']);
    // The first day is left out, today too: three days of 20.
    expect(traffic).toEqual({
      users_so_far: 70,
      users_per_day: 20,
      observed: { from: noon(3).slice(0, 10), until: noon(0).slice(0, 10), days: 3 },
      target_users: users_total,
      days_needed: Math.ceil(users_total / 20),
      days_left: Math.ceil((users_total - 70) / 20),
      reason: null,
    });
  });

  it('takes mean and standard deviation over all users, those who paid nothing as zeros', async () => {
    const body = { kind: 'mean', experiment: experiment.id, metric: 'buy', relative_lift: 0.5 };
    const { baseline } = (await planned('sample-size', body)).inputs;
    expect(baseline).toMatchObject({ mean: 2, metric: 'buy', source: 'experiment' });
    // 7 users with 10 and 28 with 0: (7 * 64 + 28 * 4) / 34.
    expect(baseline.standard_deviation).toBeCloseTo(Math.sqrt(560 / 34), 12);
    const part = await planned('sample-size', { ...body, standard_deviation: 9 });
    expect(part.inputs.baseline).toMatchObject({ mean: 2, standard_deviation: 9, source: 'experiment' });
  });

  it('says what its users so far could have shown, for an effect that the caller names', async () => {
    const body = { kind: 'conversion', experiment: experiment.key };
    const mde = await planned('mde', body);
    expect(mde).toMatchObject({
      users_total: 70,
      inputs: { users_source: 'experiment' },
      traffic: { days_left: 0 },
      arms: [{ users: 35 }, { users: 35 }],
    });
    const { power } = await planned('power', { ...body, absolute_difference: mde.increase.absolute });
    expect(power).toBeCloseTo(0.8, 6);
    expect(await planned('mde', { ...body, users: 1000 })).toMatchObject({
      users_total: 1000,
      traffic: { days_left: Math.ceil((1000 - 70) / 20) },
    });
  });

  it('lets the request say otherwise', async () => {
    const body = { ...rates, experiment: experiment.key, relative_lift: 0.5, allocation_pct: [50, 25, 25] };
    const { inputs, arms } = await planned('sample-size', body);
    expect(inputs).toMatchObject({
      baseline: { rate: 0.1, metric: null, source: 'request' },
      allocation_source: 'request',
      treatments: 2,
    });
    expect(arms.map(({ arm }: Json) => arm)).toEqual(['control', 'treatment_1', 'treatment_2']);
    const other = { ...rates, experiment: experiment.key, relative_lift: 0.5, treatments: 2 };
    const refused = { status: 400, code: 'invalid_request', pointer: '/treatments', fault: 'contradiction' };
    expectProblem(await plan('sample-size', other), refused);
  });

  it('waits for the arm that lags behind when the split has changed', async () => {
    const { id, key } = await populated();
    const variants = [{ key: 'control', allocation_pct: 20 }, { key: 'treatment', allocation_pct: 80 }]; // prettier-ignore
    const { status } = await app.call('POST', `/api/v1/experiments/${id}/epochs`, {
      variants,
      coverage_pct: 100,
    });
    expect(status).toBe(201);
    const { arms, traffic } = await planned('mde', { kind: 'conversion', experiment: key, users: 500 });
    expect(arms.map(({ users }: Json) => users)).toEqual([100, 400]);
    // Control lacks 65 at a fifth of 20 users a day, treatment 365 at four fifths.
    expect(traffic.days_left).toBe(Math.ceil(365 / 16));
  });

  it('has no forecast for one that takes no users, and says why', async () => {
    const { id, key } = await populated();
    await app.call('POST', `/api/v1/experiments/${id}/complete`, {}, { 'if-match': '*' });
    const body = { kind: 'conversion', experiment: key, relative_lift: 0.5 };
    expect((await planned('sample-size', body)).traffic).toMatchObject({
      users_so_far: 70,
      users_per_day: null,
      days_needed: null,
      days_left: null,
      reason: 'not_taking_users',
    });
    const empty = await anExperiment(app);
    const { traffic } = await planned('sample-size', { ...rates, experiment: empty.key, relative_lift: 0.5 });
    expect(traffic).toMatchObject({ users_so_far: 0, days_left: null, reason: 'no_traffic' });
  });

  it.each<[string, Call, object, string, string]>([
    ['no primary metric', 'sample-size', { relative_lift: 0.1 }, '/metric', 'required'],
    ['nobody in control', 'sample-size', { relative_lift: 0.1, metric: 'buy' }, '/baseline_rate', 'required'],
    ['no users', 'mde', { baseline_rate: 0.1 }, '/users', 'required'],
    [
      'the baseline twice',
      'mde',
      { baseline_rate: 0.1, metric: 'buy', users: 9 },
      '/metric',
      'contradiction',
    ],
  ])('refuses to invent what it lacks: %s', async (_, call, body, pointer, fault) => {
    const { key } = await anExperiment(app);
    const answer = await plan(call, { kind: 'conversion', experiment: key, ...body });
    expectProblem(answer, { status: 400, code: 'invalid_request', pointer, fault });
  });

  it('plans a declared metric as what it is declared to be', async () => {
    const declare = async (key: string, definition: object) => {
      const { status, body } = await app.call('POST', '/api/v1/metrics', { key, name: key, definition });
      expect({ status, body }).toMatchObject({ status: 201 });
    };
    const events = { event_types: ['buy'] };
    await declare('buys-per-user', { kind: 'count', ...events });
    await declare('buyers', { kind: 'conversion', ...events });
    await declare('price', { kind: 'ratio', numerator: { ...events, aggregation: 'sum' }, denominator: { ...events, aggregation: 'count' } }); // prettier-ignore
    const { key } = await populated({ primary_metric: 'buys-per-user', metrics: ['buyers', 'price'] });
    const body = { experiment: key, relative_lift: 0.5 };
    const count = await planned('sample-size', { ...body, kind: 'mean' });
    expect(count.inputs.baseline).toMatchObject({ mean: 0.2, metric: 'buys-per-user' });
    const share = await planned('sample-size', { ...body, kind: 'conversion', metric: 'buyers' });
    expect(share.inputs.baseline).toMatchObject({ rate: 0.2, metric: 'buyers' });
    const refused = { status: 400, code: 'invalid_request', pointer: '/kind', fault: 'contradiction' };
    expectProblem(await plan('sample-size', { ...body, kind: 'conversion' }), refused);
    expectProblem(await plan('sample-size', { ...body, kind: 'mean', metric: 'price' }), refused);
    const own = { ...means, ...body, absolute_difference: 1, relative_lift: undefined };
    expect((await planned('sample-size', own)).inputs.baseline).toMatchObject({ source: 'request' });
  });

  it('refuses a metric in which nobody converts', async () => {
    const body = { kind: 'conversion', experiment: experiment.key, metric: 'unheard', relative_lift: 0.1 };
    const refused = { status: 400, code: 'invalid_request', pointer: '/metric', fault: 'out_of_range' };
    expectProblem(await plan('sample-size', body), refused);
    expectProblem(await plan('sample-size', { ...body, kind: 'mean' }), refused);
  });
});
