import { createHash } from 'node:crypto';
import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, Observable } from 'rxjs';
import { firstValueFrom } from 'rxjs';
import { AssayError, invalid } from '@app/model';
import { IdempotencyStore } from '@app/store';
import { callerOf } from '../auth/caller';

/**
 * Idempotency-Key on creating requests (draft-ietf-httpapi-idempotency-key-header): the same key and body give the stored answer again,
 * another body 422, and a request still in progress 409. Answers are kept for 24 hours; requests that failed are not kept.
 */
@Injectable()
export class Idempotency implements NestInterceptor {
  constructor(private readonly store: IdempotencyStore) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = request.headers['idempotency-key'];
    if (header === undefined) return next.handle();
    const key = String(header).replace(/^"(.*)"$/, '$1');
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw invalid(
        '/Idempotency-Key',
        'invalid_format',
        'The key must be 1 to 255 visible ASCII characters.',
      );
    }
    return from(this.once(key, request, context.switchToHttp().getResponse<FastifyReply>(), next));
  }

  private async once(
    key: string,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    const caller = `${callerOf(request).id} ${request.method} ${request.url}`;
    const hash = createHash('sha256')
      .update(JSON.stringify(request.body ?? null))
      .digest('hex');
    const stored = await this.store.claim(caller, key, hash);
    if (stored === null) return this.first(caller, key, reply, next);
    if (stored.request_hash !== hash) {
      throw new AssayError(
        'idempotency_mismatch',
        'This Idempotency-Key belongs to a request with another body.',
      );
    }
    if (stored.status === null) {
      throw new AssayError(
        'idempotency_in_progress',
        'The first request with this Idempotency-Key has not been answered yet.',
      );
    }
    void reply.header('Idempotent-Replayed', 'true').status(stored.status);
    return stored.answer;
  }

  private async first(caller: string, key: string, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    try {
      const answer: unknown = await firstValueFrom(next.handle());
      await this.store.keep(caller, key, reply.statusCode, answer);
      return answer;
    } catch (error) {
      await this.store.release(caller, key);
      throw error;
    }
  }
}
