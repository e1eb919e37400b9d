import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, assignment, expectProblem, HALVES, newExperiment } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

let counter = 0;
async function aLayer(): Promise<{ id: string; key: string }> {
  counter += 1;
  const { status, body } = await app.call('POST', '/api/v1/layers', { key: `layer-${counter}` });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}

const layerOf = async (key: string) => (await app.call('GET', `/api/v1/layers/${key}`)).body;
const slot = (key: string, from_pct: number, to_pct: number) => ({ layer: { key, from_pct, to_pct } });

async function refused(options: object, pointer: string, fault: string): Promise<void> {
  const answer = await app.call('POST', '/api/v1/experiments', newExperiment(options));
  expectProblem(answer, { status: 422, code: 'invalid_experiment', pointer, fault });
}

describe('layers', () => {
  it('are created, read by id or key, described anew, listed and deleted', async () => {
    const layer = await aLayer();
    expect(await layerOf(layer.id)).toEqual(await layerOf(layer.key));
    expect(layer).toMatchObject({ seed: layer.id, name: layer.key, slots: [], free: [{ from_pct: 0, to_pct: 100 }] });
    const { body } = await app.call('PATCH', `/api/v1/layers/${layer.key}`, { name: 'Another', description: 'Why' });
    expect(body).toMatchObject({ key: layer.key, seed: layer.id, name: 'Another', description: 'Why' });
    const [newest] = (await app.call('GET', '/api/v1/layers?limit=1')).body.data;
    expect(newest).toEqual(body);
    expect((await app.call('DELETE', `/api/v1/layers/${layer.key}`)).status).toBe(204);
    expectProblem(await app.call('GET', `/api/v1/layers/${layer.key}`), { status: 404, code: 'not_found' });
  }); // prettier-ignore

  it('have keys of their own', async () => {
    const { key } = await aLayer();
    const again = await app.call('POST', '/api/v1/layers', { key });
    expectProblem(again, { status: 409, code: 'key_taken', pointer: '/key' });
  });

  it('are walked page by page without a gap', async () => {
    await aLayer();
    await aLayer();
    const all = (await app.call('GET', '/api/v1/layers?limit=100')).body.data.map(({ key }: { key: string }) => key);
    const walked: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await app.call('GET', `/api/v1/layers?limit=1${cursor && `&cursor=${cursor}`}`);
      walked.push(body.data[0].key);
      if (body.next_cursor === null) break;
      cursor = body.next_cursor;
    }
    expect(walked).toEqual(all);
  }); // prettier-ignore

  it('show whose their slots are and what is free', async () => {
    const { key } = await aLayer();
    const first = await anExperiment(app, { ...slot(key, 10, 33.33), status: 'draft' });
    const second = await anExperiment(app, slot(key, 33.33, 50));
    expect(first.layer).toEqual({ id: expect.any(String), key, from_pct: 10, to_pct: 33.33 });
    expect(await layerOf(key)).toMatchObject({
      slots: [
        { experiment_id: first.id, experiment_key: first.key, status: 'draft', from_pct: 10, to_pct: 33.33 },
        { experiment_id: second.id, status: 'running', from_pct: 33.33, to_pct: 50 },
      ],
      free: [{ from_pct: 0, to_pct: 10 }, { from_pct: 50, to_pct: 100 }],
    }); // prettier-ignore
  });

  it('stay as long as an experiment names them', async () => {
    const { key } = await aLayer();
    const { id } = await anExperiment(app, { ...slot(key, 0, 50), status: 'draft' });
    const kept = await app.call('DELETE', `/api/v1/layers/${key}`);
    expectProblem(kept, { status: 409, code: 'layer_in_use' });
    expect(kept.body.experiments).toMatchObject([{ id, status: 'draft' }]);
    await app.call('PATCH', `/api/v1/experiments/${id}`, { layer: null });
    expect((await app.call('DELETE', `/api/v1/layers/${key}`)).status).toBe(204);
  });
});

describe('a slot of a layer', () => {
  it('is refused when it is no range, when there is no such layer, and when it overlaps', async () => {
    const { key } = await aLayer();
    await anExperiment(app, slot(key, 20, 40));
    await refused(slot(key, 50, 50), '/layer/to_pct', 'out_of_range');
    await refused(slot(key, 50.001, 60), '/layer/from_pct', 'invalid_allocation');
    await refused(slot('no-such-layer', 0, 10), '/layer/key', 'unknown_layer');
    for (const [from, to] of [[0, 20.01], [39.99, 50], [25, 30], [0, 100], [20, 40]]) await refused(slot(key, from, to), '/layer', 'slot_taken'); // prettier-ignore
    await anExperiment(app, slot(key, 0, 20));
    await anExperiment(app, slot(key, 40, 100));
  });

  it('is free again when its experiment has ended, by hand or by the clock, and then stays with who took it', async () => {
    const { key } = await aLayer();
    const first = await anExperiment(app, slot(key, 0, 50));
    await refused(slot(key, 0, 50), '/layer', 'slot_taken');
    await app.call('POST', `/api/v1/experiments/${first.id}/complete`);
    const second = await anExperiment(app, {
      ...slot(key, 0, 50),
      ends_at: new Date(Date.now() + 4_000).toISOString(),
    });
    await until('the end of the second', async () => (await layerOf(key)).slots.length === 0);
    await anExperiment(app, slot(key, 0, 50));
    expect((await app.call('GET', `/api/v1/experiments/${second.id}`)).body).toMatchObject({ status: 'completed', layer: { key } }); // prettier-ignore
  });

  it('goes to one of those who ask at once', async () => {
    const { key } = await aLayer();
    const answers = await Promise.all(
      [0, 10, 20, 30, 40, 45].map((from) =>
        app.call('POST', '/api/v1/experiments', newExperiment(slot(key, from, 50))),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(5);
    expect((await layerOf(key)).slots).toHaveLength(1);
  });

  it('moves freely in a draft; later it grows with an epoch and does nothing else', async () => {
    const { key } = await aLayer();
    const { key: other } = await aLayer();
    const { id } = await anExperiment(app, { ...slot(key, 0, 50), status: 'draft' });
    const moved = await app.call('PATCH', `/api/v1/experiments/${id}`, slot(other, 20, 40));
    expect(moved.body.layer).toMatchObject({ key: other, from_pct: 20, to_pct: 40 });
    await anExperiment(app, slot(other, 60, 100));
    await app.call('POST', `/api/v1/experiments/${id}/start`);
    const patched = await app.call('PATCH', `/api/v1/experiments/${id}`, slot(other, 10, 40), { 'if-match': '*' });
    expectProblem(patched, { status: 422, code: 'experiment_frozen', pointer: '/layer', fault: 'frozen' });
    const epoch = (layer: object) =>
      app.call('POST', `/api/v1/experiments/${id}/epochs`, { variants: HALVES, coverage_pct: 100, layer });
    for (const [from_pct, to_pct] of [[21, 40], [20, 39], [50, 60]]) {
      const shrunk = await epoch({ from_pct, to_pct });
      expectProblem(shrunk, { status: 422, code: 'experiment_frozen', pointer: '/layer', fault: 'frozen' });
    }
    const taken = await epoch({ from_pct: 20, to_pct: 61 });
    expectProblem(taken, { status: 422, code: 'invalid_experiment', pointer: '/layer', fault: 'slot_taken' });
    const grown = await epoch({ from_pct: 0, to_pct: 60 });
    expect(grown.body).toMatchObject({ epoch: 2, layer: { key: other, from_pct: 0, to_pct: 60 } });
  }); // prettier-ignore

  it('cannot be taken by an experiment that started without one', async () => {
    const { id } = await anExperiment(app);
    const body = { variants: HALVES, coverage_pct: 100, layer: { from_pct: 0, to_pct: 50 } };
    const answer = await app.call('POST', `/api/v1/experiments/${id}/epochs`, body);
    expectProblem(answer, { status: 422, code: 'experiment_frozen', pointer: '/layer' });
  });
});

describe('experiments of one layer', () => {
  it('share no user, and take together who lies in their slots', async () => {
    const { key } = await aLayer();
    const first = await anExperiment(app, slot(key, 0, 30));
    const second = await anExperiment(app, slot(key, 30, 80));
    const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    const reasonsOf = async (id: string): Promise<string[]> => {
      const { body } = await app.call('POST', `/api/v1/experiments/${id}/assignments/bulk`, {
        user_ids: users,
      });
      return body.data.map(({ reason }: { reason: string }) => reason);
    };
    const [inFirst, inSecond] = [await reasonsOf(first.id), await reasonsOf(second.id)];
    const kinds = users.map((_, index) => `${inFirst[index]} ${inSecond[index]}`);
    const count = (kind: string) => kinds.filter((one) => one === kind).length;
    expect(new Set(kinds)).toEqual(new Set(['assigned layer', 'layer assigned', 'layer layer']));
    // Five standard deviations.
    expect(Math.abs(count('assigned layer') - 60)).toBeLessThan(33);
    expect(Math.abs(count('layer assigned') - 100)).toBeLessThan(36);
  });
});

describe('the global holdout', () => {
  const holdOut = (share_pct: number, more: object = {}) =>
    app.call('PUT', '/api/v1/holdout', { share_pct, ...more });
  afterEach(() => holdOut(0));
  const reasonOf = async (experiment: string, user: string, query = '') =>
    (await assignment(app, experiment, user, query)).body.reason;

  it('holds nobody out at first, and keeps its seed when its share changes', async () => {
    const { body: before } = await app.call('GET', '/api/v1/holdout');
    expect(before).toEqual({ share_pct: 0, seed: expect.any(String), updated_at: expect.any(String) });
    expect((await holdOut(12.34)).body).toMatchObject({ share_pct: 12.34, seed: before.seed });
    expect((await holdOut(1, { seed: 'quarter-2' })).body).toMatchObject({ seed: 'quarter-2' });
    const { body } = await app.call('GET', '/api/v1/holdout');
    expect(body).toMatchObject({ share_pct: 1, seed: 'quarter-2' });
    expectProblem(await holdOut(1.234), { status: 400, code: 'invalid_request', pointer: '/share_pct' });
  });

  it('keeps new users out at once, of every experiment that is subject to it, and moves nobody who is in', async () => {
    const { id } = await anExperiment(app);
    const free = await anExperiment(app, { holdout: false });
    expect(free.holdout).toBe(false);
    expect(await reasonOf(id, 'early')).toBe('assigned');
    await holdOut(100);
    expect(await reasonOf(id, 'late')).toBe('holdout');
    expect(await reasonOf(id, 'late', '?refresh=true')).toBe('holdout');
    expect(await reasonOf(id, 'early')).toBe('assigned');
    expect(await reasonOf(free.id, 'late')).toBe('assigned');
    const { body } = await assignment(app, id, 'late');
    expect(body).toMatchObject({ variant: null, assigned_at: null, source: null });
    await holdOut(0);
    expect(await reasonOf(id, 'late')).toBe('assigned');
  });

  it('is known to every process within moments', async () => {
    const beside = await app.startBeside();
    const url = (await beside.getUrl()).replace('[::1]', '127.0.0.1');
    const { id } = await anExperiment(app);
    const ask = async (user: string): Promise<string> => {
      const headers = { authorization: `Bearer ${app.token}` };
      const answer = await fetch(`${url}/api/v1/experiments/${id}/assignment/${user}`, { headers });
      return ((await answer.json()) as { reason: string }).reason;
    };
    expect(await ask('before')).toBe('assigned');
    await holdOut(100);
    let asked = 0;
    await until('the news', async () => (await ask(`after-${(asked += 1)}`)) === 'holdout');
  });
});
