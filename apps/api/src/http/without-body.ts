import { CanActivate, ExecutionContext } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { CheckedBody } from './schema';

const nothing = new CheckedBody(Type.Object({}, { additionalProperties: false }));

/** Refuses a body with anything in it where a POST has none: somebody believes that it is heard. */
export const WithoutBody: CanActivate = {
  canActivate(context: ExecutionContext): boolean {
    const { method, body } = context.switchToHttp().getRequest<FastifyRequest>();
    if (method === 'POST' && body !== undefined) nothing.transform(body);
    return true;
  },
};
