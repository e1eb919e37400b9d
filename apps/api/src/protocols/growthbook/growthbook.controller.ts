import { Controller, Get, Headers, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../../auth/caller';
import { Describe } from '../../http/describe';
import { isKnown } from '../../http/etag';
import { FEATURES_EXAMPLE, FeaturesAnswer, REFUSALS } from './growthbook.schema';
import { GrowthbookService } from './growthbook.service';
import { growthbookRefusal } from './refusal';

@ApiTags('growthbook')
@Controller('api/features')
export class GrowthbookController {
  constructor(private readonly growthbook: GrowthbookService) {}

  @Get(':client_key')
  @Describe({
    summary: 'All flags and experiments for SDKs of GrowthBook, which evaluate them where they run',
    description:
      'They give each user what the server gives a user of whom nothing is stored. Nothing is written down: tell of the meeting by ' +
      'Segment’s `Experiment Viewed`. A publishable token stands in the path; a secret one in `Authorization`, whatever stands in the path.',
    scopes: ['flags:evaluate'],
    params: { client_key: 'A publishable token, or any text when a secret token comes in `Authorization`.' },
    headers: { 'If-None-Match': 'The `ETag` of the answer that is known.' },
    status: 200,
    answer: FeaturesAnswer,
    answerExample: FEATURES_EXAMPLE,
    refusals: REFUSALS,
    dialect: growthbookRefusal,
  })
  async readFeatures(
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const { text, etag } = await this.growthbook.payload();
    // Anybody may keep it and nobody may show it without asking: a token can be revoked.
    const isPublic = callerOf(request).kind === 'publishable';
    void reply.header('Cache-Control', `${isPublic ? 'public' : 'private'}, no-cache`);
    if (isKnown(reply, etag, ifNoneMatch)) return undefined;
    void reply.type('application/json; charset=utf-8');
    return text;
  }
}
