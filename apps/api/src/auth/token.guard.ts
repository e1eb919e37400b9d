import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AssayError } from '@app/model';
import { Caller, callerOf } from './caller';
import { scopeChallenge } from './pages';
import { PUBLIC_KEY, Scope, SCOPES_KEY } from './scopes';

/** The door knows who calls; this looks whether the token has the scopes of the route. A route that declares none answers nobody. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_KEY, targets)) return true;
    const http = context.switchToHttp();
    const caller = callerOf(http.getRequest<FastifyRequest>()) as Caller | undefined;
    if (caller === undefined) throw new AssayError('unauthenticated', 'This address needs a token.');
    const needed = this.reflector.getAllAndOverride<Scope[] | undefined>(SCOPES_KEY, targets);
    if (needed === undefined || needed.length === 0)
      throw new AssayError('insufficient_scope', 'This address is for nobody: it names no scope.');
    const missing = needed.filter((scope) => !caller.scopes.includes(scope));
    if (missing.length === 0) return true;
    void http.getResponse<FastifyReply>().header('WWW-Authenticate', scopeChallenge(needed));
    throw new AssayError('insufficient_scope', `The token needs the scope ${missing.join(' and ')}.`);
  }
}
