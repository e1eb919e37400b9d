import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Experiment } from '@app/model';
import { callerOf } from '../auth/caller';
import { decodeCursor, page } from '../http/cursor';
import { Describe, Route } from '../http/describe';
import type { ProblemCode } from '../http/problems';
import { Idempotency } from '../http/idempotency';
import { CheckedBody, CheckedQuery } from '../http/schema';
import { BulkService, checkHash } from './bulk.service';
import { etagOf, toAnswer } from './experiment.answer';
import {
  BulkAnswer,
  CompleteExperiment,
  CreateExperiment,
  CreateExperiments,
  EXAMPLE,
  ExperimentAnswer,
  ExperimentPage,
  ListExperiments,
  OpenEpoch,
  PatchExperiment,
} from './experiments.schema';
import { ExperimentsService } from './experiments.service';
import { PatchService } from './patch.service';

const ID = { id: 'Id or key of the experiment.' };
const KEY = {
  'Idempotency-Key': 'Makes a retry safe: the same key and body get the first answer again, for 24 hours.',
};

@ApiTags('experiments')
@Controller('experiments')
export class ExperimentsController {
  constructor(
    private readonly experiments: ExperimentsService,
    private readonly patches: PatchService,
    private readonly bulks: BulkService,
  ) {}

  @Post()
  @UseInterceptors(Idempotency)
  @Describe({
    summary: 'Create an experiment',
    description:
      'At least two variants whose allocations add up to exactly 100. `status: running` starts it at once.',
    scopes: ['experiments:write'],
    headers: KEY,
    body: CreateExperiment,
    example: EXAMPLE,
    status: 201,
    answer: ExperimentAnswer,
    problems: [
      'invalid_request',
      'key_taken',
      'invalid_experiment',
      'idempotency_mismatch',
      'idempotency_in_progress',
    ],
  })
  async create(
    @Body(new CheckedBody(CreateExperiment)) body: Static<typeof CreateExperiment>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    const experiment = await this.experiments.create(checkHash(body, callerOf(request)));
    void reply.header('Location', `/api/v1/experiments/${experiment.id}`);
    return answer(experiment, reply);
  }

  @Post('bulk')
  @UseInterceptors(Idempotency)
  @Describe({
    summary: 'Create up to 100 experiments',
    description: 'Each is created or refused on its own.',
    scopes: ['experiments:write'],
    headers: KEY,
    body: CreateExperiments,
    example: { experiments: [EXAMPLE] },
    status: 200,
    answer: BulkAnswer,
    problems: ['invalid_request'],
  })
  async createMany(
    @Body(new CheckedBody(CreateExperiments)) body: Static<typeof CreateExperiments>,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    return { results: await this.bulks.create(body.experiments, callerOf(request), request.id) };
  }

  @Get()
  @Describe({
    summary: 'List experiments',
    description: 'Newest first unless `sort=created_at`.',
    scopes: ['experiments:read'],
    query: ListExperiments,
    status: 200,
    answer: ExperimentPage,
    problems: ['invalid_request'],
  })
  async list(
    @Query(new CheckedQuery(ListExperiments)) query: Static<typeof ListExperiments>,
  ): Promise<unknown> {
    const limit = query.limit ?? 50;
    const [createdAt, id] = decodeCursor(query.cursor) ?? [];
    const found = await this.experiments.list({
      limit: limit + 1,
      status: query.status ?? null,
      q: query.q ?? null,
      sort: query.sort ?? '-created_at',
      after: createdAt === undefined || id === undefined ? null : { createdAt, id },
    });
    const { data, next_cursor } = page(found, limit, (experiment) => [experiment.createdAt, experiment.id]);
    return { data: data.map((experiment) => toAnswer(experiment, new Date())), next_cursor };
  }

  @Get(':id')
  @Describe({
    summary: 'Read an experiment',
    scopes: ['experiments:read'],
    params: ID,
    headers: { 'If-None-Match': 'The ETag you have; 304 when it is still right.' },
    status: 200,
    answer: ExperimentAnswer,
    problems: ['not_found'],
  })
  async read(
    @Param('id') id: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer | undefined> {
    const experiment = await this.experiments.get(id);
    if (ifNoneMatch !== etagOf(experiment, new Date())) return answer(experiment, reply);
    void reply.header('ETag', ifNoneMatch).status(304);
    return undefined;
  }

  @Patch(':id')
  @Describe({
    summary: 'Change an experiment',
    description:
      'Once it has started, `If-Match` is needed and what decides who counts, and when there is a verdict, is frozen. Metrics can change at ' +
      'any time; when that takes numbers which are not kept yet, `recompute_job_id` names the job that works them out, and results show ' +
      'the old ones until it is done.',
    scopes: ['experiments:write'],
    params: ID,
    headers: { 'If-Match': 'The ETag of the experiment you read.' },
    body: PatchExperiment,
    example: { name: 'Green checkout button, second try' },
    status: 200,
    answer: ExperimentAnswer,
    problems: [
      'invalid_request',
      'not_found',
      'precondition_failed',
      'invalid_experiment',
      'experiment_frozen',
      'precondition_required',
      'queue_unavailable',
    ],
  })
  async patch(
    @Param('id') id: string,
    @Body(new CheckedBody(PatchExperiment)) body: Static<typeof PatchExperiment>,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    const { experiment, recomputeJobId } = await this.patches.patch(id, body, ifMatch);
    const patched = answer(experiment, reply);
    return recomputeJobId === null ? patched : { ...patched, recompute_job_id: recomputeJobId };
  }

  @Delete(':id')
  @Describe({
    summary: 'Delete a draft',
    scopes: ['experiments:write'],
    params: ID,
    status: 204,
    problems: ['not_found', 'invalid_transition'],
  })
  async delete(@Param('id') id: string): Promise<void> {
    await this.experiments.delete(id);
  }

  @Post(':id/epochs')
  @Describe({
    summary: 'Change the allocation of a started experiment',
    description: 'Opens a new epoch: from now on new users are split by it. Nobody who has a variant moves.',
    scopes: ['experiments:write'],
    params: ID,
    body: OpenEpoch,
    example: { coverage_pct: 50, variants: [{ key: 'control', allocation_pct: 50 }, { key: 'treatment', allocation_pct: 50 }] }, // prettier-ignore
    status: 201,
    answer: ExperimentAnswer,
    problems: ['not_found', 'invalid_transition', 'precondition_failed', 'invalid_experiment'],
  })
  async openEpoch(
    @Param('id') id: string,
    @Body(new CheckedBody(OpenEpoch)) body: Static<typeof OpenEpoch>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    return answer(await this.experiments.openEpoch(id, body), reply);
  }

  @Post(':id/start')
  @Describe(transition('Start a draft', ['invalid_experiment']))
  async start(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    return answer(await this.experiments.transition(id, 'start'), reply);
  }

  @Post(':id/pause')
  @Describe(transition('Pause: users keep their variants, new users get none'))
  async pause(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    return answer(await this.experiments.transition(id, 'pause'), reply);
  }

  @Post(':id/resume')
  @Describe(transition('Take new users again'))
  async resume(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    return answer(await this.experiments.transition(id, 'resume'), reply);
  }

  @Post(':id/complete')
  @Describe({
    ...transition('End it: later events no longer count', ['invalid_experiment']),
    description: 'With a `winner`, users without a variant get its config from now on.',
    body: CompleteExperiment,
    example: { winner: 'treatment' },
  })
  async complete(
    @Param('id') id: string,
    @Body(new CheckedBody(CompleteExperiment, { optional: true })) body: Static<typeof CompleteExperiment>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    return answer(await this.experiments.transition(id, 'complete', body.winner ?? null), reply);
  }

  @Post(':id/archive')
  @Describe(transition('Put a completed experiment away'))
  async archive(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    return answer(await this.experiments.transition(id, 'archive'), reply);
  }
}

function answer(experiment: Experiment, reply: FastifyReply): ExperimentAnswer {
  const now = new Date();
  void reply.header('ETag', etagOf(experiment, now));
  return toAnswer(experiment, now);
}

function transition(summary: string, problems: ProblemCode[] = []): Route {
  return {
    summary,
    description: 'Anything the state does not allow is answered 409 with `allowed_transitions`.',
    scopes: ['experiments:write'],
    params: ID,
    status: 200,
    answer: ExperimentAnswer,
    problems: ['not_found', 'invalid_transition', ...problems],
  };
}
