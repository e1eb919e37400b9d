import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { Answer, startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { HALVES } from './help';

const CANARY = `canary${randomBytes(6).toString('hex')}`;

/** As sqlmap and people try them; each holds the canary, so that a trace of it anywhere is found. */
const HOSTILE = [
  `${CANARY}'`,
  `${CANARY}' OR '1'='1`,
  `${CANARY}"; DROP TABLE experiments; --`,
  `${CANARY}'); DELETE FROM assignments; --`,
  `${CANARY}' UNION SELECT hash FROM tokens --`,
  `${CANARY}\\'; SELECT pg_sleep(5); --`,
  `$$${CANARY}$$`,
  `$1 ${CANARY} \${1}`,
  `{${CANARY}}`,
  `%${CANARY}_%`,
  `E'${CANARY}\\047'`,
  `/*${CANARY}*/ -- \u2019 \u02bc'`,
];

interface Statement {
  text: string;
  values: unknown[];
}

/** Writes down what goes to PostgreSQL from this process, api, worker and queue alike, and lets it through. */
function listen(): { statements: Statement[]; stop: () => void } {
  const statements: Statement[] = [];
  const driver = Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const { query } = driver;
  driver.query = function (this: Client, ...args: unknown[]): unknown {
    const [first, second] = args;
    const { text, values } = (typeof first === 'string' ? { text: first } : first) as Partial<Statement>;
    statements.push({ text: String(text), values: values ?? (Array.isArray(second) ? second : []) });
    return query.apply(this, args);
  };
  return { statements, stop: () => void (driver.query = query) };
}

describe('what comes from outside', () => {
  let app: TestApp;
  let ears: ReturnType<typeof listen>;
  const answers: Answer[] = [];
  beforeAll(async () => {
    ears = listen();
    app = await startApp({ queue: 'postgres' });
  });
  afterAll(async () => {
    ears.stop();
    await app.close();
  });

  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await app.call(method, `/api/v1${path}`, body);
    answers.push(answer);
    return answer;
  }

  it('is never part of a statement, only of its parameters', async () => {
    for (const [index, text] of HOSTILE.entries()) await visitWith(text, `${CANARY}-${index}`);
    await until('the events', async () => {
      const [{ count }] = await app.database.source.query('SELECT count(*)::int AS count FROM events');
      return count >= HOSTILE.length;
    });
    // Without this the test would pass by asking nothing.
    const heard = ears.statements.filter(({ values }) => JSON.stringify(values).includes(CANARY));
    expect(heard.length).toBeGreaterThan(20 * HOSTILE.length);
    const spoken = ears.statements.map(({ text }) => text).filter((text) => text.includes(CANARY));
    expect(spoken).toEqual([]);
  }, 120_000);

  it('is answered without an error of ours, and changes nothing that it should not', async () => {
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const count = (status: (one: number) => boolean) => answers.filter((one) => status(one.status)).length;
    expect(count((status) => status < 300)).toBeGreaterThan(12 * HOSTILE.length);
    const [{ tables }] = await app.database.source.query(
      `SELECT count(*)::int AS tables FROM pg_tables WHERE tablename IN ('experiments', 'assignments', 'tokens')`,
    );
    expect(tables).toBe(3);
  });

  it('would be noticed in a statement', async () => {
    await app.database.source.query(`SELECT '${CANARY}'`);
    expect(ears.statements.some(({ text }) => text.includes(CANARY))).toBe(true);
  });

  /** Every field that takes a text, and every place of an address and a query. */
  async function visitWith(text: string, key: string): Promise<void> {
    const at = encodeURIComponent(text);
    const metric = {
      key: `${key}-m`,
      name: text,
      description: text,
      direction: 'increase',
      definition: {
        kind: 'mean',
        event_types: [text.slice(0, 100)],
        value_property: text.slice(0, 60),
        filter: [{ property: text.slice(0, 60), operator: 'eq', value: text }],
      },
    };
    const made = await call('POST', '/metrics', metric);
    await call('PATCH', `/metrics/${key}-m`, { name: text, description: text });
    for (const path of [`/metrics?q=${at}`, `/metrics/${at}`, `/metrics?cursor=${at}`])
      await call('GET', path);

    const { body: experiment, status } = await call('POST', '/experiments', {
      key,
      status: 'running',
      name: text,
      description: text,
      hypothesis: text,
      hash: { algorithm: 'fnv1a', seed: text },
      variants: HALVES.map((half, index) => ({
        ...half,
        name: `${text}${index}`,
        config: { [text]: text, deep: [text] },
      })),
      // Not every one of these is a type that an event may have.
      ...(made.status === 201 && { metrics: [{ key: `${key}-m`, role: 'primary' }] }),
    });
    expect({ status, experiment }).toMatchObject({ status: 201, experiment: { key } });
    await call('PATCH', `/experiments/${key}`, { name: text, description: text, hypothesis: text });
    for (const path of [
      `/experiments?q=${at}`,
      `/experiments?cursor=${at}`,
      `/experiments/${at}`,
      `/experiments/${key}/assignments?variant=${at}`,
      `/events?user_id=${at}&type=${at}`,
      `/events/${at}`,
      `/events/${at}/disposition`,
      `/jobs?kind=${at}`,
      `/jobs/${at}`,
      `/dead-letters?status=${at}`,
      `/tokens/${at}`,
    ])
      await call('GET', path);

    const attributes = { [`a${CANARY}`]: text.slice(0, 60) };
    const search = new URLSearchParams({ attributes: JSON.stringify(attributes), enroll: 'true' });
    await call('GET', `/experiments/${key}/assignment/${at}?${search}`);
    await call('POST', '/assignments/bulk', {
      user_id: text,
      experiment_ids: [key, text.slice(0, 60)],
      attributes,
    });
    await call('POST', `/experiments/${key}/assignments/bulk`, {
      user_ids: [{ user_id: `${text}-2`, attributes }],
    });
    await call('PUT', `/experiments/${key}/overrides/${at}-3`, { variant_key: text });
    await call('PUT', `/experiments/${key}/overrides/${at}-3`, { variant_key: 'control' });
    await call('DELETE', `/experiments/${key}/overrides/${at}-3`);
    const assigned_at = new Date(Date.now() - 60_000).toISOString();
    await call('POST', `/experiments/${key}/assignments/import`, {
      assignments: [
        { user_id: `${text}-4`, variant_key: 'control', assigned_at, attributes },
        { user_id: `${text}-5`, variant_key: text.slice(0, 60), assigned_at },
      ],
    });

    const event = {
      user_id: text,
      type: text.slice(0, 100),
      value: 1,
      properties: { [text]: text, deep: { [text]: [text] } },
      session_id: text,
      request_id: text,
    };
    await call('POST', '/events', { event_id: randomUUID(), ...event });
    await call('POST', '/events/batch', {
      events: [
        { ...event, experiment_id: key, variant_id: 'control' },
        { ...event, variant_id: text },
      ],
    });
    for (const query of [
      `metric=${at}`,
      `breakdown=${at}`,
      `breakdown=a${CANARY}&novelty=true`,
      `granularity=day&explain=sql`,
      `start_date=${at}`,
      `format=csv&table=${at}`,
    ])
      await call('GET', `/experiments/${key}/results?${query}`);
    await call('POST', `/plan/sample-size`, { experiment: text.slice(0, 60) });
    await call('POST', `/experiments/${experiment.id}/complete`, { winner: text });
    await call('POST', `/experiments/${experiment.id}/verify`);
    await call('POST', '/dead-letters/replay', { sqlstate: text });
    await call('POST', '/tokens', { name: text, scopes: ['results:read'] });
  }
});
