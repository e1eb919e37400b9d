import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { audited, changesOf } from '../http/audit-entry';
import { decodeCursor, page } from '../http/cursor';
import { Describe } from '../http/describe';
import { CheckedBody, CheckedQuery } from '../http/schema';
import { SHOWN } from './layers.examples';
import { CreateLayer, LayerAnswer, LayerPage, ListLayers, PatchLayer } from './layers.schema';
import { LayersService } from './layers.service';

const ID = { id: 'Id or key of the layer.' };

@ApiTags('layers')
@Controller('layers')
export class LayersController {
  constructor(private readonly layers: LayersService) {}

  @Post()
  @Describe({
    summary: 'Create a layer',
    description:
      'Experiments in one layer exclude one another: each has a slot, a range of the layer, and a user lies in one place of it.',
    scopes: ['experiments:write'],
    body: CreateLayer,
    status: 201,
    answer: LayerAnswer,
    ...SHOWN.create,
    problems: ['invalid_request', 'key_taken'],
    audit: 'layer.create',
    idempotent: true,
  })
  async create(
    @Body(new CheckedBody(CreateLayer)) body: Static<typeof CreateLayer>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LayerAnswer> {
    const layer = await this.layers.create(body);
    void reply.header('Location', `/api/v1/layers/${layer.id}`);
    return layer;
  }

  @Get()
  @Describe({
    summary: 'List layers',
    description: 'Newest first, with their slots.',
    scopes: ['experiments:read'],
    query: ListLayers,
    status: 200,
    answer: LayerPage,
    ...SHOWN.list,
    problems: ['invalid_request'],
  })
  async list(@Query(new CheckedQuery(ListLayers)) query: Static<typeof ListLayers>): Promise<unknown> {
    const limit = query.limit ?? 50;
    const [createdAt, id] = decodeCursor(query.cursor, 'layers') ?? [];
    const after = createdAt === undefined || id === undefined ? null : { createdAt, id };
    const found = await this.layers.list(limit + 1, after);
    return page(found, limit, 'layers', (layer) => [layer.created_at, layer.id]);
  }

  @Get(':id')
  @Describe({
    summary: 'Read a layer',
    scopes: ['experiments:read'],
    params: ID,
    status: 200,
    answer: LayerAnswer,
    ...SHOWN.read,
    problems: ['not_found'],
  })
  read(@Param('id') id: string): Promise<LayerAnswer> {
    return this.layers.get(id);
  }

  @Patch(':id')
  @Describe({
    summary: 'Describe a layer anew',
    description: 'Its key and its seed never change.',
    scopes: ['experiments:write'],
    params: ID,
    body: PatchLayer,
    status: 200,
    answer: LayerAnswer,
    ...SHOWN.patch,
    problems: ['invalid_request', 'not_found'],
    audit: 'layer.update',
  })
  async patch(
    @Param('id') id: string,
    @Body(new CheckedBody(PatchLayer)) body: Static<typeof PatchLayer>,
    @Req() request: FastifyRequest,
  ): Promise<LayerAnswer> {
    const { before, layer } = await this.layers.patch(id, body);
    const changed = changesOf(before, layer, Object.keys(body));
    audited(
      request,
      ...(Object.keys(changed).length > 0 ? [{ targetId: layer.id, details: { changed } }] : []),
    );
    return layer;
  }

  @Delete(':id')
  @Describe({
    summary: 'Delete a layer',
    description: 'Refused with the `experiments` that have or had a slot in it; drafts can leave it.',
    scopes: ['experiments:write'],
    params: ID,
    status: 204,
    problems: ['not_found', 'layer_in_use'],
    audit: 'layer.delete',
  })
  async delete(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const layer = await this.layers.delete(id);
    audited(request, { targetId: layer.id, details: { key: layer.key } });
  }
}
