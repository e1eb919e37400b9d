import { setTimeout } from 'node:timers/promises';
import * as fc from 'fast-check';
import { answerChecker, OpenApi, Operation, operationsOf } from '../support/openapi';
import { startApp, TestApp } from '../support/app';
import { seed } from '../support/seed';
import { until } from '../support/wait';
import { HINT, Plan, plansOf } from './fuzz-requests';
import { ENDLESS, Sent, World } from './fuzz-world';
import { furnish } from './fuzz-seed';

const requests = Number(process.env.FUZZ_REQUESTS ?? 10_000);
const SENDERS = Number(process.env.FUZZ_SENDERS ?? 8);
const MANY = 5_000;
const PATIENCE_MS = 60_000;
const MOST_FINDINGS = 25;

interface Finding {
  operation: string;
  why: string;
  sent?: Sent;
  answer?: string;
}

describe(`every operation under ${requests} requests (SEED=${seed})`, () => {
  let app: TestApp;
  let document: OpenApi;
  let operations: Operation[];
  let world: World;
  /** The first of each kind. */
  const findings = new Map<string, Finding>();
  const seen = new Map<string, Map<number, number>>();
  beforeAll(async () => {
    app = await startApp({
      env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_REQUESTS: '1000000', RATE_LIMIT_FAILED_AUTH: '1000000' },
    });
    document = (await app.call<OpenApi>('GET', '/openapi.json')).body;
    operations = operationsOf(document);
    world = new World(app.url, app.token);
    await furnish(app, world);
  }, 60_000);
  afterAll(async () => {
    world.close();
    await app.close();
  });

  const found = (finding: Finding): void => {
    const kind = `${finding.operation} ${finding.why}`;
    if (!findings.has(kind)) findings.set(kind, finding);
  };

  /** Sends it, again while the answer is a documented 503: a machine may be busy. */
  async function tryOut(plan: Plan, fault: ReturnType<typeof answerChecker>): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    let answered = await world.send(plan);
    while (answered.answer.status === 503 && Date.now() < end) {
      await setTimeout(500);
      answered = await world.send(plan);
    }
    const { sent, answer } = answered;
    const byStatus = seen.get(plan.operation.name) ?? new Map<number, number>();
    seen.set(plan.operation.name, byStatus.set(answer.status, (byStatus.get(answer.status) ?? 0) + 1));
    const why = answer.status >= 500 ? `answered ${answer.status}` : fault(plan.operation, answer);
    if (why !== null)
      found({
        operation: plan.operation.name,
        why,
        sent: { ...sent, body: sent.body?.slice(0, 600) },
        answer: answer.text.slice(0, 600),
      });
  }

  it('answers each as its document says, and never 5xx', async () => {
    const fault = answerChecker(document);
    // Made once: fast-check takes longer to prepare texts by a pattern than to invent them.
    const plansFor = new Map(operations.map((one) => [one, plansOf(document, one, HINT)]));
    const plans = fc.sample(
      fc.constantFrom(...operations).chain((one) => plansFor.get(one) as fc.Arbitrary<Plan>),
      { seed, numRuns: requests },
    );
    let next = 0;
    const sender = async (): Promise<void> => {
      for (
        let plan = plans[next++];
        plan !== undefined && findings.size < MOST_FINDINGS;
        plan = plans[next++]
      ) {
        const { name } = plan.operation;
        await tryOut(plan, fault).catch((error: unknown) => found({ operation: name, why: String(error) }));
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    expect([...findings.values()]).toEqual([]);
  }, 600_000);

  // Of few requests, none may be right for one of the operations.
  const many = requests >= MANY ? it : it.skip;
  many('got through every door on the way', () => {
    const shut = operations.filter(
      ({ name }) => name !== ENDLESS && [...(seen.get(name)?.keys() ?? [])].every((status) => status >= 300),
    );
    expect(shut.map(({ name }) => ({ name, statuses: [...(seen.get(name)?.entries() ?? [])] }))).toEqual([]);
  });

  it('took in nothing that cannot be stored, and left nothing undone', async () => {
    await until('the worker', async () => {
      const { received } = (await app.call('GET', '/api/v1/balance')).body.total;
      return received >= world.accepted;
    });
    const rows = await app.database.source.query(
      'SELECT sqlstate, reason, payload FROM dead_events WHERE job_id IS NOT NULL LIMIT 5',
    );
    expect(rows).toEqual([]);
    expect(
      await app.database.source.query("SELECT kind, error FROM jobs WHERE state = 'failed' LIMIT 5"),
    ).toEqual([]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect((await app.call('GET', '/health/ready')).status).toBe(200);
  }, 60_000);
});
