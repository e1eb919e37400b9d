import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Flag, notFound } from '@app/model';
import { FlagActor, FlagsStore } from '@app/store';
import { callerOf } from '../auth/caller';
import { audited } from '../http/audit-entry';
import { decodeCursor, page } from '../http/cursor';
import { Describe } from '../http/describe';
import { isKnown } from '../http/etag';
import { CheckedBody, CheckedQuery } from '../http/schema';
import { etagOf, FlagChangesService } from './flag-changes.service';
import { SHOWN } from './flags.examples';
import {
  CreateFlag,
  CreateFlagBody,
  FlagAnswer,
  FlagHistory,
  FlagPage,
  ListFlags,
  ListHistory,
  PatchFlag,
  PatchFlagBody,
} from './flags.schema';

const ID = { id: 'Id or key of the flag.' };

@ApiTags('flags')
@Controller('flags')
export class FlagsController {
  constructor(
    private readonly flags: FlagsStore,
    private readonly changes: FlagChangesService,
  ) {}

  @Post()
  @Describe({
    summary: 'Create a flag',
    description:
      'One of a few values for each user. A boolean flag has the variants `off` and `on` unless told otherwise. Rules are asked in order; ' +
      'who has none gets `default_variant`.',
    scopes: ['flags:write'],
    body: CreateFlagBody,
    status: 201,
    answer: FlagAnswer,
    ...SHOWN.create,
    problems: ['invalid_request', 'invalid_flag', 'key_taken', 'quota_exceeded'],
    audit: 'flag.create',
    idempotent: true,
  })
  async create(
    @Body(new CheckedBody(CreateFlag)) body: Static<typeof CreateFlag>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Flag> {
    const flag = await this.changes.create(body, actorOf(request));
    // Rules may name users, and the log of what was done must not: they are in the history of the flag.
    audited(request, {
      targetId: flag.id,
      details: { key: flag.key, type: flag.type, version: flag.version },
    });
    void reply.header('Location', `/api/v1/flags/${flag.id}`).header('ETag', etagOf(flag));
    return flag;
  }

  @Get()
  @Describe({
    summary: 'List flags',
    description: 'Newest first.',
    scopes: ['flags:read'],
    query: ListFlags,
    status: 200,
    answer: FlagPage,
    ...SHOWN.list,
    problems: ['invalid_request'],
  })
  async list(@Query(new CheckedQuery(ListFlags)) query: Static<typeof ListFlags>): Promise<unknown> {
    const limit = query.limit ?? 50;
    const [createdAt, id] = decodeCursor(query.cursor, 'flags') ?? [];
    const found = await this.flags.list({
      limit: limit + 1,
      q: query.q ?? null,
      state: query.state ?? null,
      type: query.type ?? null,
      after: createdAt === undefined || id === undefined ? null : { createdAt, id },
    });
    return page(found, limit, 'flags', (flag) => [flag.created_at, flag.id]);
  }

  @Get(':id')
  @Describe({
    summary: 'Read a flag',
    scopes: ['flags:read'],
    params: ID,
    headers: { 'If-None-Match': 'The ETag you have; 304 when it is still right.' },
    status: 200,
    answer: FlagAnswer,
    ...SHOWN.read,
    problems: ['not_found'],
  })
  async read(
    @Param('id') id: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Flag | undefined> {
    const flag = await this.get(id);
    return isKnown(reply, etagOf(flag), ifNoneMatch) ? undefined : flag;
  }

  @Get(':id/history')
  @Describe({
    summary: 'Who changed a flag, when, and what it was then',
    description: 'Newest first, every change since it was created.',
    scopes: ['flags:read'],
    params: ID,
    query: ListHistory,
    status: 200,
    answer: FlagHistory,
    ...SHOWN.history,
    problems: ['invalid_request', 'not_found'],
  })
  async history(
    @Param('id') id: string,
    @Query(new CheckedQuery(ListHistory)) query: Static<typeof ListHistory>,
  ): Promise<unknown> {
    const flag = await this.get(id);
    const limit = query.limit ?? 50;
    const list = `history of ${flag.id}`;
    const [, version] = decodeCursor(query.cursor, list, 'number') ?? [];
    const before = version === undefined ? null : Number(version);
    const found = await this.flags.history(flag.id, { limit: limit + 1, before });
    const { data, next_cursor } = page(found, limit, list, (change) => [change.at, String(change.version)]);
    return {
      data: data.map(({ actor_id, actor_name, ...change }) => ({
        ...change,
        actor: { id: actor_id, name: actor_name },
      })),
      next_cursor,
    };
  }

  @Patch(':id')
  @Describe({
    summary: 'Change a flag',
    description:
      'What is absent stays. `variants` and `rules` are replaced as a whole, which needs `If-Match`; to switch a flag off, `{"state":"disabled"}` ' +
      'is enough. Send the rules back with their ids, or their users are drawn anew. An archived flag must be brought back first.',
    scopes: ['flags:write'],
    params: ID,
    headers: { 'If-Match': 'The ETag of the flag you read; needed to replace `variants` or `rules`.' },
    body: PatchFlagBody,
    status: 200,
    answer: FlagAnswer,
    ...SHOWN.patch,
    problems: [
      'invalid_request',
      'invalid_flag',
      'not_found',
      'invalid_transition',
      'precondition_failed',
      'precondition_required',
    ],
    audit: 'flag.update',
  })
  async patch(
    @Param('id') id: string,
    @Body(new CheckedBody(PatchFlag)) body: Static<typeof PatchFlag>,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Flag> {
    const { flag, changed } = await this.changes.patch(id, body, ifMatch, actorOf(request));
    const details = { changed, version: flag.version, state: flag.state };
    audited(request, ...(changed.length > 0 ? [{ targetId: flag.id, details }] : []));
    void reply.header('ETag', etagOf(flag));
    return flag;
  }

  @Delete(':id')
  @Describe({
    summary: 'Delete an archived flag',
    description: 'With its history.',
    scopes: ['flags:write'],
    params: ID,
    status: 204,
    problems: ['not_found', 'invalid_transition'],
    audit: 'flag.delete',
  })
  async delete(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const flag = await this.changes.delete(id);
    audited(request, { targetId: flag.id, details: { key: flag.key, version: flag.version } });
  }

  private async get(id: string): Promise<Flag> {
    const flag = await this.flags.find(id);
    if (flag === null) throw notFound('flag', id);
    return flag;
  }
}

function actorOf(request: FastifyRequest): FlagActor {
  const { id, name } = callerOf(request);
  return { requestId: request.id, id, name };
}
