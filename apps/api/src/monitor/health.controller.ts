import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { EventQueue } from '@app/queue';
import { Database } from '@app/store';
import { Public } from '../auth/scopes';

const DEADLINE_MS = 2_000;

@ApiTags('health')
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly db: Database,
    private readonly queue: EventQueue,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Is the process alive?', security: [] })
  @ApiResponse({ status: 200, description: 'It is.' })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Can it answer requests?',
    description: 'Asks the database and the queue.',
    security: [],
  })
  @ApiResponse({ status: 200, description: 'Both answer.' })
  @ApiResponse({ status: 503, description: 'One does not; `checks` says which.' })
  async ready(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ status: string; checks: Record<string, string> }> {
    const [database, queue] = await Promise.all([works(this.db.rows('SELECT 1')), works(this.queue.ping())]);
    const ready = database === 'ok' && queue === 'ok';
    void reply.status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return { status: ready ? 'ok' : 'unavailable', checks: { database, queue } };
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
