import { Agent, request as httpRequest } from 'node:http';
import { v7 as uuidv7 } from 'uuid';
import { Answered, Operation } from '../support/openapi';
import { Parts, Plan } from './fuzz-requests';
import { Known } from './fuzz-values';

// What exists while the requests are sent, learnt from the answers, and how a plan becomes bytes.

export const TYPES = ['purchase', 'signup', 'view', 'exposure'];
export const USERS = 60;
/** Whoever is let in waits for news; only refusals end. */
export const ENDLESS = 'GET /api/v1/flags/stream';
/** Old ones are archived by and by, so requests turn to the newest; but these first ones have events. */
const SEEDED = 8;
const NEWEST = 12;
const DEADLINE_MS = 30_000;

interface Thing {
  id: string;
  key?: string;
}

export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

export class World {
  private readonly things = new Map<string, Thing[]>();
  private readonly cursors = new Map<string, string[]>();
  private readonly etags = new Map<string, string>();
  /** The addresses of what was put there, by their templates: too few among the many to be met by chance. */
  private readonly put = new Map<string, Record<string, unknown>[]>();
  private counter = 0;
  /** Events that were answered 202. */
  accepted = 0;
  /** Of the tokens that are not good for everything. */
  readonly secrets: Partial<Record<Plan['token'], string>> = {};
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  add(collection: string, thing: Thing): void {
    const all = this.things.get(collection) ?? [];
    if (all.every(({ id }) => id !== thing.id)) this.things.set(collection, [...all, thing]);
  }

  private drop(path: string): void {
    const [, , , collection, name] = path.split('/');
    if (path !== `/api/v1/${collection}/${name}`) return;
    const all = this.things.get(collection) ?? [];
    this.things.set(
      collection,
      all.filter(({ id, key }) => id !== name && key !== name),
    );
  }

  close(): void {
    this.agent.destroy();
  }

  /** Sends a plan. @throws Error when there is no answer in time */
  async send(plan: Plan): Promise<{ sent: Sent; answer: Answered }> {
    const parts = this.resolved(plan.parts, plan) as Parts;
    parts.path = this.putBefore(plan) ?? parts.path;
    const { path, address } = addressOf(plan.operation, parts);
    const headers: Record<string, string> = { ...textHeaders(parts.header), ...this.authorization(plan) };
    for (const [name, value] of Object.entries(headers))
      if (value === '') headers[name] = this.etags.get(path) ?? '"0-x"';
    // A stream that is let in does not end.
    if (plan.operation.name === ENDLESS) Object.assign(headers, { Accept: 'application/json' });
    let bytes: Buffer | undefined;
    if ('body' in parts && parts.body !== undefined) {
      const whole = {
        text: JSON.stringify(parts.body),
        headers: { ...headers, 'content-type': 'application/json' },
      };
      const damaged = plan.damage(whole);
      bytes = damaged.bytes;
      Object.assign(headers, damaged.headers);
    }
    const sent = { method: plan.operation.method, path: address, headers, body: bytes?.toString() };
    const { answer, etag } = await this.exchange(sent, bytes);
    this.learn(plan.operation, path, answer, etag);
    if (sent.method === 'PUT' && answer.status < 300)
      this.put.set(plan.operation.path, [...(this.put.get(plan.operation.path) ?? []), parts.path]);
    return { sent, answer };
  }

  private putBefore({ operation, parts }: Plan): Record<string, unknown> | undefined {
    const chance = Object.values(parts.path).find((value) => value instanceof Known);
    const all = this.put.get(operation.path) ?? [];
    return operation.method !== 'PUT' && chance?.pick !== undefined && chance.pick % 3 === 0
      ? all.at(-1 - (chance.pick % Math.max(1, Math.min(10, all.length))))
      : undefined;
  }

  private authorization({ token }: Plan): Record<string, string> {
    if (token === 'none') return {};
    const secret = token === 'good' ? this.token : (this.secrets[token] ?? this.token.replace(/.$/, '?'));
    return { authorization: `Bearer ${secret}` };
  }

  private exchange(
    { method, path, headers }: Sent,
    bytes: Buffer | undefined,
  ): Promise<{ answer: Answered; etag: string | undefined }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.url);
      const length = bytes === undefined ? {} : { 'content-length': String(bytes.length) };
      const request = httpRequest(
        {
          hostname,
          port,
          method,
          path,
          headers: { ...headers, ...length },
          agent: this.agent,
          timeout: DEADLINE_MS,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const id = response.headers['x-request-id'];
            const answer = {
              status: response.statusCode ?? 0,
              contentType: response.headers['content-type'],
              requestId: String(id),
              text: Buffer.concat(chunks).toString(),
              retryAfter: response.headers['retry-after'],
            };
            resolve({ answer, etag: response.headers.etag });
          });
        },
      );
      request.on('timeout', () => request.destroy(new Error(`no answer within ${DEADLINE_MS} ms`)));
      request.on('error', reject);
      request.end(bytes);
    });
  }

  private resolved(value: unknown, plan: Plan): unknown {
    if (value instanceof Known) return this.find(value, plan);
    if (Array.isArray(value)) return value.map((item) => this.resolved(item, plan));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolved(item, plan)]));
  }

  private find({ kind, pick }: Known, { operation }: Plan): string | undefined {
    const one = (items: readonly string[]): string | undefined => items[pick % items.length];
    const keys = (collection: string): string[] => this.recent(collection).flatMap(({ key }) => key ?? []);
    switch (kind) {
      case 'new_key':
        return (pick % 20 === 0 ? one(keys('experiments')) : undefined) ?? `fuzz-${(this.counter += 1)}`;
      case 'user':
        return `user-${pick % USERS}`;
      case 'variant':
        return ['control', 'treatment', 'third'][Math.floor((pick % 100) / 48)];
      case 'type':
        return TYPES[pick % TYPES.length];
      case 'attribute':
        return ['country', 'age'][pick % 2];
      case 'retry':
        return `retry-${pick % 300}`;
      case 'metric_key':
        return one([...TYPES, ...keys('metrics')]);
      case 'cursor':
        return one(this.cursors.get(operation.name) ?? []);
      case 'etag':
        // Which one is known when the address is.
        return pick % 4 === 0 ? '"1-other"' : '';
      case 'event':
        return (pick % 3 > 0 ? one(this.recent('events').map(({ id }) => id)) : undefined) ?? uuidv7();
      case 'experiment_id':
        return one(this.recent('experiments').map(({ id }) => id)) ?? uuidv7();
      default: {
        const thing = this.recent(kind)[pick % Math.max(1, this.recent(kind).length)];
        return (pick % 3 === 0 ? thing?.key : undefined) ?? thing?.id ?? uuidv7();
      }
    }
  }

  private recent(collection: string): Thing[] {
    const all = this.things.get(collection) ?? [];
    return [...all.slice(0, SEEDED), ...all.slice(SEEDED).slice(-NEWEST)];
  }

  private learn(
    operation: Operation,
    path: string,
    { status, text, contentType }: Answered,
    etag: string | undefined,
  ): void {
    if (etag !== undefined) this.etags.set(path, etag);
    if (status === 204 && operation.method === 'DELETE') this.drop(path);
    if (status >= 300 || !/application\/json/.test(contentType ?? '')) return;
    const body = JSON.parse(text) as {
      id?: unknown;
      event_id?: unknown;
      event_ids?: string[];
      next_cursor?: unknown;
      kind?: unknown;
      state?: unknown;
      key?: unknown;
    };
    const [, , , collection] = operation.path.split('/');
    if (typeof body.next_cursor === 'string')
      this.cursors.set(operation.name, [
        ...(this.cursors.get(operation.name) ?? []).slice(-20),
        body.next_cursor,
      ]);
    if (typeof body.event_id === 'string') this.add('events', { id: body.event_id });
    if (body.event_ids?.[0] !== undefined) this.add('events', { id: body.event_ids[0] });
    if (status === 202 && collection === 'events') this.accepted += body.event_ids?.length ?? 1;
    // Some things have a key and no id.
    const id = body.id ?? body.key;
    if (typeof id !== 'string') return;
    // A job is answered where it was ordered.
    const isJob = body.kind !== undefined && body.state !== undefined;
    this.add(isJob ? 'jobs' : collection, {
      id,
      key: typeof body.key === 'string' ? body.key : undefined,
    });
    if (etag !== undefined)
      for (const name of [id, body.key]) this.etags.set(`/api/v1/${collection}/${String(name)}`, etag);
  }
}

/** The path of the thing itself, and the whole address with the query. */
function addressOf(operation: Operation, { path, query }: Parts): { path: string; address: string } {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(path[name]) || '%20');
  const pairs = Object.entries(query).flatMap(([name, value]) => pairsOf(name, value));
  return {
    path: filled,
    address: filled + (pairs.length === 0 ? '' : `?${pairs.join('&').slice(0, 8_000)}`),
  };
}

function pairsOf(name: string, value: unknown): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.slice(0, 5).map((item) => `${encoded(name)}=${encoded(item)}`);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .slice(0, 5)
      .map(([key, item]) => `${encoded(name)}[${encoded(key)}]=${encoded(item)}`);
  return [`${encoded(name)}=${encoded(value)}`];
}

/** Percent-encoded; lone surrogates as the bytes that they would be, which are no UTF-8. */
function encoded(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text
    .slice(0, 1_000)
    .split(/([\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff])/)
    .map((part, index) => (index % 2 === 1 ? '%ED%A0%80' : encodeURIComponent(part)))
    .join('');
}

/** Node refuses to send what HTTP does not allow; the rest goes out as it is. */
function textHeaders(values: Record<string, unknown>): Record<string, string> {
  const pairs = Object.entries(values)
    .map(
      ([name, value]) =>
        [name, (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 4_000)] as const,
    )
    .filter(([name]) => /^[\w-]+$/.test(name));
  return Object.fromEntries(pairs.map(([name, text]) => [name, text.replace(/[^ -~\u00a0-\u00ff]/g, '')]));
}
