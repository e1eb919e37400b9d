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
  /** What is declared never changes, and to look it up costs more than to compare it. */
  private readonly declared = new Map<Handler, Declared>();

  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { isPublic, needed } = this.declaredBy(context);
    if (isPublic) return true;
    const http = context.switchToHttp();
    const caller = callerOf(http.getRequest<FastifyRequest>()) as Caller | undefined;
    if (caller === undefined) throw new AssayError('unauthenticated', 'This address needs a token.');
    if (needed.length === 0)
      throw new AssayError('insufficient_scope', 'This address is for nobody: it names no scope.');
    const missing = needed.filter((scope) => !caller.scopes.includes(scope));
    if (missing.length === 0) return true;
    void http.getResponse<FastifyReply>().header('WWW-Authenticate', scopeChallenge(needed));
    throw new AssayError('insufficient_scope', `The token needs the scope ${missing.join(' and ')}.`);
  }

  private declaredBy(context: ExecutionContext): Declared {
    const handler = context.getHandler();
    const home = context.getClass();
    const known = this.declared.get(handler);
    // A handler that is inherited belongs to several classes.
    if (known?.home === home) return known;
    const targets = [handler, home];
    const declared = {
      home,
      isPublic: this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_KEY, targets) ?? false,
      needed: this.reflector.getAllAndOverride<Scope[] | undefined>(SCOPES_KEY, targets) ?? [],
    };
    this.declared.set(handler, declared);
    return declared;
  }
}

type Handler = ReturnType<ExecutionContext['getHandler']>;

interface Declared {
  home: ReturnType<ExecutionContext['getClass']>;
  isPublic: boolean;
  needed: readonly Scope[];
}
