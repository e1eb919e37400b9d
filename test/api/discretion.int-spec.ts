import { randomUUID } from 'node:crypto';
import { exchange } from '../doors/wire';
import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, expectProblem, raw } from './help';

// What answers, pages and logs must not show.

const PERSON = `person-${randomUUID()}`;
const SECRET = `secret-${randomUUID()}`;

describe('the queue monitor', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ worker: false, queue: 'redis' });
  });
  afterAll(() => app.close());

  async function boardOf(path: string): Promise<string> {
    const { status, body } = await app.call('GET', `/queues/api${path}`);
    expect({ path, status }).toEqual({ path, status: 200 });
    return JSON.stringify(body);
  }

  it('shows how many events a job has, and never whose', async () => {
    const event = { user_id: PERSON, type: 'purchase', properties: { card: SECRET, html: '<script>' } };
    const { body } = await app.call('POST', '/api/v1/events/batch', {
      events: [event, { ...event, value: 1 }],
    });
    expect(body.accepted).toBe(2);
    const list = await until('the job on the board', async () => {
      const text = await boardOf('/queues?activeQueue=events&status=latest&page=1&jobsPerPage=10');
      return text.includes('received_at') ? text : null;
    });
    const { jobs } = JSON.parse(list).queues.find(({ name }: { name: string }) => name === 'events');
    expect(jobs[0].data).toEqual({ received_at: expect.any(String), events: 2 });
    const paths = [
      `/queues/events/${encodeURIComponent(jobs[0].id)}`,
      `/queues/events/${encodeURIComponent(jobs[0].id)}/logs`,
    ];
    const seen = [list, ...(await Promise.all(paths.map(boardOf)))].join('\n');
    for (const hidden of [PERSON, SECRET, '<script>', body.event_ids[0]]) expect(seen).not.toContain(hidden);
  });

  it('says nothing of Redis and takes nothing but looks', async () => {
    expect((await app.call('GET', '/queues/api/redis/stats')).status).toBe(403);
    for (const [method, path] of [
      ['PUT', '/queues/api/queues/events/pause'],
      ['PUT', '/queues/api/queues/events/obliterate'],
      ['POST', '/queues/api/queues/events/add'],
      ['DELETE', '/queues/api/queues/events'],
      ['PATCH', '/queues/nothing'],
    ]) {
      const answer = await app.call(method, path, {});
      expect({ path, status: [404, 405].includes(answer.status) }).toEqual({ path, status: true });
      expectProblem(answer, {
        status: answer.status,
        code: answer.status === 404 ? 'not_found' : 'method_not_allowed',
      });
    }
    expect((await app.call('PUT', '/queues/api/queues/events/pause')).headers.get('allow')).toBe('GET, HEAD');
    expect((await raw(app, 'PUT', '/queues/api/queues/events/pause')).status).toBe(401);
  });

  it('keeps the words of errors to itself', async () => {
    const answer = await app.call('GET', '/queues/api/queues/nothing/x');
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|Error:|at \w+ \(/);
  });
});

describe('a failure of ours', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ worker: false });
  });
  afterAll(() => app.close());

  it('is answered without a word of where and why', async () => {
    const { id } = await anExperiment(app);
    await app.database.source.query('ALTER TABLE assignments RENAME TO assignments_gone');
    await app.database.source.query('ALTER TABLE experiments RENAME COLUMN name TO name_gone');
    for (const [method, path] of [
      ['GET', `/api/v1/experiments/${id}/assignment/${PERSON}?refresh=true`],
      ['GET', `/api/v1/experiments/${id}`],
      ['GET', '/api/v1/experiments'],
      ['GET', `/api/v1/experiments/${id}/results`],
    ]) {
      const answer = await app.call(method, path);
      expectProblem(answer, { status: 500, code: 'internal' });
      const text = JSON.stringify([answer.body, Object.fromEntries(answer.headers)]);
      expect(text).not.toMatch(
        /select|relation|column|assignments_|42P01|42703|node_modules|QueryFailed|\bat /i,
      );
      expect(Object.keys(answer.body).sort()).toEqual([
        'code',
        'detail',
        'request_id',
        'status',
        'title',
        'type',
      ]);
    }
  });
});

describe('the log', () => {
  const lines: string[] = [];
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({
      worker: false,
      env: { LOG_LEVEL: 'debug' },
      log: { write: (text) => lines.push(...text.trimEnd().split('\n')) },
    });
  });
  afterAll(() => app.close());

  it('has one line of known fields for a request, whatever comes with it', async () => {
    const { id } = await anExperiment(app);
    lines.length = 0;
    const forged = `${PERSON}\n{"level":50,"msg":"${SECRET}"}\r\n`;
    const headers = { 'x-request-id': SECRET, 'user-agent': SECRET, cookie: SECRET, 'if-none-match': SECRET };
    const user = encodeURIComponent(forged);
    for (const [method, path, body] of [
      ['GET', `/api/v1/experiments/${id}/assignment/${user}?attributes=${user}`],
      ['GET', `/api/v1/experiments/${id}/assignment/${encodeURIComponent(PERSON)}`],
      ['GET', `/nothing/${SECRET}?access_token=${SECRET}`],
      ['POST', '/api/v1/events', { user_id: forged, type: SECRET, properties: { card: SECRET } }],
      ['POST', '/api/v1/events', `{"${SECRET}`],
    ] as const)
      await app.call(method, path, body, headers);
    await exchange(Number(new URL(app.direct).port), `GET /${SECRET} HTTP/1.1\r\n${SECRET} : x\r\n\r\n`);
    await until('the last line', async () => lines.some((line) => line.includes('no request')));
    const requests = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(requests.filter(({ msg }) => msg === 'request')).toHaveLength(5);
    const known = [
      'level',
      'time',
      'pid',
      'hostname',
      'name',
      'request_id',
      'method',
      'route',
      'status',
      'ms',
      'code',
      'msg',
    ];
    for (const line of requests) expect(known).toEqual(expect.arrayContaining(Object.keys(line)));
    for (const hidden of [PERSON, SECRET, app.token]) expect(lines.join('\n')).not.toContain(hidden);
  });

  it('names a failure by the id that was answered', async () => {
    await app.database.source.query('ALTER TABLE metrics RENAME TO metrics_gone');
    const { body } = await app.call('GET', '/api/v1/metrics');
    await app.database.source.query('ALTER TABLE metrics_gone RENAME TO metrics');
    expect(body.code).toBe('internal');
    const line = lines
      .map((text) => JSON.parse(text))
      .find(({ level, request_id }) => level === 50 && request_id === body.request_id);
    expect(line.err).toMatchObject({ message: expect.stringMatching(/metrics/), code: '42P01' });
  });

  it('has the statement of a failure, and not what it was for', async () => {
    const { id } = await anExperiment(app);
    await app.database.source.query('ALTER TABLE assignments RENAME TO assignments_gone');
    lines.length = 0;
    await app.call('GET', `/api/v1/experiments/${id}/assignment/${PERSON}?refresh=true`);
    expect(lines.join('')).toContain('"level":50');
    expect(lines.join('')).not.toContain(PERSON);
  });
});
