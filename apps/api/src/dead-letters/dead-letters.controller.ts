import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { DeadJobsStore, DeadLetterRow, DeadLettersStore } from '@app/store';
import { audited } from '../http/audit-entry';
import { decodeCursor, page } from '../http/cursor';
import { Describe } from '../http/describe';
import { CheckedBody, CheckedParam, CheckedQuery } from '../http/schema';
import { SHOWN } from './dead-letters.examples';
import {
  DeadLetter,
  DeadLetterPage,
  DeadLetterStats,
  Discard,
  ListDeadLetters,
  ReplayAll,
  Replayed,
} from './dead-letters.schema';
import { DeadLettersService } from './dead-letters.service';

const ID = new CheckedParam('id', 'uuid');
const PARAMS = { id: 'The id of the letter, which is that of its event.' };

@ApiTags('dead letters')
@Controller('dead-letters')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLettersService,
    private readonly store: DeadLettersStore,
    private readonly jobs: DeadJobsStore,
  ) {}

  @Get()
  @Describe({
    summary: 'List events that could not be stored',
    description: 'Those that died last come first.',
    scopes: ['admin'],
    query: ListDeadLetters,
    status: 200,
    answer: DeadLetterPage,
    ...SHOWN.list,
    problems: ['invalid_request'],
  })
  async list(@Query(new CheckedQuery(ListDeadLetters)) query: Static<typeof ListDeadLetters>) {
    const limit = query.limit ?? 50;
    const [diedAt, eventId] = decodeCursor(query.cursor, 'dead-letters') ?? [];
    const after = diedAt === undefined || eventId === undefined ? null : { diedAt, eventId };
    const { status = null, sqlstate = null } = query;
    const rows = await this.store.list({ limit: limit + 1, status, sqlstate, after });
    const { data, next_cursor } = page(rows, limit, 'dead-letters', (row) => [row.died_at, row.event_id]);
    return { data: data.map((row) => summaryOf(row)), next_cursor };
  }

  @Get('stats')
  @Describe({
    summary: 'Count dead letters',
    description: 'By status and reason, and whole jobs that could not be run.',
    scopes: ['admin'],
    status: 200,
    answer: DeadLetterStats,
    ...SHOWN.stats,
  })
  async stats(): Promise<unknown> {
    const [letters, dead_jobs] = await Promise.all([this.store.stats(), this.jobs.count()]);
    return { letters, dead_jobs };
  }

  @Post('replay')
  @Describe({
    summary: 'Send open dead letters again',
    description: 'All of them, or those of a kind; up to 10,000, oldest first. Safe to repeat.',
    scopes: ['admin'],
    body: ReplayAll,
    bodyOptional: true,
    status: 202,
    answer: Replayed,
    ...SHOWN.replayAll,
    problems: ['invalid_request', 'queue_unavailable'],
    audit: 'dead_letter.replay_all',
    idempotent: true,
  })
  async replayAll(
    @Body(new CheckedBody(ReplayAll, { optional: true })) body: Static<typeof ReplayAll>,
    @Req() request: FastifyRequest,
  ): Promise<unknown> {
    const { sqlstate = null, since = null } = body;
    const replayed = await this.letters.replayAll({ sqlstate, since });
    audited(request, ...(replayed.queued > 0 ? [{ details: { asked: body, ...replayed } }] : []));
    return replayed;
  }

  @Get(':id')
  @Describe({
    summary: 'Read a dead letter',
    description: 'With the event as it was, and the reason.',
    scopes: ['admin'],
    params: PARAMS,
    status: 200,
    answer: DeadLetter,
    ...SHOWN.read,
    problems: ['invalid_request', 'not_found'],
  })
  async read(@Param('id', ID) id: string): Promise<DeadLetter> {
    return toAnswer(await this.letters.find(id));
  }

  @Post(':id/replay')
  @Describe({
    summary: 'Send a dead letter again',
    description:
      'Puts its event on the queue. The letter is `replayed` when the worker has stored it. One that is not open stays as it is.',
    scopes: ['admin'],
    params: PARAMS,
    status: 202,
    answer: DeadLetter,
    ...SHOWN.replay,
    problems: ['invalid_request', 'not_found', 'queue_unavailable'],
    audit: 'dead_letter.replay',
    idempotent: true,
  })
  async replay(@Param('id', ID) id: string, @Req() request: FastifyRequest): Promise<DeadLetter> {
    const { letter, isChanged } = await this.letters.replay(id);
    audited(request, ...(isChanged ? [{}] : []));
    return toAnswer(letter);
  }

  @Post(':id/discard')
  @Describe({
    summary: 'Settle a dead letter without storing its event',
    description: 'The letter is kept, with your reason. One that is not open stays as it is.',
    scopes: ['admin'],
    params: PARAMS,
    body: Discard,
    status: 200,
    answer: DeadLetter,
    ...SHOWN.discard,
    problems: ['invalid_request', 'not_found'],
    audit: 'dead_letter.discard',
  })
  async discard(
    @Param('id', ID) id: string,
    @Body(new CheckedBody(Discard)) body: Static<typeof Discard>,
    @Req() request: FastifyRequest,
  ): Promise<DeadLetter> {
    const { letter, isChanged } = await this.letters.discard(id, body.reason);
    audited(request, ...(isChanged ? [{ details: { asked: body } }] : []));
    return toAnswer(letter);
  }
}

function summaryOf({ event_id, died_at, payload: _, ...row }: DeadLetterRow): Omit<DeadLetter, 'payload'> {
  return { id: event_id, first_seen_at: died_at, ...row };
}

function toAnswer(row: DeadLetterRow): DeadLetter {
  return { ...summaryOf(row), payload: row.payload };
}
