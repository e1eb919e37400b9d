import { applyDecorators, Body, Controller, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static, TSchema } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { AssayError } from '@app/model';
import { Describe } from '../../http/describe';
import { CheckedBody, CheckedQuery } from '../../http/schema';
import { WishesService } from '../intake/wishes.service';
import { understandCapture } from './capture';
import {
  Capture,
  CAPTURE_EXAMPLE,
  CaptureBatch,
  Captured,
  CAPTURED,
  CAPTURED_SOME,
  CaptureQuery,
  MAX_BATCH,
} from './capture.schema';
import { POSTHOG_REFUSALS, posthogRefusal } from './refusal';

const QUERY = new CheckedQuery(CaptureQuery);

interface Capturing {
  summary: string;
  description: string;
  body: TSchema;
  example: object;
  answerExamples: Record<string, Captured>;
}

const Capturing = (path: string, words: Capturing): MethodDecorator =>
  applyDecorators(
    Post(path),
    Describe({
      ...words,
      scopes: ['events:write'],
      query: CaptureQuery,
      status: 200,
      answer: Captured,
      refusals: POSTHOG_REFUSALS,
      dialect: posthogRefusal,
    }),
  );

const one = (address: string) => ({
  description: `Clients call it \`${address}\`. Answered once it is durable; sent again it changes nothing.`,
  body: Capture,
  example: CAPTURE_EXAMPLE,
  answerExamples: { taken: CAPTURED },
});

/** What the clients of PostHog send. */
@ApiTags('posthog')
@Controller('posthog')
export class PosthogCaptureController {
  constructor(private readonly wishes: WishesService) {}

  @Capturing('batch', {
    summary: 'Take a batch of PostHog’s events',
    description: `Clients call it \`/batch/\`. Bad events are itemised; the others are taken. At most ${MAX_BATCH} events.`,
    body: CaptureBatch,
    example: { batch: [CAPTURE_EXAMPLE], sent_at: '2026-11-21T09:31:13.000Z' },
    answerExamples: { taken: CAPTURED, second_without_user: CAPTURED_SOME },
  })
  async capturePosthogBatch(
    @Query(QUERY) _query: unknown,
    @Body(new CheckedBody(CaptureBatch)) { batch, sent_at }: Static<typeof CaptureBatch>,
    @Req() request: FastifyRequest,
  ): Promise<Captured> {
    if (batch.length > MAX_BATCH)
      throw new AssayError('batch_too_large', `Send at most ${MAX_BATCH} events at once.`);
    const rejected = await this.wishes.fulfil(
      batch.map((event) => understandCapture(event, sent_at)),
      request,
    );
    return { status: 1, ...(rejected.length > 0 && { rejected }) };
  }

  @Capturing('e', { ...one('/e/'), summary: 'Take an event of PostHog, as browsers call it' })
  capturePosthogEvent(
    @Query(QUERY) _query: unknown,
    @Body(new CheckedBody(Capture)) body: Static<typeof Capture>,
    @Req() request: FastifyRequest,
  ): Promise<Captured> {
    return this.one(body, request);
  }

  @Capturing('i/v0/e', { ...one('/i/v0/e/'), summary: 'Take an event of PostHog' })
  captureNewPosthogEvent(
    @Query(QUERY) _query: unknown,
    @Body(new CheckedBody(Capture)) body: Static<typeof Capture>,
    @Req() request: FastifyRequest,
  ): Promise<Captured> {
    return this.one(body, request);
  }

  private async one(body: Static<typeof Capture>, request: FastifyRequest): Promise<Captured> {
    const [rejected] = await this.wishes.fulfil([understandCapture(body, body.sent_at)], request);
    if (rejected === undefined) return { status: 1 };
    const { code, message } = rejected;
    throw new AssayError('invalid_request', message, { errors: [{ pointer: '', code, message }] });
  }
}
