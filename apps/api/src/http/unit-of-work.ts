import {
  CallHandler,
  ExecutionContext,
  Inject,
  Injectable,
  NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { firstValueFrom, from, Observable } from 'rxjs';
import { AssayError, invalid } from '@app/model';
import type { Logger } from '@app/platform';
import { AuditStore, ChangeFeed, Claim, Database, IdempotencyStore, StoredAnswer } from '@app/store';
import { callerOf } from '../auth/caller';
import { LOGGER } from '../injected';
import { audited, entriesOf } from './audit-entry';
import { fingerprint } from './fingerprint';

export interface UnitOptions {
  /** What the audit log calls it, such as `experiment.start`: first the kind of thing it is about. */
  audit?: string;
  /** What comes in, when anything does. */
  body?: object;
  /** Takes an Idempotency-Key: a retry gets the first answer again. */
  idempotent?: true;
  /** Members of the answer that are shown once and not kept for a retry, which gets null. */
  forget?: readonly string[];
}

const UNIT_KEY = 'assay:unit-of-work';
/** Of the first answer, what its retry gets besides status and body. */
const KEPT_HEADERS = ['location', 'etag'];

export const InUnitOfWork = (options: UnitOptions): MethodDecorator => SetMetadata(UNIT_KEY, options);

/**
 * What a handler writes, its row in the audit log and the answer kept for the client's Idempotency-Key are one transaction: all of it is
 * there or none (docs/decisions/0016-unit-of-work.md). Whatever fails leaves nothing behind, so the key is free again. It is answered when
 * the caches of this process know of it.
 */
@Injectable()
export class UnitOfWork implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly db: Database,
    private readonly answers: IdempotencyStore,
    private readonly log: AuditStore,
    private readonly changes: ChangeFeed,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const options = this.reflector.get<UnitOptions>(UNIT_KEY, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const claim = options.idempotent ? claimOf(request) : null;
    if (claim === null && options.audit === undefined) return next.handle();
    return from(this.perform(options, claim, { request, reply, next }));
  }

  private async perform(options: UnitOptions, claim: Claim | null, call: Call): Promise<unknown> {
    try {
      const answer = await this.db.unitOfWork(async () => {
        const stored = claim === null ? null : await this.begin(claim, call.reply);
        if (stored !== null) return replay(stored, call.reply);
        audited(call.request, {});
        // From here on, so that everything the handler calls is part of the unit; and anew when the unit is run again.
        const answer: unknown = await firstValueFrom(call.next.handle(), { defaultValue: undefined });
        if (claim !== null) await this.answers.keep(claim, keptOf(answer, call.reply, options.forget));
        if (options.audit !== undefined) await this.writeDown(options, answer, call.request);
        return answer;
      });
      await this.changes.caughtUp();
      return answer;
    } catch (error) {
      for (const name of KEPT_HEADERS) void call.reply.removeHeader(name);
      throw error;
    }
  }

  /** @throws AssayError idempotency_in_progress, idempotency_mismatch */
  private async begin(claim: Claim, reply: FastifyReply): Promise<StoredAnswer | null> {
    if (!(await this.answers.claim(claim))) {
      void reply.header('Retry-After', '1');
      const detail = 'The first request with this Idempotency-Key has not been answered yet.';
      throw new AssayError('idempotency_in_progress', detail);
    }
    const stored = await this.answers.find(claim);
    if (stored !== null && stored.request_hash !== claim.requestHash) {
      const detail = 'This Idempotency-Key belongs to another request.';
      throw new AssayError('idempotency_mismatch', detail);
    }
    return stored;
  }

  /** Last, because the log is written by one at a time until the commit. */
  private async writeDown(options: UnitOptions, answer: unknown, request: FastifyRequest): Promise<void> {
    const { id, name } = callerOf(request);
    const rows = await this.log.write(
      { requestId: request.id, id, name },
      entriesOf(options, request, answer),
    );
    // Kept elsewhere, the newest hash shows when rows have been cut off the end.
    for (const row of rows)
      await this.db.afterCommit(() => this.logger.info({ request_id: request.id, action: options.audit, audit: row.id, hash: row.hash }, 'audited')); // prettier-ignore
  }
}

interface Call {
  request: FastifyRequest;
  reply: FastifyReply;
  next: CallHandler;
}

function claimOf(request: FastifyRequest): Claim | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  const key = String(header).replace(/^"(.*)"$/, '$1');
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    const message = 'The key must be 1 to 255 visible ASCII characters.';
    throw invalid('/Idempotency-Key', 'invalid_format', message);
  }
  const [path, query = ''] = request.url.split('?', 2);
  return {
    caller: `${callerOf(request).id} ${request.method} ${path}`,
    key,
    requestHash: fingerprint(query, request.body ?? null),
  };
}

function replay({ status, headers, answer }: StoredAnswer, reply: FastifyReply): unknown {
  void reply.headers(headers).header('Idempotent-Replayed', 'true').status(status);
  return answer;
}

function keptOf(
  answer: unknown,
  reply: FastifyReply,
  forget: readonly string[] = [],
): Omit<StoredAnswer, 'request_hash'> {
  const headers = KEPT_HEADERS.map((name): [string, unknown] => [name, reply.getHeader(name)]).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const forgotten = Object.fromEntries(forget.map((name) => [name, null]));
  return {
    status: reply.statusCode,
    headers: Object.fromEntries(headers),
    answer: forget.length === 0 ? answer : { ...(answer as object), ...forgotten },
  };
}
