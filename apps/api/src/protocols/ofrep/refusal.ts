import type { FastifyRequest } from 'fastify';
import type { Problem, ProblemCode } from '../../http/problems';
import type { Refused } from '../dialect';
import type { OfrepError } from './ofrep.schema';

/** Statuses that providers understand, and the one that says: later. */
const STATUSES = new Set([400, 401, 403, 404, 429, 503]);
/** Codes of faults: OpenFeature has no users without a name. */
const MISSING = ['required', 'too_short'];
const PARSE_ERRORS: readonly ProblemCode[] = ['malformed_body', 'body_too_large', 'unsupported_media_type'];

/** A problem in the words of OFREP. The key of the flag is there exactly when one flag was asked for. */
export function ofrepRefusal(problem: Problem, request: FastifyRequest): Refused {
  const { key } = (request.params ?? {}) as { key?: string };
  const isParseError = PARSE_ERRORS.includes(problem.code);
  const status = isParseError ? 400 : STATUSES.has(problem.status) ? problem.status : 500;
  const body: OfrepError = {
    ...(key !== undefined && { key }),
    errorCode: isParseError ? 'PARSE_ERROR' : codeOf(problem),
    errorDetails: detailsOf(problem),
  };
  return { status, body };
}

function codeOf({ status, errors = [] }: Problem): OfrepError['errorCode'] {
  if (status === 404) return 'FLAG_NOT_FOUND';
  if (status !== 400) return 'GENERAL';
  const fault = errors.find(({ pointer }) => pointer.startsWith('/context'));
  if (fault === undefined) return 'PARSE_ERROR';
  const isMissing = fault.pointer === '/context/targetingKey' && MISSING.includes(fault.code);
  return isMissing ? 'TARGETING_KEY_MISSING' : 'INVALID_CONTEXT';
}

function detailsOf({ detail, errors = [] }: Problem): string {
  return [detail, ...errors.map(({ pointer, message }) => `${pointer}: ${message}`)].join(' ');
}
