import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import { Describe } from '../http/describe';
import { isKnown } from '../http/etag';
import { CheckedQuery } from '../http/schema';
import { SHOWN, TABLE } from './results.examples';
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
      'From totals that are always up to date: the cost does not depend on the number of events or users, but for capped metrics, ' +
      '`breakdown` and `novelty`, which read a row per user. Ranges are closed at `start_date` and open at `end_date`. The denominator ' +
      'is every user with an anchor before the end of the range. A statistic that cannot be computed is null, with a reason. ' +
      '`format=csv`, or `Accept: text/csv`, answers one `table` as CSV. Every field, method and code: docs/results.md.',
    scopes: ['results:read'],
    params: { id: 'Id or key of the experiment.' },
    headers: {
      Accept: '`text/csv` for a table.',
      'If-None-Match': 'The ETag you have; 304 when nothing changed.',
    },
    query: ResultsQuery,
    status: 200,
    answer: ResultsAnswer,
    alsoAs: { 'text/csv': TABLE },
    ...SHOWN.read,
    problems: ['invalid_request', 'not_found', 'store_unavailable'],
  })
  async read(
    @Param('id') id: string,
    @Query(new CheckedQuery(ResultsQuery)) query: Static<typeof ResultsQuery>,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const isCsv = wantsCsv(query, accept);
    const table = isCsv ? (query.table ?? 'variants') : null;
    const { etag, text, fileName } = await this.results.read(id, query, table);
    // Both forms live at one address, so caches must tell them apart.
    void reply.headers({ 'Cache-Control': 'no-cache', Vary: 'Accept' });
    if (isKnown(reply, etag, ifNoneMatch)) return undefined;
    void reply.type(isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8');
    if (fileName !== null) void reply.header('Content-Disposition', `attachment; filename="${fileName}"`);
    return text();
  }
}

/** What the query says goes before what a client accepts: browsers accept anything. */
function wantsCsv(query: Static<typeof ResultsQuery>, accept: string | undefined): boolean {
  if (query.format !== undefined) return query.format === 'csv';
  return /^\s*text\/csv\b/i.test(accept ?? '');
}
