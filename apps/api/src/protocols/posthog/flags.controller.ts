import { Body, Controller, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { pickFacts } from '@app/model';
import { FlagsService } from '../../flags/flags.service';
import { Describe } from '../../http/describe';
import { CheckedBody, CheckedQuery } from '../../http/schema';
import { flagDetail } from './flags.answer';
import {
  FLAGS_ANSWER_EXAMPLE,
  FLAGS_REQUEST_EXAMPLE,
  FlagsAnswer,
  FlagsQuery,
  FlagsRequest,
} from './flags.schema';
import { POSTHOG_REFUSALS, posthogRefusal } from './refusal';

@ApiTags('posthog')
@Controller('posthog')
export class PosthogFlagsController {
  constructor(private readonly flags: FlagsService) {}

  @Post('flags')
  @Describe({
    summary: 'Evaluate the flags of a user, as the clients of PostHog ask',
    description:
      'They call it `/flags/?v=2`. Nothing is written down: `$feature_flag_called`, which they send by themselves, tells that the user has met a flag.',
    scopes: ['flags:evaluate'],
    query: FlagsQuery,
    body: FlagsRequest,
    example: FLAGS_REQUEST_EXAMPLE,
    status: 200,
    answer: FlagsAnswer,
    answerExample: FLAGS_ANSWER_EXAMPLE,
    refusals: POSTHOG_REFUSALS,
    dialect: posthogRefusal,
  })
  async evaluatePosthogFlags(
    @Query(new CheckedQuery(FlagsQuery)) _query: unknown,
    @Body(new CheckedBody(FlagsRequest)) body: Static<typeof FlagsRequest>,
    @Req() { id }: FastifyRequest,
  ): Promise<FlagsAnswer> {
    const subject = { userId: body.distinct_id, facts: pickFacts(body.person_properties) };
    const evaluations = await this.flags.evaluateAll(subject, body.flag_keys_to_evaluate);
    return {
      flags: Object.fromEntries(evaluations.map((evaluation) => [evaluation.key, flagDetail(evaluation)])),
      errorsWhileComputingFlags: false,
      requestId: id,
      evaluatedAt: Date.now(),
    };
  }
}
