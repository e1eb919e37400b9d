import type { FastifyRequest } from 'fastify';
import type { Problem, ProblemCode } from '../../http/problems';
import type { Refused } from '../dialect';
import type { OfrepError } from './ofrep.schema';

/** Statuses that providers understand, and the one that says: later. */
const STATUSES = new Set([400, 401, 403, 404, 429, 503]);
/** Codes of faults: OpenFeature has no users without a name. */
const MISSING = ['required', 'too_short'];
const PARSE_ERRORS: readonly ProblemCode[] = ['malformed_body', 'body_too_large', 'unsupported_media_type'];

/** Where the flag has its key. */
export const ONE_FLAG = '/ofrep/v1/evaluate/flags/';
const LONGEST_KEY = 256;

/** A problem in the words of OFREP. The key of the flag is there exactly when one flag was asked for. */
export function ofrepRefusal(problem: Problem, request: FastifyRequest): Refused {
  const key = keyOf(request);
  const isParseError = PARSE_ERRORS.includes(problem.code);
  const status = isParseError ? 400 : STATUSES.has(problem.status) ? problem.status : 500;
  const body: OfrepError = {
    ...(key !== undefined && { key }),
    errorCode: isParseError ? 'PARSE_ERROR' : codeOf(problem),
    errorDetails: detailsOf(problem),
  };
  return { status, body };
}

/** As it was asked for: whoever does not find it in the answer does not believe the rest. */
function keyOf({ params, url }: FastifyRequest): string | undefined {
  const { key } = (params ?? {}) as { key?: string };
  if (key !== undefined) return key;
  const [path] = url.split('?', 1);
  const text = path.startsWith(ONE_FLAG) ? path.slice(ONE_FLAG.length) : '';
  return text === '' ? undefined : decoded(text).slice(0, LONGEST_KEY);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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
