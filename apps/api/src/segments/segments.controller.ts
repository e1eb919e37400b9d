import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Segment } from '@app/model';
import { SegmentsStore } from '@app/store';
import { audited, changesOf } from '../http/audit-entry';
import { decodeCursor, page } from '../http/cursor';
import { Describe } from '../http/describe';
import { isKnown } from '../http/etag';
import { CheckedBody, CheckedQuery } from '../http/schema';
import { SHOWN } from './segments.examples';
import {
  CreateSegment,
  CreateSegmentBody,
  ListSegments,
  PatchSegment,
  PatchSegmentBody,
  SegmentAnswer,
  SegmentPage,
} from './segments.schema';
import { etagOf, SegmentsService } from './segments.service';

const PARAMS = { id: 'Key of the segment.' };

@ApiTags('segments')
@Controller('segments')
export class SegmentsController {
  constructor(
    private readonly segments: SegmentsService,
    private readonly store: SegmentsStore,
  ) {}

  @Post()
  @Describe({
    summary: 'Name a condition',
    description:
      'Experiments and flags stand on it by `{"segment": "<key>"}`. A segment cannot stand on other segments.',
    scopes: ['experiments:write'],
    body: CreateSegmentBody,
    status: 201,
    answer: SegmentAnswer,
    ...SHOWN.create,
    problems: ['invalid_request', 'key_taken'],
    audit: 'segment.create',
    idempotent: true,
  })
  async create(
    @Body(new CheckedBody(CreateSegment)) body: Static<typeof CreateSegment>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Segment> {
    const segment = await this.segments.create(body);
    audited(request, { targetId: segment.key, details: { name: segment.name } });
    void reply.header('Location', `/api/v1/segments/${segment.key}`).header('ETag', etagOf(segment));
    return segment;
  }

  @Get()
  @Describe({
    summary: 'List segments',
    description: 'Newest first.',
    scopes: ['experiments:read'],
    query: ListSegments,
    status: 200,
    answer: SegmentPage,
    ...SHOWN.list,
    problems: ['invalid_request'],
  })
  async list(@Query(new CheckedQuery(ListSegments)) query: Static<typeof ListSegments>): Promise<unknown> {
    const limit = query.limit ?? 50;
    const [createdAt, key] = decodeCursor(query.cursor, 'segments', 'key') ?? [];
    const after = createdAt === undefined || key === undefined ? null : { createdAt, key };
    const found = await this.store.list({ limit: limit + 1, after });
    return page(found, limit, 'segments', (segment) => [segment.created_at, segment.key]);
  }

  @Get(':id')
  @Describe({
    summary: 'Read a segment',
    scopes: ['experiments:read'],
    params: PARAMS,
    headers: { 'If-None-Match': 'The ETag you have; 304 when it is still right.' },
    status: 200,
    answer: SegmentAnswer,
    ...SHOWN.read,
    problems: ['not_found'],
  })
  async read(
    @Param('id') key: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Segment | undefined> {
    const segment = await this.segments.get(key);
    return isKnown(reply, etagOf(segment), ifNoneMatch) ? undefined : segment;
  }

  @Patch(':id')
  @Describe({
    summary: 'Change a segment',
    description:
      'Holds from now on, wherever it is named. Users who have an assignment keep it; nobody is put out of an experiment.',
    scopes: ['experiments:write'],
    params: PARAMS,
    headers: { 'If-Match': 'The ETag of the segment you read; without it, whatever is there is changed.' },
    body: PatchSegmentBody,
    status: 200,
    answer: SegmentAnswer,
    ...SHOWN.patch,
    problems: ['invalid_request', 'not_found', 'precondition_failed'],
    audit: 'segment.update',
  })
  async patch(
    @Param('id') key: string,
    @Body(new CheckedBody(PatchSegment)) body: Static<typeof PatchSegment>,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Segment> {
    const { before, segment } = await this.segments.patch(key, body, ifMatch);
    // Not the condition itself: it may name users, and nobody is erased from the log.
    const changed = changesOf(before, segment, ['name', 'description', 'version']);
    audited(request, ...(Object.keys(changed).length === 0 ? [] : [{ details: { changed } }]));
    void reply.header('ETag', etagOf(segment));
    return segment;
  }

  @Delete(':id')
  @Describe({
    summary: 'Delete a segment',
    description:
      'Refused with the `experiments` and `flags` that stand on it; archived experiments do not count.',
    scopes: ['experiments:write'],
    params: PARAMS,
    status: 204,
    problems: ['not_found', 'segment_in_use'],
    audit: 'segment.delete',
  })
  async delete(@Param('id') key: string): Promise<void> {
    await this.segments.delete(key);
  }
}
