import type { IncomingHttpHeaders } from 'node:http';
import { ArgumentMetadata, Body, Controller, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Static, Type } from '@sinclair/typebox';
import { notFound } from '@app/model';
import { EventRow, EventsStore } from '@app/store';
import { decodeCursor, page } from '../http/cursor';
import { Describe } from '../http/describe';
import { CheckedBody, CheckedParam, CheckedQuery, NeededBody } from '../http/schema';
import { SHOWN } from './events.examples';
import {
  Accepted,
  BatchAccepted,
  BatchInput,
  DispositionAnswer,
  EventInput,
  EventPage,
  ListEvents,
  StoredEvent,
} from './events.schema';
import { EventsService } from './events.service';
import { acceptCloudEvent, cloudEventIn, isBatch, pointingAtList } from './cloudevents';

const OURS = new CheckedBody(BatchInput);
const BODY: ArgumentMetadata = { type: 'body' };
const EVENT_ID = new CheckedParam('event_id', 'uuid');
const ID = { event_id: 'The UUID of the event.' };

@ApiTags('events')
@Controller('events')
export class EventsController {
  constructor(
    private readonly events: EventsService,
    private readonly store: EventsStore,
  ) {}

  @Post()
  @Describe({
    summary: 'Send an event',
    description:
      'Answered 202 once the event is durable. The same `event_id` counts once, however often it is sent. ' +
      'Takes CloudEvents as well: one as `application/cloudevents+json` or with `ce-` headers, a list of them as ' +
      '`application/cloudevents-batch+json`, which is answered as `POST /events/batch` is: docs/protocols.md.',
    scopes: ['events:write'],
    body: EventInput,
    status: 202,
    answer: Type.Union([Accepted, BatchAccepted]),
    ...SHOWN.accept,
    problems: [
      'invalid_request',
      'nothing_accepted',
      'batch_too_large',
      'body_too_large',
      'unsupported_media_type',
      'queue_unavailable',
      'overloaded',
    ],
  })
  accept(@Body() body: unknown, @Headers() headers: IncomingHttpHeaders): Promise<Accepted | BatchAccepted> {
    if (isBatch(headers)) return this.acceptMany(body, headers);
    const cloudEvent = cloudEventIn(headers, body);
    if (cloudEvent !== undefined) return this.events.acceptOne(cloudEvent, acceptCloudEvent);
    return this.events.acceptOne(NeededBody.transform(body, BODY));
  }

  @Post('batch')
  @Describe({
    summary: 'Send up to 1,000 events',
    description:
      'Good events are accepted, bad ones itemised under `rejected`; only a request without any good event is refused. ' +
      'Takes CloudEvents as well, as `application/cloudevents-batch+json`.',
    scopes: ['events:write'],
    body: BatchInput,
    status: 202,
    answer: BatchAccepted,
    ...SHOWN.acceptMany,
    problems: [
      'invalid_request',
      'nothing_accepted',
      'batch_too_large',
      'body_too_large',
      'unsupported_media_type',
      'queue_unavailable',
      'overloaded',
    ],
  })
  async acceptMany(@Body() body: unknown, @Headers() headers: IncomingHttpHeaders): Promise<BatchAccepted> {
    if (!isBatch(headers)) return this.events.acceptMany(OURS.transform(body, BODY));
    try {
      const { events } = OURS.transform({ events: NeededBody.transform(body, BODY) }, BODY);
      return await this.events.acceptMany({ events }, acceptCloudEvent);
    } catch (error) {
      throw pointingAtList(error);
    }
  }

  @Get()
  @Describe({
    summary: 'Look at stored events',
    description: 'Most recently received first.',
    scopes: ['results:read'],
    query: ListEvents,
    status: 200,
    answer: EventPage,
    ...SHOWN.list,
    problems: ['invalid_request'],
  })
  async list(@Query(new CheckedQuery(ListEvents)) query: Static<typeof ListEvents>): Promise<unknown> {
    const limit = query.limit ?? 50;
    const [receivedAt, eventId] = decodeCursor(query.cursor, 'events') ?? [];
    const after = receivedAt === undefined || eventId === undefined ? null : { receivedAt, eventId };
    const rows = await this.store.list({
      limit: limit + 1,
      userId: query.user_id ?? null,
      type: query.type ?? null,
      after,
    });
    const { data, next_cursor } = page(rows, limit, 'events', (row) => [row.received_at, row.event_id]);
    return { data: data.map(toAnswer), next_cursor };
  }

  @Get(':event_id')
  @Describe({
    summary: 'Read a stored event',
    description: 'Found a moment after it was accepted, when the worker has stored it.',
    scopes: ['results:read'],
    params: ID,
    status: 200,
    answer: StoredEvent,
    ...SHOWN.read,
    problems: ['invalid_request', 'not_found'],
  })
  async read(@Param('event_id', EVENT_ID) eventId: string): Promise<StoredEvent> {
    return toAnswer(await this.find(eventId));
  }

  @Get(':event_id/disposition')
  @Describe({
    summary: 'Why did this event count, or not?',
    description:
      'For every experiment that knows the user or that the event names: `counted`, or the first rule that failed.',
    scopes: ['results:read'],
    params: ID,
    status: 200,
    answer: DispositionAnswer,
    ...SHOWN.disposition,
    problems: ['invalid_request', 'not_found'],
  })
  async disposition(@Param('event_id', EVENT_ID) eventId: string): Promise<unknown> {
    const event = await this.find(eventId);
    return { event_id: event.event_id, experiments: await this.store.dispositions(eventId) };
  }

  private async find(eventId: string): Promise<EventRow> {
    const event = await this.store.find(eventId);
    if (event === null) throw notFound('event', eventId);
    return event;
  }
}

function toAnswer(row: EventRow): StoredEvent {
  return { ...row, value: row.value === null ? null : Number(row.value) };
}
