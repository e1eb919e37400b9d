import { applyDecorators, Body, Controller, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static, TSchema } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { AssayError, notFound } from '@app/model';
import { Describe } from '../../http/describe';
import { CheckedBody, CheckedQuery } from '../../http/schema';
import { WishesService } from '../intake/wishes.service';
import {
  MAX_BATCH,
  REFUSALS,
  SegmentBatch,
  SegmentCall,
  SegmentQuery,
  SegmentTaken,
  TAKEN,
  TAKEN_SOME,
  TRACK_EXAMPLE,
} from './segment.schema';
import { callOf, understand } from './translate';
import { segmentRefusal } from './refusal';

const QUERY = new CheckedQuery(SegmentQuery);

interface Taking {
  summary: string;
  description: string;
  body: TSchema;
  example: object;
  answerExamples: Record<string, SegmentTaken>;
  params?: Record<string, string>;
}

const Taking = (path: string, words: Taking): MethodDecorator =>
  applyDecorators(
    Post(path),
    Describe({
      ...words,
      scopes: ['events:write'],
      query: SegmentQuery,
      status: 200,
      answer: SegmentTaken,
      refusals: REFUSALS,
      dialect: segmentRefusal,
    }),
  );

const BATCH = {
  description: `Answered once all of it is durable. Bad items are itemised; the others are taken. At most ${MAX_BATCH} items.`,
  body: SegmentBatch,
  example: { batch: [{ type: 'track', ...TRACK_EXAMPLE }], sentAt: '2026-11-21T09:31:13.000Z' },
  answerExamples: { taken: TAKEN, second_without_user: TAKEN_SOME },
};

/** The tracking API of Segment, for its clients. */
@ApiTags('segment')
@Controller('v1')
export class SegmentController {
  constructor(private readonly wishes: WishesService) {}

  @Taking('batch', { ...BATCH, summary: 'Take a batch of Segment’s calls' })
  takeSegmentBatch(
    @Query(QUERY) _query: unknown,
    @Body(new CheckedBody(SegmentBatch)) body: Static<typeof SegmentBatch>,
    @Req() request: FastifyRequest,
  ): Promise<SegmentTaken> {
    return this.take(body, request);
  }

  @Taking('b', { ...BATCH, summary: 'Take a batch of Segment’s calls, from a browser' })
  takeBrowserBatch(
    @Query(QUERY) _query: unknown,
    @Body(new CheckedBody(SegmentBatch)) body: Static<typeof SegmentBatch>,
    @Req() request: FastifyRequest,
  ): Promise<SegmentTaken> {
    return this.take(body, request);
  }

  @Taking(':call', {
    summary: 'Take one of Segment’s calls',
    description: 'Answered once it is durable; sent again it changes nothing.',
    params: { call: '`track`, `identify`, `page`, `screen`, `group` or `alias`, or its first letter.' },
    body: SegmentCall,
    example: TRACK_EXAMPLE,
    answerExamples: { taken: TAKEN },
  })
  async takeSegmentCall(
    @Param('call') name: string,
    @Query(QUERY) _query: unknown,
    @Body(new CheckedBody(SegmentCall)) body: Static<typeof SegmentCall>,
    @Req() request: FastifyRequest,
  ): Promise<SegmentTaken> {
    const call = callOf(name);
    if (call === null) throw notFound('call', name);
    const [rejected] = await this.wishes.fulfil([understand({ ...body, type: call })], request);
    if (rejected === undefined) return { success: true };
    const { code, message } = rejected;
    throw new AssayError('invalid_request', message, { errors: [{ pointer: '', code, message }] });
  }

  private async take({ batch, sentAt }: SegmentBatch, request: FastifyRequest): Promise<SegmentTaken> {
    if (batch.length > MAX_BATCH)
      throw new AssayError('batch_too_large', `Send at most ${MAX_BATCH} items at once.`);
    const rejected = await this.wishes.fulfil(
      batch.map((item) => understand(item, sentAt)),
      request,
    );
    return { success: true, ...(rejected.length > 0 && { rejected }) };
  }
}
