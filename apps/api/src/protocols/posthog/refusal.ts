import { Static, Type } from '@sinclair/typebox';
import type { Problem } from '../../http/problems';
import { literals, named } from '../../http/schema';
import type { Refused } from '../dialect';

const TYPES = ['validation_error', 'authentication_error', 'throttled_error', 'server_error'] as const;

export const PosthogError = named(
  'PosthogError',
  Type.Object({
    type: literals(TYPES),
    code: Type.String({ description: 'The code of the problem.' }),
    detail: Type.String(),
    attr: Type.Union([Type.String(), Type.Null()], { description: 'Where the first fault is.' }),
  }),
);
export type PosthogError = Static<typeof PosthogError>;

/** The same shape whatever the reason. */
export const POSTHOG_REFUSALS = Object.fromEntries(
  [400, 401, 403, 413, 415, 429, 500, 503].map((status) => [status, PosthogError]),
);

/** A problem as PostHog says it. Its clients look at the status alone. */
export function posthogRefusal({ status, code, detail, errors = [] }: Problem): Refused {
  const [first] = errors;
  const body: PosthogError = {
    type: typeOf(status),
    code,
    detail: first === undefined ? detail : `${detail} ${first.pointer}: ${first.message}`,
    attr: first?.pointer ?? null,
  };
  return { status, body };
}

function typeOf(status: number): PosthogError['type'] {
  if (status === 429) return 'throttled_error';
  if (status >= 500) return 'server_error';
  return status === 401 || status === 403 ? 'authentication_error' : 'validation_error';
}
