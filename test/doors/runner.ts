import { bytesOf, Case, fill, Values } from './cases';
import { Load, Server, startServer } from './server';
import { exchange, Reply } from './wire';
import { furnish } from './world';

// Runs the tables: one server for each area, one case after the other, and after each the question whether anything broke.

/** Of a refusal; what is granted may be as long as what was asked for. */
const MAX_ANSWER_BYTES = 8_192;
const MAX_DELAY_MS = 200;
/** What only our own code, its packages or its stores would say. */
const INSIDE =
  /node_modules|\bat \S+ \(|\.[jt]s:\d|FST_ERR|ECONN|EPIPE|QueryFailed|typeorm|ioredis|bullmq|\bajv\b|fastify|nestjs|pg_|syntax error|violates|relation "|invalid byte sequence|Unexpected (token|end|non-whitespace)|in JSON at position|JSON\.parse|Cannot read prop|undefined is not|HPE_/i;

const QUICK = { method: 'GET', path: '/api/v1/jobs?limit=1' };

/** @param least how many cases the area promises */
export function tryDoor(area: string, sets: Record<string, Case[]>, least: number): void {
  let server: Server;
  let values: Values;
  describe(`bad input: ${area}`, () => {
    beforeAll(async () => {
      server = await startServer();
      values = await furnish(server);
    }, 60_000);
    afterAll(() => server.close());

    it(`has ${least} cases at least, and no two of one name in a set`, () => {
      const counts = Object.values(sets).map((cases) => cases.length);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(least);
      for (const cases of Object.values(sets)) {
        const names = cases.map(({ name }) => name);
        expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
      }
    });

    describe.each(Object.entries(sets))('%s', (_, cases) => {
      it.each(cases.map((one): [string, Case] => [one.name, one]))(
        '%s',
        async (_name, one) => {
          const pid = server.pid;
          // The machine may stop the process for a while, but not at the same place twice; what the code does, it does again.
          const load = await once(one, server, values);
          const worst = load.delayMs < MAX_DELAY_MS ? load : await once(one, server, values, { again: true });
          expect(worst.delayMs).toBeLessThan(MAX_DELAY_MS);
          expect({ running: server.isRunning(), pid: server.pid }).toEqual({ running: true, pid });
        },
        20_000,
      );
    });

    it('leaves no word of an unhandled error in the log', () => {
      expect(server.said()).not.toMatch(/unhandled|uncaught|Something went wrong/i);
    });
  });
}

async function once(one: Case, server: Server, values: Values, { again = false } = {}): Promise<Load> {
  const { head, untilClosed } = one;
  const bytes =
    'make' in one.send
      ? one.send.make(values)
      : 'bytes' in one.send
        ? one.send.bytes
        : bytesOf(one.send, values);
  const whole = typeof bytes === 'string' ? fill(bytes, values) : bytes;
  const send = (): Promise<Reply | null> => exchange(server.port, whole, { head, untilClosed });
  const first = await send();
  // A store that had no time for an answer on a busy machine. Sent again, as clients are told to; what is wrong with a request stays so.
  const reply = first?.status === 503 ? await send() : first;
  if (reply === null) throw new Error('the connection was closed without an answer');
  // A second time the thing may exist already; only the time it takes is asked then.
  if (!again) check(one, reply);
  const [load, next] = await Promise.all([server.load(), exchange(server.port, bytesOf(QUICK, values))]);
  expect(next?.status).toBe(200);
  return load;
}

function check(one: Case, reply: Reply): void {
  const text = reply.body.toString();
  const got = { status: reply.status, code: codeOf(reply), answer: text.slice(0, 600) };
  expect(got).toMatchObject({ status: one.status, ...(one.code === undefined ? {} : { code: one.code }) });
  if (reply.status >= 400) expect(reply.body.length).toBeLessThan(MAX_ANSWER_BYTES);
  expect(text).not.toMatch(INSIDE);
  if (reply.status >= 400 && one.head !== true) checkProblem(one, reply);
  one.also?.(reply);
}

function checkProblem(one: Case, reply: Reply): void {
  expect(reply.headers.get('content-type')?.[0]).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(reply.body.toString()) as { errors?: Record<string, unknown>[] };
  expect(problem).toMatchObject({
    type: `urn:assay:problem:${one.code}`,
    title: expect.stringMatching(/\w/),
    status: one.status,
    detail: expect.stringMatching(/\w/),
    request_id: reply.headers.get('x-request-id')?.[0],
  });
  const errors = problem.errors ?? [];
  expect(errors.length).toBeLessThanOrEqual(20);
  const text = expect.any(String);
  for (const error of errors) expect(error).toEqual({ pointer: text, code: text, message: text });
  if (one.fault !== undefined) expect(errors).toContainEqual(expect.objectContaining({ code: one.fault }));
  if (one.pointer !== undefined)
    expect(errors).toContainEqual(expect.objectContaining({ pointer: one.pointer }));
}

function codeOf(reply: Reply): unknown {
  try {
    return (JSON.parse(reply.body.toString()) as { code?: unknown }).code;
  } catch {
    return undefined;
  }
}
