import { ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AssayError, invalid } from '@app/model';
import { Caller, setCaller } from './caller';
import { PUBLIC_KEY, Scope, SCOPES_KEY } from './scopes';

const CHALLENGE = 'Bearer realm="assay"';

/** Every route needs a token with its scopes; a route that declares none answers nobody. */
@Injectable()
export class TokenGuard extends AuthGuard('bearer') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_KEY, targets)) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if ((request.query as Record<string, unknown>).access_token !== undefined) {
      throw invalid(
        '/access_token',
        'token_in_query',
        'A token belongs in the Authorization header; addresses end up in logs.',
      );
    }
    try {
      await super.canActivate(context);
    } catch (error) {
      void http.getResponse<FastifyReply>().header('WWW-Authenticate', CHALLENGE);
      throw error;
    }
    this.requireScopes(
      this.reflector.getAllAndOverride<Scope[] | undefined>(SCOPES_KEY, targets),
      seen(request).user,
    );
    setCaller(request, seen(request).user);
    return true;
  }

  /** passport-http-bearer also looks for tokens in query and body. It is shown the one header that we believe. */
  override getRequest(context: ExecutionContext): Seen {
    return seen(context.switchToHttp().getRequest<FastifyRequest>());
  }

  override handleRequest<T>(error: unknown, caller: T | false): T {
    if (error instanceof Error) throw error;
    if (!caller)
      throw new AssayError('unauthenticated', 'Send a valid token as Authorization: Bearer <token>.');
    return caller;
  }

  private requireScopes(needed: Scope[] | undefined, caller: Caller): void {
    const missing = needed?.filter((scope) => !caller.scopes.includes(scope)) ?? ['admin'];
    if (missing.length > 0) {
      throw new AssayError('insufficient_scope', `The token needs the scope ${missing.join(' and ')}.`);
    }
  }
}

interface Seen {
  headers: { authorization?: string };
  user: Caller;
}

const SEEN = Symbol('what passport may see');

function seen(request: FastifyRequest): Seen {
  const holder = request as unknown as Record<symbol, Seen>;
  holder[SEEN] ??= {
    headers: { authorization: request.headers.authorization },
    user: { id: '', scopes: [] },
  };
  return holder[SEEN];
}
