import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import { AuditStore } from '@app/store';
import { decodeCursor, page } from '../http/cursor';
import { Describe } from '../http/describe';
import { CheckedQuery } from '../http/schema';
import { SHOWN } from './audit.examples';
import { AuditPage, ListAudit } from './audit.schema';

@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly log: AuditStore) {}

  @Get()
  @Describe({
    summary: 'Who did what',
    description:
      'Every change of experiments, metrics, overrides, tokens and dead letters, written in the transaction that made it. Newest first. ' +
      'Rows are never changed or deleted.',
    scopes: ['admin'],
    query: ListAudit,
    status: 200,
    answer: AuditPage,
    ...SHOWN.list,
    problems: ['invalid_request'],
  })
  async list(@Query(new CheckedQuery(ListAudit)) query: Static<typeof ListAudit>): Promise<unknown> {
    const limit = query.limit ?? 50;
    const [, id] = decodeCursor(query.cursor, 'audit', 'number') ?? [];
    const rows = await this.log.list({
      limit: limit + 1,
      action: query.action ?? null,
      targetId: query.target_id ?? null,
      actorId: query.actor_id ?? null,
      from: query.from ?? null,
      to: query.to ?? null,
      afterId: id === undefined ? null : Number(id),
    });
    return page(rows, limit, 'audit', (row) => [row.at, String(row.id)]);
  }
}
