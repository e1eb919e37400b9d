import { setTimeout as sleep } from 'node:timers/promises';
import { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { NaturalBatch } from '@app/platform';
import { Client } from 'pg';

/** What can change: the triggers of the migration `changes` announce it when it is committed. */
export const CHANGING = [
  'experiment',
  'assignments',
  'tokens',
  'eligibility',
  'flags',
  'users',
  'identities',
] as const;
export type Changing = (typeof CHANGING)[number];

/** Told what has changed, in this process or another one; never what of it. */
export type Listener = (what: Changing) => void;

/** Compares as equal for as long as nothing has changed; null while nobody would tell us. */
export type Stamp = number | null;

const CHANNEL = 'assay_changes';
const PROBE_MS = 1_000;
const ANSWER_MS = 1_000;
const PAUSE_MS = 500;
/** Stamps of one connection lie below those of the next, so a new connection makes everything old. */
const STEP = 2 ** 32;

/**
 * Tells caches what other processes have changed, within moments: PostgreSQL's NOTIFY over a connection of its own. While that
 * connection is away every stamp is null, and nothing that was cached before it is believed after it.
 */
export class ChangeFeed implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly changes = new Map<string, number>();
  private readonly listeners = new Set<Listener>();
  private connections = 0;
  /** The connection that tells us; null while there is none. */
  private live: Client | null = null;
  private readonly questions = new NaturalBatch<void, void>(() => this.ask(), Infinity);
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    private readonly application: string,
  ) {}

  /**
   * To be taken before the read whose result is cached, and compared before the result is used.
   * @param id without it the stamp changes with any of the kind
   */
  stamp(what: Changing, id?: string): Stamp {
    if (this.live === null) return null;
    return this.connections * STEP + (this.changes.get(nameOf(what, id)) ?? 0);
  }

  /**
   * Whoever has changed something and committed it meets the change in the next answer of this process: resolves when all news of it are
   * here, or when nothing is believed any more because they do not come.
   */
  caughtUp(): Promise<void> {
    return this.questions.add();
  }

  /**
   * Whoever cannot wait to be asked. After a connection was lost anything may have changed, so everything is said to have.
   * @returns ends it
   */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** When somebody tells us, or cannot for the moment. */
  onApplicationBootstrap(): Promise<void> {
    return new Promise((resolve) => {
      this.running = this.run(resolve);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(tried: () => void): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.listen(signal, tried).catch(tried);
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Until the connection is lost, does not answer, or is no longer wanted. */
  private async listen(signal: AbortSignal, live: () => void): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: `${this.application}-changes`,
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    const lose = (): void => this.lose(client);
    client.on('error', lose).on('end', lose);
    client.on('notification', ({ payload = '' }) => {
      const [what, id] = payload.split(' ');
      this.heard(what as Changing, id);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.changes.clear();
      this.connections += 1;
      this.live = client;
      live();
      if (this.connections > 1) for (const what of CHANGING) this.tell(what);
      while (this.live === client && !signal.aborted) {
        await sleep(PROBE_MS, undefined, { signal }).catch(() => undefined);
        // A server that is frozen, or a network that is cut, ends nothing by itself.
        if (!signal.aborted) await this.caughtUp();
      }
    } finally {
      this.lose(client);
      await client.end().catch(() => undefined);
    }
  }

  /** The answer comes after the news of everything that was committed before the question. */
  private async ask(): Promise<void> {
    const client = this.live;
    await client?.query('SELECT 1').catch(() => this.lose(client));
  }

  private lose(client: Client): void {
    if (this.live === client) this.live = null;
  }

  private heard(what: Changing, id: string): void {
    this.count(what);
    this.count(nameOf(what, id));
    this.tell(what);
  }

  private tell(what: Changing): void {
    for (const listener of this.listeners) listener(what);
  }

  private count(name: string): void {
    this.changes.set(name, (this.changes.get(name) ?? 0) + 1);
  }
}

function nameOf(what: Changing, id?: string): string {
  return id === undefined ? what : `${what} ${id}`;
}
