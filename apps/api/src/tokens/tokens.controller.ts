import { Body, Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TokensStore } from '@app/store';
import { callerOf } from '../auth/caller';
import { audited } from '../http/audit-entry';
import { decodeCursor, page } from '../http/cursor';
import { Describe } from '../http/describe';
import { CheckedBody, CheckedParam, CheckedQuery } from '../http/schema';
import { toAnswer } from './token.answer';
import { SHOWN } from './tokens.examples';
import { CreateToken, ListTokens, NewToken, RotateToken, Token, TokenPage } from './tokens.schema';
import { IssuedToken, TokensService } from './tokens.service';

const ID = new CheckedParam('id', 'uuid');
const PARAMS = { id: 'The id of the token.' };

@ApiTags('tokens')
@Controller('tokens')
export class TokensController {
  constructor(
    private readonly tokens: TokensService,
    private readonly store: TokensStore,
  ) {}

  @Post()
  @Describe({
    summary: 'Create a token',
    description: '`secret` is the token itself. It is in this answer and nowhere else: keep it now.',
    scopes: ['admin'],
    body: CreateToken,
    status: 201,
    answer: NewToken,
    ...SHOWN.create,
    problems: ['invalid_request', 'quota_exceeded'],
    audit: 'token.create',
    idempotent: true,
    forget: ['secret'],
  })
  async create(
    @Body(new CheckedBody(CreateToken)) body: Static<typeof CreateToken>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewToken> {
    return issuedAnswer(await this.tokens.create(body, callerOf(request)), reply);
  }

  @Get()
  @Describe({
    summary: 'List tokens',
    description: 'Newest first, those that have ended too.',
    scopes: ['admin'],
    query: ListTokens,
    status: 200,
    answer: TokenPage,
    ...SHOWN.list,
    problems: ['invalid_request'],
  })
  async list(@Query(new CheckedQuery(ListTokens)) query: Static<typeof ListTokens>) {
    const limit = query.limit ?? 50;
    const [createdAt, id] = decodeCursor(query.cursor, 'tokens') ?? [];
    const after = createdAt === undefined || id === undefined ? null : { createdAt, id };
    const rows = await this.store.list({ limit: limit + 1, after });
    const { data, next_cursor } = page(rows, limit, 'tokens', (row) => [row.created_at, row.id]);
    const now = new Date();
    return { data: data.map((row) => toAnswer(row, now)), next_cursor };
  }

  @Get(':id')
  @Describe({
    summary: 'Read a token',
    scopes: ['admin'],
    params: PARAMS,
    status: 200,
    answer: Token,
    ...SHOWN.read,
    problems: ['invalid_request', 'not_found'],
  })
  async read(@Param('id', ID) id: string): Promise<Token> {
    return toAnswer(await this.tokens.find(id), new Date());
  }

  @Delete(':id')
  @Describe({
    summary: 'Revoke a token',
    description: 'It stops within five seconds in every process, for ever. Safe to repeat.',
    scopes: ['admin'],
    params: PARAMS,
    status: 204,
    problems: ['invalid_request', 'not_found', 'last_admin_token'],
    audit: 'token.revoke',
  })
  async revoke(@Param('id', ID) id: string, @Req() request: FastifyRequest): Promise<void> {
    if (!(await this.tokens.revoke(id))) audited(request);
  }

  @Post(':id/rotate')
  @Describe({
    summary: 'Rotate a token',
    description:
      'Makes a token of the same rights, with a new text. The old one still works for `overlap_seconds`, a day unless told. You need every scope of the token.',
    scopes: ['admin'],
    params: PARAMS,
    body: RotateToken,
    bodyOptional: true,
    status: 201,
    answer: NewToken,
    ...SHOWN.rotate,
    problems: ['invalid_request', 'not_found', 'token_inactive', 'quota_exceeded'],
    audit: 'token.rotate',
    idempotent: true,
    forget: ['secret'],
  })
  async rotate(
    @Param('id', ID) id: string,
    @Body(new CheckedBody(RotateToken, { optional: true })) body: Static<typeof RotateToken>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewToken> {
    const issued = await this.tokens.rotate(id, body, callerOf(request));
    audited(request, { targetId: id, details: { asked: body, replaced_by: issued.token.id } });
    return issuedAnswer(issued, reply);
  }
}

function issuedAnswer({ token, secret }: IssuedToken, reply: FastifyReply): NewToken {
  void reply.header('Location', `/api/v1/tokens/${token.id}`);
  return { ...toAnswer(token, new Date()), secret };
}
