import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DurabilityWatch, nestLogger, timeOrderedId, type Env, type Logger } from '@app/platform';
import { EventQueue, QueueWatch } from '@app/queue';
import {
  BalanceStore,
  DeadJobsStore,
  DeadLettersStore,
  InboxStore,
  JobRunsStore,
  JobsStore,
} from '@app/store';
import { ApiModule } from './api.module';
import { BearerStrategy } from './auth/bearer.strategy';
import { Callers } from './auth/callers';
import { installCors } from './auth/cors';
import { installDoor } from './auth/door';
import { FailedAuth } from './auth/failed-auth';
import { Origins } from './auth/origins';
import { StreamTickets } from './auth/stream-tickets';
import { TokenUsage } from './auth/token-usage';
import { FlagStreams } from './flags/flag-streams';
import { installAddresses } from './http/addresses';
import { installBody } from './http/body';
import { answerClientError, CONNECTION_LIMITS, guardConnections } from './http/connections';
import { installHeaders, isStream, setHeaders } from './http/headers';
import { problem } from './http/problems';
import { installLimits } from './limits/install';
import { Limits } from './limits/limits';
import { installShedding } from './http/shedding';
import { trustedProxies } from './http/trusted-proxies';
import { installBoard } from './monitor/board';
import { installMetrics } from './monitor/metrics';
import { installOpenApi } from './monitor/openapi';
import { installDialects, sendInDialect } from './protocols/dialects';
import { PROTOCOL_PATHS, routedUrl } from './protocols/paths';

/** 256 bytes of user id, each percent-encoded as three characters. */
const LONGEST_PARAM = 3 * 256;

/** The whole api, not yet listening. The tests use it as main does. */
export async function createApi(env: Env, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    requestTimeout: CONNECTION_LIMITS.requestTimeout,
    keepAliveTimeout: CONNECTION_LIMITS.keepAliveTimeout,
    maxRequestsPerSocket: CONNECTION_LIMITS.maxRequestsPerSocket,
    http: {
      headersTimeout: CONNECTION_LIMITS.headersTimeout,
      connectionsCheckingInterval: CONNECTION_LIMITS.connectionsCheckingInterval,
      // Node would answer in its own words.
      requireHostHeader: false,
    },
    clientErrorHandler: answerClientError(logger),
    trustProxy: trustedProxies(env.TRUST_PROXY),
    routerOptions: { maxParamLength: LONGEST_PARAM },
    rewriteUrl: ({ url = '/' }) => routedUrl(url),
    genReqId: timeOrderedId,
    requestIdHeader: false,
    logger: false,
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      setHeaders(request, reply);
      const detail = 'The address is not percent-encoded UTF-8 of a sensible length.';
      sendInDialect(request, reply, problem('invalid_request', detail, request.id));
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(env, logger), adapter, {
    logger: nestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  placeRoutes(app);
  // Nest carries types of its own copy of Fastify.
  const fastify = app.getHttpAdapter().getInstance();
  installHeaders(fastify);
  guardConnections(fastify);
  installShedding(fastify, env.SHED_LOOP_DELAY_MS);
  installBody(fastify);
  installRequestLog(fastify, logger, env.SLOW_API_THRESHOLD_MS);
  installCors(fastify, app.get(Origins));
  installDoor(fastify, {
    bearer: app.get(BearerStrategy),
    callers: app.get(Callers),
    tickets: app.get(StreamTickets),
    failedAuth: new FailedAuth(env.RATE_LIMIT_ENABLED ? env.RATE_LIMIT_FAILED_AUTH : null),
    usage: app.get(TokenUsage),
    logger,
  });
  installLimits(fastify, app.get(Limits));
  installAddresses(fastify);
  installDialects(fastify);
  installMetrics(fastify, {
    queue: app.get(EventQueue),
    jobs: app.get(JobsStore),
    watch: app.get(QueueWatch),
    limits: app.get(Limits),
    streams: app.get(FlagStreams),
    durability: app.get(DurabilityWatch),
    inbox: app.get(InboxStore),
    balance: {
      balance: app.get(BalanceStore),
      letters: app.get(DeadLettersStore),
      deadJobs: app.get(DeadJobsStore),
      runs: app.get(JobRunsStore),
    },
  });
  await installBoard(fastify, app, logger);
  installOpenApi(app);
  try {
    await app.init();
  } catch (error) {
    // What has been opened would keep the process from ending.
    await app.close().catch(() => undefined);
    throw error;
  }
  return app;
}

/** Ours are found under the version; what other clients or machines look for, where they look. */
export function placeRoutes(app: NestFastifyApplication): void {
  app.setGlobalPrefix('api/v1', { exclude: ['health/live', 'health/ready', ...PROTOCOL_PATHS] });
}

/** One line per request: the route, never the address, which may carry a user id. */
function installRequestLog(fastify: FastifyInstance, logger: Logger, slowMs: number): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const ms = Math.round(reply.elapsedTime);
    const line = {
      request_id: request.id,
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms,
    };
    // A stream is not slow, it is long.
    if (ms >= slowMs && !isStream(reply)) logger.warn(line, 'slow request');
    else logger.info(line, 'request');
    done();
  });
}
