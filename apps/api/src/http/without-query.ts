import { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalid } from '@app/model';

/** Refuses parameters on an address that has none: somebody believes that they do something. */
export const WithoutQuery: CanActivate = {
  canActivate(context: ExecutionContext): boolean {
    const { query } = context.switchToHttp().getRequest<FastifyRequest>();
    const [name] = Object.keys(query as object);
    if (name === undefined) return true;
    throw invalid(`/${name.slice(0, 100)}`, 'unknown_property', 'This address takes no parameters.');
  },
};
