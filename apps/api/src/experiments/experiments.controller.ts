import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Experiment, Transition } from '@app/model';
import { callerOf } from '../auth/caller';
import { audited, changesOf } from '../http/audit-entry';
import { decodeCursor, page } from '../http/cursor';
import { Describe, json, Route } from '../http/describe';
import type { ProblemCode } from '../http/problems';
import { isKnown } from '../http/etag';
import { CheckedBody, CheckedQuery } from '../http/schema';
import { BulkService, checkHash } from './bulk.service';
import { etagOf, toAnswer } from './experiment.answer';
import { SHOWN } from './experiments.examples';
import {
  BulkAnswer,
  CompleteExperiment,
  CreateExperiment,
  CreateExperimentBody,
  CreateExperiments,
  ExperimentAnswer,
  ExperimentPage,
  ListExperiments,
  OpenEpoch,
  OpenEpochBody,
  PatchExperiment,
  PatchExperimentBody,
} from './experiments.schema';
import { ExperimentsService, Outcome } from './experiments.service';
import { PatchService } from './patch.service';

const ID = { id: 'Id or key of the experiment.' };

@ApiTags('experiments')
@Controller('experiments')
export class ExperimentsController {
  constructor(
    private readonly experiments: ExperimentsService,
    private readonly patches: PatchService,
    private readonly bulks: BulkService,
  ) {}

  @Post()
  @Describe({
    summary: 'Create an experiment',
    description:
      'At least two variants whose allocations add up to exactly 100. `status: running` starts it at once.',
    scopes: ['experiments:write'],
    body: CreateExperimentBody,
    status: 201,
    answer: ExperimentAnswer,
    ...SHOWN.create,
    problems: ['invalid_request', 'key_taken', 'invalid_experiment', 'quota_exceeded'],
    audit: 'experiment.create',
    idempotent: true,
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
  @Describe({
    summary: 'Create up to 100 experiments',
    description: 'Each is created or refused on its own.',
    scopes: ['experiments:write'],
    body: CreateExperiments,
    status: 200,
    answer: BulkAnswer,
    ...SHOWN.createMany,
    audit: 'experiment.create',
    idempotent: true,
  })
  async createMany(
    @Body(new CheckedBody(CreateExperiments)) body: Static<typeof CreateExperiments>,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const results = await this.bulks.create(body.experiments, callerOf(request), request.id);
    const created = results.flatMap(({ index, experiment }) =>
      experiment === undefined
        ? []
        : [{ targetId: experiment.id, details: { asked: body.experiments[index] } }],
    );
    audited(request, ...created);
    return { results };
  }

  @Get()
  @Describe({
    summary: 'List experiments',
    description: 'Newest first unless `sort=created_at`.',
    scopes: ['experiments:read'],
    query: ListExperiments,
    status: 200,
    answer: ExperimentPage,
    ...SHOWN.list,
    problems: ['invalid_request'],
  })
  async list(
    @Query(new CheckedQuery(ListExperiments)) query: Static<typeof ListExperiments>,
  ): Promise<unknown> {
    const limit = query.limit ?? 50;
    const sort = query.sort ?? '-created_at';
    // In the other order a place is another one.
    const name = sort === '-created_at' ? 'experiments' : 'experiments, oldest first';
    const [createdAt, id] = decodeCursor(query.cursor, name) ?? [];
    const now = new Date();
    const after = createdAt === undefined || id === undefined ? null : { createdAt, id };
    const { status = null, q = null } = query;
    const found = await this.experiments.list({ limit: limit + 1, status, q, sort, after }, now);
    const { data, next_cursor } = page(found, limit, name, (experiment) => [
      experiment.createdAt,
      experiment.id,
    ]);
    return { data: data.map((experiment) => toAnswer(experiment, now)), next_cursor };
  }

  @Get(':id')
  @Describe({
    summary: 'Read an experiment',
    scopes: ['experiments:read'],
    params: ID,
    headers: { 'If-None-Match': 'The ETag you have; 304 when it is still right.' },
    status: 200,
    answer: ExperimentAnswer,
    ...SHOWN.read,
    problems: ['not_found'],
  })
  async read(
    @Param('id') id: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer | undefined> {
    const experiment = await this.experiments.get(id);
    const now = new Date();
    return isKnown(reply, etagOf(experiment, now), ifNoneMatch) ? undefined : toAnswer(experiment, now);
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
    body: PatchExperimentBody,
    status: 200,
    answer: ExperimentAnswer,
    ...SHOWN.patch,
    problems: [
      'invalid_request',
      'not_found',
      'precondition_failed',
      'invalid_experiment',
      'experiment_frozen',
      'precondition_required',
    ],
    audit: 'experiment.update',
  })
  async patch(
    @Param('id') id: string,
    @Body(new CheckedBody(PatchExperiment)) body: Static<typeof PatchExperiment>,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    const { before, experiment, recomputeJobId } = await this.patches.patch(id, body, ifMatch);
    const patched = answer(experiment, reply);
    const changed = changesOf(toAnswer(before, new Date()), patched, Object.keys(body));
    const isChanged = Object.keys(changed).length > 0 || recomputeJobId !== null;
    audited(request, ...(isChanged ? [{ details: { changed } }] : []));
    return recomputeJobId === null ? patched : { ...patched, recompute_job_id: recomputeJobId };
  }

  @Delete(':id')
  @Describe({
    summary: 'Delete a draft',
    scopes: ['experiments:write'],
    params: ID,
    status: 204,
    problems: ['not_found', 'invalid_transition'],
    audit: 'experiment.delete',
  })
  async delete(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const experiment = await this.experiments.delete(id);
    audited(request, { targetId: experiment.id, details: { key: experiment.key } });
  }

  @Post(':id/epochs')
  @Describe({
    summary: 'Change the allocation of a started experiment',
    description:
      'Opens a new epoch: from now on new users are split by it, and `targeting`, `holdout` and the slot in the layer may change who enters. ' +
      'Nobody who has a variant moves or loses it. When all of it is so already, none is opened, and the answer is 200.',
    scopes: ['experiments:write'],
    params: ID,
    body: OpenEpochBody,
    status: 201,
    answer: ExperimentAnswer,
    ...SHOWN.openEpoch,
    problems: [
      'invalid_request',
      'not_found',
      'invalid_transition',
      'invalid_experiment',
      'experiment_frozen',
    ],
    audit: 'experiment.open_epoch',
    idempotent: true,
  })
  @ApiResponse({
    status: 200,
    description: 'All of it is so already.',
    content: json(ExperimentAnswer, { alreadySo: SHOWN.openEpoch.answerExample }),
  })
  async openEpoch(
    @Param('id') id: string,
    @Body(new CheckedBody(OpenEpoch)) body: Static<typeof OpenEpoch>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    const outcome = await this.experiments.openEpoch(id, body);
    if (!outcome.isChanged) void reply.status(200);
    return changedAnswer(outcome, request, reply);
  }

  @Post(':id/start')
  @Describe(transition('start', 'Start a draft', ['invalid_experiment']))
  async start(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    return answer((await this.experiments.transition(id, 'start')).experiment, reply);
  }

  @Post(':id/pause')
  @Describe(transition('pause', 'Pause: users keep their variants, new users get none'))
  async pause(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    return answer((await this.experiments.transition(id, 'pause')).experiment, reply);
  }

  @Post(':id/resume')
  @Describe(transition('resume', 'Take new users again'))
  async resume(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    return answer((await this.experiments.transition(id, 'resume')).experiment, reply);
  }

  @Post(':id/complete')
  @Describe({
    ...transition('complete', 'End it: later events no longer count', ['invalid_experiment']),
    description:
      'With a `winner`, users without a variant get its config from now on. One that has ended without a winner, at its `ends_at` for ' +
      'instance, can still be given one, once.',
    body: CompleteExperiment,
    bodyOptional: true,
  })
  async complete(
    @Param('id') id: string,
    @Body(new CheckedBody(CompleteExperiment, { optional: true })) body: Static<typeof CompleteExperiment>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    const outcome = await this.experiments.transition(id, 'complete', body.winner ?? null);
    return changedAnswer(outcome, request, reply);
  }

  @Post(':id/archive')
  @Describe(transition('archive', 'Put a completed experiment away'))
  async archive(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExperimentAnswer> {
    return answer((await this.experiments.transition(id, 'archive')).experiment, reply);
  }
}

function answer(experiment: Experiment, reply: FastifyReply): ExperimentAnswer {
  const now = new Date();
  void reply.header('ETag', etagOf(experiment, now));
  return toAnswer(experiment, now);
}

/** What was so already is no change, so the audit log does not say that there was one. */
function changedAnswer(outcome: Outcome, request: FastifyRequest, reply: FastifyReply): ExperimentAnswer {
  if (!outcome.isChanged) audited(request);
  return answer(outcome.experiment, reply);
}

function transition(name: Transition, summary: string, problems: ProblemCode[] = []): Route {
  return {
    summary,
    description: 'Anything the state does not allow is answered 409 with `allowed_transitions`.',
    scopes: ['experiments:write'],
    params: ID,
    status: 200,
    answer: ExperimentAnswer,
    ...SHOWN[name],
    problems: ['not_found', 'invalid_transition', ...problems],
    audit: `experiment.${name}`,
  };
}
