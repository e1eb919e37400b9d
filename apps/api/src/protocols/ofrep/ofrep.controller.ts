import { createHash } from 'node:crypto';
import { Body, Controller, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../../auth/caller';
import { StreamTickets } from '../../auth/stream-tickets';
import { FlagsService } from '../../flags/flags.service';
import { Describe } from '../../http/describe';
import { isKnown } from '../../http/etag';
import { CheckedBody, CheckedQuery } from '../../http/schema';
import { ofrepEvaluation, subjectOf } from './ofrep.answer';
import {
  BULK_EXAMPLE,
  BulkEvaluation,
  BulkQuery,
  EVALUATION_EXAMPLE,
  EvaluateQuery,
  EvaluateRequest,
  Evaluation,
  REFUSALS,
  REQUEST_EXAMPLE,
} from './ofrep.schema';
import { ofrepRefusal } from './refusal';

/** After so many seconds in the background a page lets go of the stream. */
const INACTIVITY_SECONDS = 120;

@ApiTags('ofrep')
@Controller('ofrep/v1/evaluate/flags')
export class OfrepController {
  constructor(
    private readonly flags: FlagsService,
    private readonly tickets: StreamTickets,
  ) {}

  @Post(':key')
  @Describe({
    summary: 'Evaluate one flag, in the words of OpenFeature (OFREP)',
    description:
      'A flag, or an experiment where no flag has the key. The user is about to meet it: the assignment is written down.',
    scopes: ['flags:evaluate'],
    params: { key: 'Key of a flag or of an experiment.' },
    query: EvaluateQuery,
    body: EvaluateRequest,
    example: REQUEST_EXAMPLE,
    status: 200,
    answer: Evaluation,
    answerExample: EVALUATION_EXAMPLE,
    refusals: REFUSALS,
    dialect: ofrepRefusal,
  })
  async evaluateOfrepFlag(
    @Param('key') key: string,
    @Query(new CheckedQuery(EvaluateQuery)) _query: unknown,
    @Body(new CheckedBody(EvaluateRequest)) { context }: Static<typeof EvaluateRequest>,
  ): Promise<Evaluation> {
    return ofrepEvaluation(await this.flags.evaluate(key, subjectOf(context), { record: true }));
  }

  @Post()
  @Describe({
    summary: 'Evaluate all flags of a user, in the words of OpenFeature (OFREP)',
    description:
      'Nothing is written down: whoever asks for all flags has met none of them yet. Tell of the meeting by Segment’s `Experiment Viewed`.',
    scopes: ['flags:evaluate'],
    query: BulkQuery,
    headers: { 'If-None-Match': 'The `ETag` of the answer that is known.' },
    body: EvaluateRequest,
    example: REQUEST_EXAMPLE,
    status: 200,
    answer: BulkEvaluation,
    answerExample: BULK_EXAMPLE,
    refusals: REFUSALS,
    dialect: ofrepRefusal,
  })
  async evaluateOfrepFlags(
    @Query(new CheckedQuery(BulkQuery)) _query: unknown,
    @Body(new CheckedBody(EvaluateRequest)) { context }: Static<typeof EvaluateRequest>,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkEvaluation | undefined> {
    const evaluations = await this.flags.evaluateAll(subjectOf(context));
    const { ticket } = await this.tickets.issue(callerOf(request));
    const requestUri = `/api/v1/flags/stream?ticket=${ticket}`;
    const answer: BulkEvaluation = {
      flags: evaluations.map(ofrepEvaluation),
      eventStreams: [{ type: 'sse', endpoint: { requestUri }, inactivityDelaySec: INACTIVITY_SECONDS }],
    };
    // Of the answer with its ticket, and not of the flags as they are configured: a client keeps its tag when only the context changes.
    return isKnown(reply, tagOf(answer), ifNoneMatch) ? undefined : answer;
  }
}

function tagOf(answer: BulkEvaluation): string {
  return `"${createHash('sha256').update(JSON.stringify(answer)).digest('base64url')}"`;
}
