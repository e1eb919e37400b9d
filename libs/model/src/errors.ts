// Every way a request can fail for a reason of ours. The api maps `code` to a status in one table (apps/api/src/http/problems.ts);
// nothing below the api knows about HTTP.

export const ERROR_CODES = [
  'invalid_request',
  'not_found',
  'key_taken',
  'alias_taken',
  'invalid_transition',
  'invalid_experiment',
  'experiment_frozen',
  'invalid_metric',
  'invalid_flag',
  'metric_in_use',
  'segment_in_use',
  'layer_in_use',
  'precondition_required',
  'precondition_failed',
  'nothing_accepted',
  'batch_too_large',
  'idempotency_mismatch',
  'idempotency_in_progress',
  'unauthenticated',
  'insufficient_scope',
  'origin_not_allowed',
  'token_inactive',
  'last_admin_token',
  'rate_limited',
  'quota_exceeded',
  'queue_unavailable',
  'overloaded',
  'store_unavailable',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One thing wrong with the input: where (RFC 6901 pointer), what (stable code) and in words. */
export interface FieldError {
  pointer: string;
  code: string;
  message: string;
}

export class AssayError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extra: { errors?: FieldError[]; members?: Record<string, unknown> } = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'AssayError';
  }
}

export function notFound(what: string, id: string): AssayError {
  return new AssayError('not_found', `There is no ${what} ${JSON.stringify(id.slice(0, 100))}.`);
}

export function invalid(pointer: string, code: string, message: string): AssayError {
  return new AssayError('invalid_request', message, { errors: [{ pointer, code, message }] });
}
