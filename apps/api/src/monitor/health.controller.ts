import { applyDecorators, Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import type { Env } from '@app/platform';
import { EventQueue } from '@app/queue';
import { Database } from '@app/store';
import { Public } from '../auth/scopes';
import { json, problemAnswers } from '../http/describe';
import { literals } from '../http/schema';
import { ENV } from '../injected';
import { Draining } from './draining';

const DEADLINE_MS = 2_000;
const READY = { status: 'ok', checks: { database: 'ok', queue: 'ok' } };
const UNREADY = {
  queue_is_away: { status: 'unavailable', checks: { database: 'ok', queue: 'failed' } },
  stops: { status: 'unavailable', checks: { ...READY.checks, process: 'stopping' } },
};
/** Refused before anyone looks at the address, so any other is answered so too. */
const Refusals = (): MethodDecorator =>
  applyDecorators(...problemAnswers(['malformed_request', 'request_timeout', 'headers_too_large']));

const Check = literals(['ok', 'failed']);
const Live = Type.Object({ status: literals(['ok']) });
const Ready = Type.Object({
  status: literals(['ok', 'unavailable']),
  checks: Type.Object({ database: Check, queue: Check, process: Type.Optional(literals(['stopping'])) }),
});

@ApiTags('health')
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly db: Database,
    private readonly queue: EventQueue,
    private readonly draining: Draining,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Is the process alive?', security: [] })
  @ApiResponse({ status: 200, description: 'It is.', content: json(Live, { example: { status: 'ok' } }) })
  @Refusals()
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Can it answer requests?',
    description:
      'Asks the database and the queue, and says no once the process has begun to stop. With an inbox the queue may be away. ' +
      'Events that are refused because too much waits (`overloaded`) do not make it unready: everything else is answered.',
    security: [],
  })
  @ApiResponse({ status: 200, description: 'It can.', content: json(Ready, { example: READY }) })
  @ApiResponse({ status: 503, description: 'It cannot; `checks` says why.', content: json(Ready, UNREADY) })
  @Refusals()
  async ready(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ status: string; checks: Record<string, string> }> {
    const [database, queue] = await Promise.all([works(this.db.rows('SELECT 1')), works(this.queue.ping())]);
    const stopping = this.draining.hasBegun;
    const ready = !stopping && database === 'ok' && (queue === 'ok' || this.env.INGEST_FALLBACK === 'inbox');
    void reply.status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    const checks = { database, queue, ...(stopping && { process: 'stopping' }) };
    return { status: ready ? 'ok' : 'unavailable', checks };
  }
}

async function works(check: Promise<unknown>): Promise<'ok' | 'failed'> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<'failed'>((resolve) => {
    timer = setTimeout(() => resolve('failed'), DEADLINE_MS);
  });
  const result = check.then(
    () => 'ok' as const,
    () => 'failed' as const,
  );
  return Promise.race([result, deadline]).finally(() => clearTimeout(timer));
}
