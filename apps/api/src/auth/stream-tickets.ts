import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AssayError } from '@app/model';
import { FlagsStore } from '@app/store';
import type { Caller } from './caller';
import { Callers } from './callers';

const STREAM = '/api/v1/flags/stream';
/** A ticket is good until the end of the next hour. */
const WINDOW_MS = 60 * 60_000;
const LONGEST = 256;

export interface StreamTicket {
  ticket: string;
  expires_at: string;
}

/**
 * The EventSource of a browser can send no header, and a token in an address ends up in logs. So whoever has a token gets a ticket for
 * the stream of changes, which opens nothing else and not for long. Of one token all tickets of an hour are the same, so that clients can
 * see whether they have the stream already. Nobody stores them: they are signed.
 */
@Injectable()
export class StreamTickets {
  private key: Promise<string> | undefined;

  constructor(
    private readonly flags: FlagsStore,
    private readonly callers: Callers,
  ) {}

  async issue({ id }: Caller, now = Date.now()): Promise<StreamTicket> {
    const expiresAt = (Math.floor(now / WINDOW_MS) + 2) * WINDOW_MS;
    const said = Buffer.from(JSON.stringify([id, expiresAt])).toString('base64url');
    return {
      ticket: `${said}.${await this.sign(said)}`,
      expires_at: new Date(expiresAt).toISOString(),
    };
  }

  /** Whose ticket this is, while it is good and the token as well. */
  async callerBy(ticket: string, now = Date.now()): Promise<Caller | null> {
    const [said, signature = ''] = ticket.slice(0, LONGEST).split('.', 2);
    const right = Buffer.from(await this.sign(said));
    const shown = Buffer.from(signature);
    if (right.length !== shown.length || !timingSafeEqual(right, shown)) return null;
    const [id, expiresAt] = JSON.parse(Buffer.from(said, 'base64url').toString()) as [string, number];
    return now < expiresAt ? this.callers.byId(id) : null;
  }

  private async sign(said: string): Promise<string> {
    try {
      this.key ??= this.flags.streamKey();
      return createHmac('sha256', await this.key)
        .update(said)
        .digest('base64url');
    } catch (error) {
      this.key = undefined;
      throw new AssayError('store_unavailable', 'The database does not answer, so nobody knows this ticket.', {}, error); // prettier-ignore
    }
  }
}

/** The ticket of a request that may come with one; null for all others. */
export function ticketOf(request: FastifyRequest): string | null {
  if (request.routeOptions.url !== STREAM || request.headers.authorization !== undefined) return null;
  const { ticket } = request.query as { ticket?: unknown };
  return typeof ticket === 'string' ? ticket : null;
}
