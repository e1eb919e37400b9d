import { PassThrough, Readable } from 'node:stream';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { AssayError, instantOfDate } from '@app/model';
import type { Env } from '@app/platform';
import { ChangeFeed, Changing } from '@app/store';
import { Callers } from '../auth/callers';
import { ENV } from '../injected';
import { FlagCatalogue } from './flag-catalogue';

/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 10_000;
/** Changes that come together are told together. */
export const GATHER_MS = 100;
/** Who was evaluated so long before the stream was open may have missed what changed in between. */
const MISSED_MS = 30_000;
const LIFE_MS = 60 * 60_000;
/** A client that does not read is no client. */
const MOST_UNREAD = 65_536;
const RETRY_MS = 2_000;
/** A clock that is set right meanwhile puts a planned time off by less than a second. */
const LONGEST_SLEEP_MS = 10 * 60_000;
/** While nobody knows what is planned. */
const BLIND_MS = 2_000;

const TELLING: ReadonlySet<Changing> = new Set(['flags', 'experiment', 'eligibility']);

interface Open {
  callerId: string;
  until: number;
}

/** Tells clients that flags have changed, so that they ask again; what has changed for whom, nobody says here. */
@Injectable()
export class FlagStreams implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly streams = new Map<PassThrough, Open>();
  private readonly most: number;
  private readonly endings: (() => void)[] = [];
  private gathering: NodeJS.Timeout | undefined;
  /** Until an experiment begins or ends by itself; only while somebody listens. */
  private planned: NodeJS.Timeout | undefined;
  private told: string | undefined;
  private changedAt = -Infinity;
  private isClosed = false;

  constructor(
    private readonly changes: ChangeFeed,
    private readonly flags: FlagCatalogue,
    private readonly callers: Callers,
    @Inject(ENV) env: Env,
  ) {
    this.most = env.FLAG_STREAMS_MAX;
  }

  get open(): number {
    return this.streams.size;
  }

  onApplicationBootstrap(): void {
    const heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS).unref();
    this.endings.push(
      () => clearInterval(heartbeat),
      this.changes.subscribe((what) => this.heard(what)),
    );
  }

  /** Before the server closes, which waits for every answer to end. */
  onModuleDestroy(): void {
    this.isClosed = true;
    clearTimeout(this.gathering);
    clearTimeout(this.planned);
    for (const end of this.endings) end();
    for (const stream of this.streams.keys()) stream.end();
  }

  /**
   * @param lastSeen the `Last-Event-ID` of a client that was here before
   * @throws AssayError overloaded when there are too many
   */
  async connect(callerId: string, lastSeen: string | undefined): Promise<Readable> {
    const nowUs = instantOfDate(new Date());
    const etag = await this.flags.etag();
    if (this.isClosed || this.streams.size >= this.most)
      throw new AssayError('overloaded', 'This process has as many streams open as it can; try again later.');
    const stream = new PassThrough({ highWaterMark: MOST_UNREAD });
    this.streams.set(stream, { callerId, until: performance.now() + LIFE_MS });
    stream.once('close', () => this.streams.delete(stream));
    const mayHaveMissed =
      lastSeen === undefined ? performance.now() - this.changedAt < MISSED_MS : lastSeen !== etag;
    stream.write(`retry: ${RETRY_MS}\nid: ${etag}\n\n${mayHaveMissed ? message(etag) : ''}`);
    if (this.planned === undefined) await this.lookAhead(nowUs);
    return stream;
  }

  private heard(what: Changing): void {
    if (what === 'tokens') void this.dismiss();
    if (!TELLING.has(what)) return;
    this.changedAt = performance.now();
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      void this.tell();
    }, GATHER_MS);
  }

  /** @param sinceUs when it was last known what everybody gets */
  private async lookAhead(sinceUs: number): Promise<void> {
    const dueUs = await this.flags.nextPlanned(sinceUs).catch(() => undefined);
    clearTimeout(this.planned);
    this.planned = undefined;
    if (this.isClosed || this.streams.size === 0) return;
    const leftMs =
      typeof dueUs === 'number' ? Math.ceil((dueUs - instantOfDate(new Date())) / 1_000) : Infinity;
    const sleepMs = Math.min(Math.max(0, leftMs), dueUs === undefined ? BLIND_MS : LONGEST_SLEEP_MS);
    this.planned = setTimeout(() => void this.wake(sinceUs, dueUs), sleepMs).unref();
  }

  private async wake(sinceUs: number, dueUs: number | null | undefined): Promise<void> {
    this.planned = undefined;
    const nowUs = instantOfDate(new Date());
    if (typeof dueUs !== 'number' || dueUs > nowUs) return this.lookAhead(sinceUs);
    this.changedAt = performance.now();
    await this.tell();
  }

  private async tell(): Promise<void> {
    if (this.streams.size === 0) return;
    const nowUs = instantOfDate(new Date());
    await this.tellAll();
    await this.lookAhead(nowUs);
  }

  private async tellAll(): Promise<void> {
    // Without the database nobody knows what it is now, but that it is another one.
    const etag = await this.flags.etag().catch(() => undefined);
    if (etag !== undefined && etag === this.told) return;
    this.told = etag;
    for (const stream of this.streams.keys()) this.write(stream, message(etag));
  }

  /** A token has changed: those that are no longer in force hear no more. */
  private async dismiss(): Promise<void> {
    for (const id of new Set([...this.streams.values()].map(({ callerId }) => callerId))) {
      const caller = await this.callers.byId(id).catch(() => undefined);
      if (caller !== null) continue;
      for (const [stream, { callerId }] of this.streams) if (callerId === id) stream.end();
    }
  }

  private beat(): void {
    const now = performance.now();
    for (const [stream, { until }] of this.streams) {
      if (until < now) stream.end();
      else this.write(stream, ': still here\n\n');
    }
  }

  private write(stream: PassThrough, text: string): void {
    if (stream.writableEnded || stream.destroyed) return;
    if (stream.readableLength + stream.writableLength > MOST_UNREAD) stream.destroy();
    else stream.write(text);
  }
}

/** As OFREP has it. */
function message(etag: string | undefined): string {
  const id = etag === undefined ? '' : `id: ${etag}\n`;
  return `${id}event: message\ndata: ${JSON.stringify({ type: 'refetchEvaluation', etag })}\n\n`;
}
