import { ArgumentsHost, Catch, ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AssayError, ErrorCode, FieldError } from '@app/model';
import type { Logger } from '@app/platform';
import { classify } from '@app/store';
import { LOGGER } from '../injected';

/** Every code that an answer can carry, its status and its title. `docs/errors.md` explains them. */
export const PROBLEMS = {
  invalid_request: [400, 'The request is not valid'],
  nothing_accepted: [400, 'No event was accepted'],
  malformed_body: [400, 'The body is not valid JSON'],
  malformed_request: [400, 'This is not HTTP as it should be'],
  unauthenticated: [401, 'A valid token is needed'],
  insufficient_scope: [403, 'The token lacks a scope'],
  origin_not_allowed: [403, 'The token is for other origins'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'The address does not take this method'],
  request_timeout: [408, 'The request took too long to arrive'],
  key_taken: [409, 'The key is taken'],
  alias_taken: [409, 'The alias is taken'],
  metric_in_use: [409, 'Experiments select the metric'],
  segment_in_use: [409, 'Experiments or flags stand on the segment'],
  layer_in_use: [409, 'Experiments have slots in the layer'],
  invalid_transition: [409, 'Its state does not allow that now'],
  token_inactive: [409, 'The token is no longer in use'],
  last_admin_token: [409, 'Nobody could manage tokens any more'],
  idempotency_in_progress: [409, 'The same request is being answered'],
  precondition_failed: [412, 'The resource has changed'],
  batch_too_large: [413, 'Too many items'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The body must be application/json'],
  invalid_experiment: [422, 'The experiment is not consistent'],
  invalid_metric: [422, 'The metric makes no sense'],
  invalid_flag: [422, 'The flag makes no sense'],
  experiment_frozen: [422, 'That can no longer change'],
  idempotency_mismatch: [422, 'The key was used for another request'],
  precondition_required: [428, 'If-Match is needed'],
  rate_limited: [429, 'Too many requests'],
  quota_exceeded: [429, 'There are too many of them'],
  headers_too_large: [431, 'The headers are too large'],
  internal: [500, 'Something went wrong on our side'],
  queue_unavailable: [503, 'The queue does not answer'],
  overloaded: [503, 'More events wait than can be taken'],
  store_unavailable: [503, 'The database does not answer'],
} as const satisfies Record<ErrorCode, readonly [number, string]> & Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail: string;
  request_id: string;
  errors?: FieldError[];
  [member: string]: unknown;
}

/** Between so many seconds, at random: clients that were refused together must not come back together. */
const RETRY_AFTER_SECONDS: Partial<Record<ProblemCode, readonly [number, number]>> = { overloaded: [5, 30] };
const SOON: readonly [number, number] = [1, 5];
const MAX_ERRORS = 20;

export function problem(
  code: ProblemCode,
  detail: string,
  requestId: string,
  extra: { errors?: FieldError[]; members?: Record<string, unknown> } = {},
): Problem {
  const [status, title] = PROBLEMS[code];
  const errors = extra.errors === undefined ? {} : { errors: extra.errors.slice(0, MAX_ERRORS) };
  return {
    type: `urn:assay:problem:${code}`,
    title,
    status,
    code,
    detail,
    request_id: requestId,
    ...errors,
    ...extra.members,
  };
}

/** A request that is refused for what it is as HTTP, before anyone looks at what it asks for. */
export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly extra: { members?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** Statuses that Fastify and Nest themselves answer with, in our words. */
const FOREIGN: Record<number, [ProblemCode, string]> = {
  400: ['malformed_body', 'The body could not be read as JSON.'],
  404: ['not_found', 'There is nothing at this address.'],
  413: ['body_too_large', 'The body is larger than this route takes.'],
  415: ['unsupported_media_type', 'Send the body as Content-Type: application/json.'],
};

export function send(reply: FastifyReply, answer: Problem): void {
  if (answer.status === 503) void reply.header('Retry-After', retryAfterSeconds(answer.code));
  void reply.status(answer.status).type('application/problem+json').send(answer);
}

function retryAfterSeconds(code: ProblemCode): number {
  const [least, most] = RETRY_AFTER_SECONDS[code] ?? SOON;
  return least + Math.floor(Math.random() * (most - least + 1));
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const answer = this.toProblem(error, request.id);
    if (answer.status >= 500) this.logger.error({ err: error, request_id: request.id }, answer.title);
    send(http.getResponse<FastifyReply>(), answer);
  }

  private toProblem(error: unknown, requestId: string): Problem {
    if (error instanceof AssayError || error instanceof Refusal)
      return problem(error.code, error.message, requestId, error.extra);
    const status =
      error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number }).statusCode;
    const foreign = status === undefined ? undefined : FOREIGN[status];
    if (foreign !== undefined) return problem(foreign[0], foreign[1], requestId);
    if (isUnavailable(error)) {
      return problem('store_unavailable', 'The database does not answer; try again later.', requestId);
    }
    return problem('internal', 'The request failed; its id leads to the reason in the log.', requestId);
  }
}

/** The database is away, out of something, or was never free of others: the same request may succeed later. */
function isUnavailable(error: unknown): boolean {
  return ['unavailable', 'resource', 'conflict'].includes(classify(error));
}
