import type { FieldError } from '@app/model';
import { CHECKOUT_LAYOUT, REQUEST_ID } from './story';
import { PROBLEMS, problem, Problem, ProblemCode } from './problems';

interface Example {
  detail: string;
  errors?: FieldError[];
  members?: Record<string, unknown>;
}

const { id, key, status } = CHECKOUT_LAYOUT;
const STANDS_IN_THE_WAY = { members: { experiments: [{ id, key, status }] } };
const fault = (pointer: string, code: string, message: string): FieldError[] => [{ pointer, code, message }];

/** What each of them may look like, in words that answers really carry. */
const EXAMPLES: Partial<Record<ProblemCode, Example>> = {
  invalid_request: {
    detail: 'The body does not have the right shape.',
    errors: fault('/key', 'required', 'Is required.'),
  },
  nothing_accepted: {
    detail: 'None of the events can be accepted.',
    errors: fault('/events/0/user_id', 'required', 'Is required.'),
  },
  malformed_body: { detail: 'The body could not be read as JSON.' },
  malformed_request: { detail: 'A header is there twice.' },
  unauthenticated: { detail: 'This address needs a token.' },
  insufficient_scope: { detail: 'The token needs the scope experiments:write.' },
  origin_not_allowed: { detail: 'The token may be used from its allowed origins only.' },
  not_found: { detail: 'There is no experiment checkout-button.' },
  method_not_allowed: { detail: 'The address takes GET, POST.' },
  request_timeout: { detail: 'The request did not arrive in time.' },
  key_taken: {
    detail: 'The key checkout-button is taken.',
    errors: fault('/key', 'key_taken', 'Is used by another experiment.'),
  },
  alias_taken: { detail: 'The alias belongs to another user.' },
  invalid_flag: {
    detail: 'Is no variant of the flag.',
    errors: fault('/default_variant', 'unknown_variant', 'Is no variant of the flag.'),
  },
  metric_in_use: { detail: 'Experiments select the metric.', ...STANDS_IN_THE_WAY },
  layer_in_use: { detail: 'Experiments have slots in the layer.', ...STANDS_IN_THE_WAY },
  segment_in_use: {
    detail: 'Experiments or flags stand on the segment; change them first.',
    members: { experiments: [key], flags: [] },
  },
  invalid_transition: {
    detail: 'A completed experiment cannot be started.',
    members: { allowed_transitions: ['archive'] },
  },
  token_inactive: { detail: 'The token was revoked.' },
  last_admin_token: { detail: 'No other token has the scope admin.' },
  idempotency_in_progress: { detail: 'The first request with this key is still being answered.' },
  precondition_failed: { detail: 'The experiment changed meanwhile; read it again.' },
  batch_too_large: { detail: 'At most 1000 events go into one request.' },
  body_too_large: {
    detail: 'The body is larger than this route takes.',
    members: { limit_bytes: 65_536 },
  },
  unsupported_media_type: { detail: 'Send the body as Content-Type: application/json.' },
  invalid_experiment: {
    detail: 'The experiment is not consistent.',
    errors: fault('/variants', 'allocations_not_100', 'The allocations add up to 90, not to exactly 100.'),
  },
  invalid_metric: {
    detail: 'The metric makes no sense.',
    errors: fault('/denominator', 'same_as_numerator', 'A ratio of something to itself is always 1.'),
  },
  experiment_frozen: {
    detail: 'That can no longer change.',
    errors: fault('/variants', 'frozen', 'Can change in a draft only.'),
  },
  idempotency_mismatch: { detail: 'The Idempotency-Key was used for another request.' },
  precondition_required: { detail: 'The experiment has started: send its ETag as If-Match.' },
  rate_limited: { detail: 'Wait 12 seconds.', members: { retry_after: 12 } },
  quota_exceeded: { detail: 'There may be at most 10000 experiments.' },
  headers_too_large: { detail: 'Address and headers have more than 16 KiB together.' },
  internal: { detail: 'The request failed; its id leads to the reason in the log.' },
  queue_unavailable: { detail: 'The queue does not answer; send the same request again later.' },
  overloaded: { detail: 'More events wait than can be taken; send the same request again later.' },
  store_unavailable: { detail: 'The database does not answer; try again later.' },
};

const shown = new Set<ProblemCode>();

/** What an answer with one of these codes looks like. */
export function problemContent(codes: readonly ProblemCode[]): Record<string, object> {
  for (const code of codes) shown.add(code);
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
  return { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, examples } };
}

function exampleOf(code: ProblemCode): Problem {
  const { detail, ...extra } = EXAMPLES[code] ?? { detail: `${PROBLEMS[code][1]}.` };
  return problem(code, detail, REQUEST_ID, extra);
}

/** The most usual one of a status. */
export function exampleOfStatus(status: number): Problem {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  return exampleOf(codes.find((code) => PROBLEMS[code][0] === status) ?? 'internal');
}

/** For the components of the OpenAPI document: of the codes that some answer has. */
export function problemExamples(): Record<string, { summary: string; value: Problem }> {
  return Object.fromEntries(
    [...shown].sort().map((code) => [code, { summary: PROBLEMS[code][1], value: exampleOf(code) }]),
  );
}
