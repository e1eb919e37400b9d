import { SetMetadata } from '@nestjs/common';

export const SCOPES = [
  'experiments:read',
  'experiments:write',
  'assignments:write',
  'events:write',
  'results:read',
  'flags:read',
  'flags:write',
  'flags:evaluate',
  'users:write',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

export const SCOPES_KEY = 'assay:scopes';
export const PUBLIC_KEY = 'assay:public';

/** A route that needs no token. There are two: the health checks. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC_KEY, true);
