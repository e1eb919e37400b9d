import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { EventQueue } from '@app/queue';
import { JobsStore } from '@app/store';
import { isStream } from '../http/headers';
import { balanceMetrics, BalanceParts } from './balance.metrics';
import { intakeMetrics, IntakeParts } from './intake.metrics';

export interface MetricsParts extends IntakeParts {
  queue: EventQueue;
  jobs: JobsStore;
  balance: BalanceParts;
  streams: { readonly open: number };
  limits: { readonly refused: Readonly<Record<string, number>>; readonly decidedAlone: number };
}

/** Prometheus metrics at /metrics, behind the door. Labels hold routes and statuses, never ids or users. */
export function installMetrics(
  fastify: FastifyInstance,
  { queue, jobs, balance, limits, streams, ...intake }: MetricsParts,
): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  intakeMetrics(registry, intake);
  balanceMetrics(registry, balance);
  const requests = new Histogram({
    name: 'assay_http_request_seconds',
    help: 'Time to answer a request.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  new Counter({
    name: 'assay_rate_limited_total',
    help: 'Requests refused because a token had reached its limit.',
    labelNames: ['class'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [name, count] of Object.entries(limits.refused)) this.inc({ class: name }, count);
    },
  });
  new Counter({
    name: 'assay_rate_limits_alone_total',
    help: 'Requests whose limit this process decided alone, because what the processes share did not answer.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(limits.decidedAlone);
    },
  });
  new Gauge({
    name: 'assay_queue_jobs',
    help: 'Event jobs not yet stored.',
    registers: [registry],
    async collect() {
      this.set(await known(queue.state().then(({ waiting }) => waiting)));
    },
  });
  new Gauge({
    name: 'assay_totals_drift',
    help: 'Rows of the totals that differed from the recount in the last reconciliation; anything but 0 is a defect.',
    registers: [registry],
    async collect() {
      const last = jobs.lastCompleted('reconcile');
      this.set(await known(last.then((job) => (job?.result as { drift?: number } | undefined)?.drift ?? 0)));
    },
  });
  new Gauge({
    name: 'assay_flag_streams',
    help: 'Clients that listen for changes of flags.',
    registers: [registry],
    collect() {
      this.set(streams.open);
    },
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    // Their length would say nothing of how long anybody waited.
    if (isStream(reply)) return done();
    const route = request.routeOptions.url ?? 'none';
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
  fastify.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

/** NaN while a store does not answer: the other metrics are needed then most of all. */
function known(value: Promise<number>): Promise<number> {
  return value.catch(() => NaN);
}
