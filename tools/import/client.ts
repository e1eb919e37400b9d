import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Stop } from './stop';

const REQUEST_MS = 60_000;
/** How long one request is tried again before the import gives up. */
const PATIENCE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** What Assay says when it refuses (RFC 9457). */
export interface Problem {
  status: number;
  code?: string;
  detail: string;
  errors: { pointer: string; message: string }[];
}

export class Refused extends Stop {
  constructor(
    what: string,
    readonly problem: Problem,
  ) {
    super(`${what} was refused with status ${problem.status}: ${problem.detail}`);
  }
}

/** Sends JSON as any client does: waits and tries again while the server is busy or away, stops at once when it says no. */
export class Client {
  /** Requests sent again so far. */
  retries = 0;

  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly tell: (line: string) => void,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    if (body === undefined) return this.send<T>('POST', path);
    return this.send<T>('POST', path, JSON.stringify(body), { 'content-type': 'application/json' });
  }

  /** For requests that make something: a repetition gets the first answer again. */
  create<T>(path: string, body: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    return this.send<T>('POST', path, JSON.stringify(body), headers);
  }

  private async send<T>(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const what = `${method} ${path}`;
    const giveUpAt = Date.now() + this.patienceMs;
    for (let attempt = 0; ; attempt++) {
      const answer = await this.try(method, path, body, headers);
      if ('value' in answer) return answer.value as T;
      if (answer.problem !== null && !isPassing(answer.problem)) throw new Refused(what, answer.problem);
      const pauseMs =
        answer.retryAfterMs ??
        Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
      if (Date.now() + pauseMs > giveUpAt) throw new Stop(`${what} did not succeed: ${answer.reason}`);
      this.retries += 1;
      if (attempt === 2) this.tell(`the server is not available (${answer.reason}); trying on`);
      await setTimeout(pauseMs);
    }
  }

  private async try(
    method: string,
    path: string,
    body: string | undefined,
    headers: Record<string, string>,
  ): Promise<Answer> {
    try {
      const response = await fetch(new URL(`/api/v1${path}`, this.url), {
        method,
        body,
        headers: { ...headers, authorization: `Bearer ${this.token}` },
        signal: AbortSignal.timeout(REQUEST_MS),
      });
      const text = await response.text();
      if (response.ok) return { value: text === '' ? null : JSON.parse(text) };
      const problem = problemOf(response.status, text);
      const seconds = Number(response.headers.get('retry-after') ?? NaN);
      const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : null;
      return { problem, reason: `${problem.status} ${problem.detail}`, retryAfterMs };
    } catch (error) {
      const { message, cause } = error as Error;
      return { problem: null, reason: cause instanceof Error ? cause.message : message, retryAfterMs: null };
    }
  }
}

type Answer = { value: unknown } | { problem: Problem | null; reason: string; retryAfterMs: number | null };

function isPassing({ status, code }: Problem): boolean {
  return status === 429 || status >= 500 || code === 'idempotency_in_progress';
}

function problemOf(status: number, text: string): Problem {
  try {
    const { code, detail, errors } = JSON.parse(text) as Partial<Problem>;
    return { status, code, detail: detail ?? text.slice(0, 300), errors: errors ?? [] };
  } catch {
    return { status, detail: text.slice(0, 300), errors: [] };
  }
}
