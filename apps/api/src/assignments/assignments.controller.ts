import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { notFound } from '@app/model';
import { AssignmentsStore, OverridesStore } from '@app/store';
import { audited } from '../http/audit-entry';
import { decodeCursor, page } from '../http/cursor';
import { Describe } from '../http/describe';
import { CheckedBody, CheckedParam, CheckedQuery } from '../http/schema';
import { SHOWN } from './assignments.examples';
import {
  AssignExperiments,
  AssignmentAnswer,
  AssignmentPage,
  AssignmentResults,
  AssignQuery,
  AssignUsers,
  ImportAnswer,
  ImportAssignments,
  ListAssignments,
  PutOverride,
} from './assignments.schema';
import { AssignmentsService } from './assignments.service';
import { answerAssigned } from './decide';
import { ImportsAssignmentsService } from './imports.service';
import { wordsIn, wordsOf } from './said';

const ID = { id: 'Id or key of the experiment.' };
const ID_AND_USER = { ...ID, user_id: '1 to 256 bytes, percent-encoded.' };
const USER = new CheckedParam('user_id', 'user-id');

@ApiTags('assignments')
@Controller()
export class AssignmentsController {
  constructor(
    private readonly assignments: AssignmentsService,
    private readonly imports: ImportsAssignmentsService,
    private readonly store: AssignmentsStore,
    private readonly overrides: OverridesStore,
  ) {}

  @Get('experiments/:id/assignment/:user_id')
  @Describe({
    summary: 'Which variant does this user get?',
    description:
      'Get or create: the same user always gets the same variant. `variant` is null when the user takes no part, and `reason` says why. ' +
      'Mostly answered from memory, which is told of every change; only `exposed_at` may come late after an exposure event. `refresh` reads it anew.',
    scopes: ['assignments:write'],
    params: ID_AND_USER,
    query: AssignQuery,
    status: 200,
    answer: AssignmentAnswer,
    ...SHOWN.assign,
    problems: ['invalid_request', 'not_found', 'store_unavailable'],
  })
  async assign(
    @Param('id') id: string,
    @Param('user_id', USER) userId: string,
    @Query(new CheckedQuery(AssignQuery)) query: Static<typeof AssignQuery>,
  ): Promise<AssignmentAnswer> {
    const words = wordsOf(query.attributes);
    // What can be remembered does not depend on what is said of the user.
    const remembered = query.refresh ? null : this.assignments.remembered(id, userId, query.enroll);
    if (remembered !== null) return remembered;
    const experiment = await this.assignments.experiment(id, query.refresh);
    const [answer] = await this.assignments.answer([{ experiment, userId, ...words }], {
      enroll: query.enroll,
      refresh: query.refresh,
    });
    return answer;
  }

  @Post('assignments/bulk')
  @Describe({
    summary: 'All variants of one user at once',
    description:
      'One answer for each experiment, in order; one that does not exist is answered `unknown_experiment` and echoed.',
    scopes: ['assignments:write'],
    body: AssignExperiments,
    status: 200,
    answer: AssignmentResults,
    ...SHOWN.assignExperiments,
    problems: ['invalid_request', 'batch_too_large', 'store_unavailable'],
  })
  async assignExperiments(
    @Body(new CheckedBody(AssignExperiments)) body: Static<typeof AssignExperiments>,
  ): Promise<unknown> {
    const words = wordsIn(body.attributes);
    return { data: await this.assignments.answerUser(body.user_id, body.experiment_ids, words) };
  }

  @Post('experiments/:id/assignments/bulk')
  @Describe({
    summary: 'Assign up to 1,000 users ahead of time',
    description: 'A user is an id, or `{user_id, attributes}`.',
    scopes: ['assignments:write'],
    params: ID,
    body: AssignUsers,
    status: 200,
    answer: AssignmentResults,
    ...SHOWN.assignUsers,
    problems: ['invalid_request', 'not_found', 'batch_too_large', 'store_unavailable'],
  })
  async assignUsers(
    @Param('id') id: string,
    @Body(new CheckedBody(AssignUsers)) body: Static<typeof AssignUsers>,
  ): Promise<unknown> {
    const experiment = await this.assignments.experiment(id);
    const questions = body.user_ids.map((user, index) =>
      typeof user === 'string'
        ? { experiment, userId: user }
        : {
            experiment,
            userId: user.user_id,
            ...wordsIn(user.attributes, `/user_ids/${index}/attributes`),
          },
    );
    return { data: await this.assignments.answer(questions, { ahead: true }) };
  }

  @Post('experiments/:id/assignments/import')
  @Describe({
    summary: 'Bring assignments from another system',
    description:
      'With their own times; events already stored count for them afterwards. Of several rows of one user the earliest decides, in whatever ' +
      'order they arrive; with `on_conflict: contaminate` a user found in two variants counts in none. ' +
      'Assignments made by this system keep their variant.',
    scopes: ['admin'],
    params: ID,
    body: ImportAssignments,
    status: 200,
    answer: ImportAnswer,
    ...SHOWN.import,
    problems: ['invalid_request', 'not_found', 'invalid_transition', 'store_unavailable'],
    audit: 'experiment.import',
    idempotent: true,
  })
  async import(
    @Param('id') id: string,
    @Body(new CheckedBody(ImportAssignments)) body: Static<typeof ImportAssignments>,
    @Req() request: FastifyRequest,
  ): Promise<ImportAnswer> {
    const experiment = await this.assignments.experiment(id, true);
    const answer = await this.imports.import(experiment, body);
    audited(request, { targetId: experiment.id, details: { ...answer, rejected: answer.rejected.length } });
    return answer;
  }

  @Get('experiments/:id/assignments')
  @Describe({
    summary: 'List assignments',
    description: 'Newest first.',
    scopes: ['experiments:read'],
    params: ID,
    query: ListAssignments,
    status: 200,
    answer: AssignmentPage,
    ...SHOWN.list,
    problems: ['invalid_request', 'not_found'],
  })
  async list(
    @Param('id') id: string,
    @Query(new CheckedQuery(ListAssignments)) query: Static<typeof ListAssignments>,
  ): Promise<unknown> {
    const experiment = await this.assignments.experiment(id);
    const variant = experiment.variants.find(({ key }) => key === query.variant);
    if (query.variant !== undefined && variant === undefined) throw notFound('variant', query.variant);
    const limit = query.limit ?? 50;
    const [assignedAt, userId] = decodeCursor(query.cursor, experiment.id, 'user-id') ?? [];
    const after = assignedAt === undefined || userId === undefined ? null : { assignedAt, userId };
    const rows = await this.store.list(experiment.id, {
      limit: limit + 1,
      variantId: variant?.id ?? null,
      after,
    });
    const { data, next_cursor } = page(rows, limit, experiment.id, (row) => [row.assigned_at, row.user_id]);
    return {
      data: data.map((assignment) => answerAssigned(experiment, assignment.user_id, assignment)),
      next_cursor,
    };
  }

  @Put('experiments/:id/overrides/:user_id')
  @Describe({
    summary: 'Force a variant on a user',
    description: 'For QA. Such a user counts nowhere for as long as the override stands.',
    scopes: ['experiments:write'],
    params: ID_AND_USER,
    body: PutOverride,
    ...SHOWN.override,
    status: 204,
    problems: ['invalid_request', 'not_found'],
    audit: 'experiment.override',
  })
  async override(
    @Param('id') id: string,
    @Param('user_id', USER) userId: string,
    @Body(new CheckedBody(PutOverride)) body: Static<typeof PutOverride>,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const experiment = await this.assignments.experiment(id, true);
    const variant = experiment.variants.find(({ key }) => key === body.variant_key);
    if (variant === undefined) throw notFound('variant', body.variant_key);
    const isThere = await this.overrides.put(experiment.id, userId, variant.id);
    // Deleted, or a draft with other variants, since it was read.
    if (!isThere) throw notFound('variant', body.variant_key);
    audited(request, { targetId: experiment.id, details: { variant_key: variant.key } });
  }

  @Delete('experiments/:id/overrides/:user_id')
  @Describe({
    summary: 'Lift an override',
    scopes: ['experiments:write'],
    params: ID_AND_USER,
    status: 204,
    problems: ['invalid_request', 'not_found'],
    audit: 'experiment.lift_override',
  })
  async liftOverride(
    @Param('id') id: string,
    @Param('user_id', USER) userId: string,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const experiment = await this.assignments.experiment(id, true);
    if (!(await this.overrides.delete(experiment.id, userId))) throw notFound('override of user', userId);
    audited(request, { targetId: experiment.id, details: {} });
  }
}
