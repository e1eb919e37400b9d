import type { FastifyInstance } from 'fastify';
import { problem, send } from './problems';

// A process that cannot keep up makes everybody wait for everybody. While its event loop is late it refuses new work at once, so that
// what it has begun comes to its end and clients try another process.

const TICK_MS = 500;
const HEALTH = '/health/';

/** @param mostMs how late the event loop may be, on average of the last seconds; 0 refuses nothing ever */
export function installShedding(fastify: FastifyInstance, mostMs: number): void {
  if (mostMs === 0) return;
  const lateness = new Lateness(mostMs);
  let due = performance.now() + TICK_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    lateness.add(now - due);
    due = now + TICK_MS;
  }, TICK_MS).unref();
  fastify.addHook('onClose', async () => clearInterval(timer));
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!lateness.isTooMuch || request.routeOptions.url?.startsWith(HEALTH)) return done();
    const detail = 'This process has more to do than it can; send the same request again later.';
    send(reply, problem('overloaded', detail, request.id));
  });
}

/** A moving average, in which a single pause, however long, is not too much: it is over when it is seen. */
export class Lateness {
  private average = 0;

  constructor(private readonly mostMs: number) {}

  add(lateMs: number): void {
    const counted = Math.min(Math.max(lateMs, 0), 2 * this.mostMs);
    this.average = 0.7 * this.average + 0.3 * counted;
  }

  get isTooMuch(): boolean {
    return this.average > this.mostMs;
  }
}
