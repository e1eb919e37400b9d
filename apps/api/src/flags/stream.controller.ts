import { Controller, Get, Headers, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { invalid } from '@app/model';
import { callerOf } from '../auth/caller';
import { type StreamTicket, StreamTickets } from '../auth/stream-tickets';
import { Describe } from '../http/describe';
import { CheckedQuery, named } from '../http/schema';
import { FlagStreams } from './flag-streams';
import { SHOWN, STREAM } from './flags.examples';

const StreamQuery = Type.Object(
  {
    ticket: Type.Optional(
      Type.String({
        maxLength: 256,
        description: 'Instead of the Authorization header, which an EventSource cannot send.',
      }),
    ),
  },
  { additionalProperties: false },
);

const Ticket = named(
  'StreamTicket',
  Type.Object({
    ticket: Type.String(),
    url: Type.String({ description: 'Of the stream, with the ticket, on this host.' }),
    expires_at: Type.String({ description: 'A stream that is open by then stays open.' }),
  }),
);

@ApiTags('flags')
@Controller('flags/stream')
export class FlagStreamController {
  constructor(
    private readonly streams: FlagStreams,
    private readonly tickets: StreamTickets,
  ) {}

  @Get()
  @Describe({
    summary: 'Hear when flags change',
    description:
      'Server-sent events: `{"type":"refetchEvaluation","etag":"…"}` within a second of any change of flags, experiments, segments, layers ' +
      'or the holdout, as OFREP clients expect it; and a comment every ten seconds. The answer does not end.',
    scopes: ['flags:evaluate'],
    query: StreamQuery,
    headers: {
      Accept: '`text/event-stream`, or anything that allows it; nothing else can be had here.',
      'Last-Event-ID': 'Sent by whoever was connected before: a change since then is told at once.',
    },
    status: 200,
    alsoAs: { 'text/event-stream': STREAM },
    problems: ['invalid_request', 'overloaded'],
  })
  async stream(
    @Query(new CheckedQuery(StreamQuery)) _query: Static<typeof StreamQuery>,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!takesEvents(accept))
      throw invalid(
        '/Accept',
        'invalid_choice',
        'Must allow text/event-stream: nothing else can be had here.',
      );
    void reply.type('text/event-stream; charset=utf-8').header('X-Accel-Buffering', 'no');
    const body =
      request.method === 'HEAD' ? '' : await this.streams.connect(callerOf(request).id, lastEventId);
    await reply.send(body);
  }

  @Post('tickets')
  @Describe({
    summary: 'Get a ticket for the stream',
    description:
      'For browsers: `new EventSource(url)`. It opens the stream and nothing else, for one to two hours; the origins of the token hold for it too.',
    scopes: ['flags:evaluate'],
    status: 200,
    answer: Ticket,
    ...SHOWN.ticket,
  })
  async ticket(@Req() request: FastifyRequest): Promise<StreamTicket & { url: string }> {
    const { ticket, expires_at } = await this.tickets.issue(callerOf(request));
    return { ticket, url: `/api/v1/flags/stream?ticket=${ticket}`, expires_at };
  }
}

/** Who does not say what it takes takes everything. */
function takesEvents(accept = '*/*'): boolean {
  return accept
    .toLowerCase()
    .split(',')
    .some((range) => ['text/event-stream', 'text/*', '*/*'].includes(range.split(';', 1)[0].trim()));
}
