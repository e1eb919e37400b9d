import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Metric } from '@app/model';
import { decodeCursor, page } from '../http/cursor';
import { audited, changesOf } from '../http/audit-entry';
import { Describe } from '../http/describe';
import { isKnown } from '../http/etag';
import { CheckedBody, CheckedQuery } from '../http/schema';
import { SHOWN } from './metrics.examples';
import {
  CreateMetric,
  CreateMetricBody,
  ListMetrics,
  MetricAnswer,
  MetricPage,
  PatchedMetric,
  PatchMetric,
  PatchMetricBody,
} from './metrics.schema';
import { etagOf, MetricsService } from './metrics.service';

const ID = { id: 'Id or key of the metric.' };

@ApiTags('metrics')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Post()
  @Describe({
    summary: 'Declare a metric',
    description:
      'Every event type is a metric without being declared: whether, how often and with what values. A declared one adds filters, windows, ' +
      'caps, ratios, retention and funnels. Experiments select it by its key.',
    scopes: ['experiments:write'],
    body: CreateMetricBody,
    status: 201,
    answer: MetricAnswer,
    ...SHOWN.create,
    problems: ['invalid_request', 'invalid_metric', 'key_taken'],
    audit: 'metric.create',
    idempotent: true,
  })
  async create(
    @Body(new CheckedBody(CreateMetric)) body: Static<typeof CreateMetric>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MetricAnswer> {
    const metric = await this.metrics.create(body);
    void reply.header('Location', `/api/v1/metrics/${metric.id}`).header('ETag', etagOf(metric));
    return toAnswer(metric);
  }

  @Get()
  @Describe({
    summary: 'List metrics',
    description: 'Newest first.',
    scopes: ['experiments:read'],
    query: ListMetrics,
    status: 200,
    answer: MetricPage,
    ...SHOWN.list,
    problems: ['invalid_request'],
  })
  async list(@Query(new CheckedQuery(ListMetrics)) query: Static<typeof ListMetrics>): Promise<unknown> {
    const limit = query.limit ?? 50;
    const [createdAt, id] = decodeCursor(query.cursor, 'metrics') ?? [];
    const found = await this.metrics.list({
      limit: limit + 1,
      q: query.q ?? null,
      kind: query.kind ?? null,
      after: createdAt === undefined || id === undefined ? null : { createdAt, id },
    });
    const { data, next_cursor } = page(found, limit, 'metrics', (metric) => [metric.created_at, metric.id]);
    return { data: data.map(toAnswer), next_cursor };
  }

  @Get(':id')
  @Describe({
    summary: 'Read a metric',
    scopes: ['experiments:read'],
    params: ID,
    headers: { 'If-None-Match': 'The ETag you have; 304 when it is still right.' },
    status: 200,
    answer: MetricAnswer,
    ...SHOWN.read,
    problems: ['not_found'],
  })
  async read(
    @Param('id') id: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MetricAnswer | undefined> {
    const metric = await this.metrics.get(id);
    return isKnown(reply, etagOf(metric), ifNoneMatch) ? undefined : toAnswer(metric);
  }

  @Patch(':id')
  @Describe({
    summary: 'Change a metric',
    description:
      'A `definition` replaces the old one and keeps its kind. Experiments that have ended keep the old one. Running ones are worked out ' +
      'anew by background jobs, named in `recomputing`, and show the old numbers until then.',
    scopes: ['experiments:write'],
    params: ID,
    headers: { 'If-Match': 'The ETag of the metric you read; without it, whatever is there is changed.' },
    body: PatchMetricBody,
    status: 200,
    answer: PatchedMetric,
    ...SHOWN.patch,
    problems: ['invalid_request', 'invalid_metric', 'not_found', 'precondition_failed'],
    audit: 'metric.update',
  })
  async patch(
    @Param('id') id: string,
    @Body(new CheckedBody(PatchMetric)) body: Static<typeof PatchMetric>,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PatchedMetric> {
    const { before, metric, recomputing } = await this.metrics.patch(id, body, ifMatch);
    const changed = changesOf(toAnswer(before), toAnswer(metric), Object.keys(body));
    const isChanged = Object.keys(changed).length > 0 || recomputing.length > 0;
    audited(request, ...(isChanged ? [{ details: { changed } }] : []));
    void reply.header('ETag', etagOf(metric));
    return { ...toAnswer(metric), recomputing };
  }

  @Delete(':id')
  @Describe({
    summary: 'Delete a metric',
    description:
      'Refused with the `experiments` that select it, unless they have all ended; those keep its numbers.',
    scopes: ['experiments:write'],
    params: ID,
    status: 204,
    problems: ['not_found', 'metric_in_use'],
    audit: 'metric.delete',
  })
  async delete(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const metric = await this.metrics.delete(id);
    audited(request, { targetId: metric.id, details: { key: metric.key } });
  }
}

function toAnswer(metric: Metric): MetricAnswer {
  const { id, key, name, description, direction, definition, version, created_at, updated_at } = metric;
  return {
    id,
    key,
    name,
    description,
    kind: definition.kind,
    direction,
    definition,
    version,
    created_at,
    updated_at,
  };
}
