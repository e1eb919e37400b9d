import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import { Describe } from '../http/describe';
import { CheckedQuery } from '../http/schema';
import { ResultsAnswer, ResultsQuery } from './results.schema';
import { ResultsService } from './results.service';

@ApiTags('results')
@Controller('experiments/:id/results')
export class ResultsController {
  constructor(private readonly results: ResultsService) {}

  @Get()
  @Describe({
    summary: 'Read the results',
    description:
      'From totals that are always up to date: the cost does not depend on the number of events or users. Ranges are closed at ' +
      '`start_date` and open at `end_date`. The denominator is every user with an anchor before the end of the range. ' +
      'A statistic that cannot be computed is null, with a reason.',
    scopes: ['results:read'],
    params: { id: 'Id or key of the experiment.' },
    headers: { 'If-None-Match': 'The ETag you have; 304 when nothing changed.' },
    query: ResultsQuery,
    status: 200,
    answer: ResultsAnswer,
    problems: ['invalid_request', 'not_found', 'store_unavailable'],
  })
  async read(
    @Param('id') id: string,
    @Query(new CheckedQuery(ResultsQuery)) query: Static<typeof ResultsQuery>,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ResultsAnswer | undefined> {
    const { answer, etag } = await this.results.read(id, query);
    void reply.header('ETag', etag).header('Cache-Control', 'no-cache');
    if (ifNoneMatch !== etag) return answer;
    void reply.status(304);
    return undefined;
  }
}
