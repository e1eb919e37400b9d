import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '@app/model';
import { ExperimentsStore, JobRow, JobsStore } from '@app/store';
import { audited } from '../http/audit-entry';
import { decodeCursor, page } from '../http/cursor';
import { Describe, Route } from '../http/describe';
import { JobSignals } from '../http/job-signals';
import { CheckedParam, CheckedQuery } from '../http/schema';
import { SHOWN } from './jobs.examples';
import { JobAnswer, JobPage, ListJobs } from './jobs.schema';

@ApiTags('jobs')
@Controller()
export class JobsController {
  constructor(
    private readonly experiments: ExperimentsStore,
    private readonly jobs: JobsStore,
    private readonly signals: JobSignals,
  ) {}

  @Post('experiments/:id/recompute')
  @Describe({
    ...background('Rebuild all totals of an experiment', 'From stored events, under a lock that ingest respects. Readers see the old numbers until it is done.'), // prettier-ignore
    ...SHOWN.recompute,
    audit: 'experiment.recompute',
  })
  async recompute(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobRow> {
    const job = await this.open('recompute', id, reply);
    audited(request, { targetId: job.experiment_id ?? undefined, details: { job_id: job.id } });
    return job;
  }

  @Post('experiments/:id/verify')
  @Describe({
    ...background('Prove all totals of an experiment', 'Recounts from raw rows in one snapshot and reports every difference. There must be none.'), // prettier-ignore
    ...SHOWN.verify,
  })
  verify(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<JobRow> {
    return this.open('verify', id, reply);
  }

  @Get('jobs')
  @Describe({
    summary: 'List background jobs',
    description: 'Newest first.',
    scopes: ['results:read'],
    query: ListJobs,
    status: 200,
    answer: JobPage,
    ...SHOWN.list,
    problems: ['invalid_request'],
  })
  async list(@Query(new CheckedQuery(ListJobs)) query: Static<typeof ListJobs>): Promise<unknown> {
    const limit = query.limit ?? 50;
    const [createdAt, id] = decodeCursor(query.cursor, 'jobs') ?? [];
    const after = createdAt === undefined || id === undefined ? null : { createdAt, id };
    return page(await this.jobs.list({ limit: limit + 1, after }), limit, 'jobs', (job) => [
      job.created_at,
      job.id,
    ]);
  }

  @Get('jobs/:job_id')
  @Describe({
    summary: 'Read a background job',
    scopes: ['results:read'],
    params: { job_id: 'From the `Location` of the request that started it.' },
    status: 200,
    answer: JobAnswer,
    ...SHOWN.read,
    problems: ['invalid_request', 'not_found'],
  })
  async read(@Param('job_id', new CheckedParam('job_id', 'uuid')) id: string): Promise<JobRow> {
    const job = await this.jobs.find(id);
    if (job === null) throw notFound('job', id);
    return job;
  }

  private async open(kind: 'recompute' | 'verify', idOrKey: string, reply: FastifyReply): Promise<JobRow> {
    const experiment = await this.experiments.find(idOrKey);
    if (experiment === null) throw notFound('experiment', idOrKey);
    const job = await this.jobs.open(kind, experiment.id);
    await this.signals.send(kind, job.id);
    void reply.header('Location', `/api/v1/jobs/${job.id}`);
    return job;
  }
}

function background(summary: string, description: string): Route {
  return {
    summary,
    description: `${description} Answers with the job; ask for its result at \`Location\`.`,
    scopes: ['experiments:write'],
    params: { id: 'Id or key of the experiment.' },
    status: 202,
    answer: JobAnswer,
    problems: ['not_found'],
    idempotent: true,
  };
}
