import { badRequest, but, Case, Expected, NO_HTTP, NOT_FOUND, Request } from './cases';
import type { BodyDoor } from './body.cases';
import type { Reply } from './wire';

// Set X: experiments and metrics, from their creation to their end.

const CREATED: Expected = { status: 201 };
const OK: Expected = { status: 200 };
const INCONSISTENT = (fault?: string, pointer?: string): Expected => ({ status: 422, code: 'invalid_experiment', fault, pointer }); // prettier-ignore
const CONFLICT: Expected = { status: 409, code: 'invalid_transition' };
const FROZEN: Expected = { status: 422, code: 'experiment_frozen' };
const TAKEN: Expected = { status: 409, code: 'key_taken' };

const A = { key: 'control', allocation_pct: 50 };
const B = { key: 'treatment', allocation_pct: 50 };

export const CREATE: BodyDoor = {
  method: 'POST',
  path: '/api/v1/experiments',
  ok: 201,
  limit: 2 * 1024 * 1024,
  body: { key: '{{unique}}', name: 'A try', variants: [A, B] },
  around: (config) => ({ key: '{{unique}}', name: 'A try', variants: [{ ...A, config }, B] }),
};

type Row = [name: string, change: Record<string, unknown>, expected: Expected, also?: (reply: Reply) => void];

const at = (pointer: string, fault?: string): Expected => badRequest(fault, pointer);
const each = (name: string, values: unknown[], change: (value: unknown) => Row[1], expected: Expected): Row[] =>
  values.map((value) => [`${name} ${show(value)}`, change(value), expected]); // prettier-ignore
const split = (...shares: unknown[]): Record<string, unknown> => ({
  variants: shares.map((allocation_pct, i) => ({ key: `v${i}`, allocation_pct })),
});
const has =
  (expected: object) =>
  (reply: Reply): void => {
    expect(JSON.parse(reply.body.toString())).toMatchObject(expected);
  };

const FIELDS: Row[] = [
  ['X1 no name', { name: undefined }, at('/name', 'required')],
  ...each('X1 name', [null, '', 5, [], {}, 'n'.repeat(201)], (name) => ({ name }), at('/name')),
  ['X1 NUL in the name', { name: 'a\0b' }, badRequest()],
  ['X1 half a character in the name', { name: 'a\ud800' }, badRequest()],
  ['X1 a name of spaces', { name: '   ' }, { ...CREATED, why: 'for people, who can see it; keys are for programs' }], // prettier-ignore
  ['X2 HTML in the name', { name: '<script>alert(1)</script>' }, CREATED, has({ name: '<script>alert(1)</script>' })], // prettier-ignore
  ['X3 no key', { key: undefined }, at('/key', 'required')],
  ...each('X3 key', [null, 5, '', ' ', 'a b', 'a/b', '..', '😀', '-a', '_a', '.a', 'a\n', 'k'.repeat(65), 'a\0', 'ключ', '%20'], (key) => ({ key }), at('/key')), // prettier-ignore
  [
    'X3 a key as code is written',
    { key: 'New.checkout_Button-2' },
    CREATED,
    has({ key: 'New.checkout_Button-2' }),
  ],
  ...each('X4 a key that is taken, of the one', ['draft', 'running', 'completed', 'archived'], (key) => ({ key }), TAKEN), // prettier-ignore
  ['X12 no variants', { variants: undefined }, at('/variants', 'required')],
  ...each('X12 variants', [null, {}, 'x', 2], (variants) => ({ variants }), at('/variants', 'invalid_type')),
  ['X12 an empty list', { variants: [] }, { ...at('/variants', 'too_few'), why: 'the schema says how many' }],
  ['X12 one variant', { variants: [{ ...A, allocation_pct: 100 }] }, at('/variants', 'too_few')],
  ['X13 20 variants', split(...Array(20).fill(5)), CREATED],
  ['X13 21 variants', split(...Array(20).fill(4.5), 10), at('/variants', 'too_many')],
  ['X13 100,000 empty variants', { variants: Array(100_000).fill({}) }, at('/variants', 'too_many')],
  ['X14 a key twice', { variants: [A, A] }, INCONSISTENT('duplicate', '/variants/1/key')],
  [
    'X14 a key twice but for its case',
    { variants: [A, { ...B, key: 'CONTROL' }] },
    INCONSISTENT('duplicate'),
  ],
  ...each('X14 a variant', [null, 'x', 5, [], {}], (one) => ({ variants: [A, one] }), badRequest()),
  ...each('X14 a variant with the key', [null, 5, '', '   ', 'v'.repeat(65), 'a\0', 'a\nb', '\u200b'], (key) => ({ variants: [A, { ...B, key }] }), badRequest()), // prettier-ignore
  ['X15 99.99 in all', split(50, 49.99), INCONSISTENT('allocations_not_100', '/variants')],
  ['X15 100.01 in all', split(50, 50.01), INCONSISTENT('allocations_not_100')],
  ['X15 nothing in all', split(0, 0), INCONSISTENT('allocations_not_100')],
  ...each('X16 an allocation', [-1, 101, '50', null, true, [], 1e308], (share) => split(50, share), badRequest()), // prettier-ignore
  ['X17 thirds with three decimals', split(33.333, 33.333, 33.334), INCONSISTENT('invalid_allocation')],
  ['X17 thirds with two decimals', split(33.33, 33.33, 33.34), CREATED],
  ['X17 a share of 1e-7', split(1e-7, 99.9999999), INCONSISTENT('invalid_allocation')],
  ['X18 a variant without users', split(0, 100), CREATED],
  ['X19 no control', { variants: [{ ...A, is_control: false }, { ...B, is_control: false }] }, { ...CREATED, why: 'the first one is the control when none is marked' }], // prettier-ignore
  ['X19 two controls', { variants: [{ ...A, is_control: true }, { ...B, is_control: true }] }, INCONSISTENT('several_controls')], // prettier-ignore
  ...each('X19 is_control', ['true', 1, null], (is_control) => ({ variants: [{ ...A, is_control }, B] }), badRequest()), // prettier-ignore
  ['X20 NUL in a config', { variants: [{ ...A, config: { a: '\0' } }, B] }, badRequest()],
  ['X20 a config of 64 KB and more', { variants: [{ ...A, config: { a: 'x'.repeat(70_000) } }, B] }, badRequest()], // prettier-ignore
  ['X20 a config that is a text', { variants: [{ ...A, config: 'green' }, B] }, CREATED],
  ['X21 51 metrics', { metrics: Array.from({ length: 51 }, (_, i) => `m${i}`) }, at('/metrics', 'too_many')],
  ['X21 a metric twice', { metrics: ['buy', 'buy'] }, { status: 400, code: 'invalid_request', fault: 'duplicate', why: 'the schema says so' }], // prettier-ignore
  ['X21 a metric twice, once with a role', { metrics: ['buy', { key: 'buy', role: 'guardrail' }] }, INCONSISTENT()], // prettier-ignore
  ['X21 a metric that nobody has declared', { metrics: ['never-heard-of'] }, { ...CREATED, why: 'every event type is a metric' }], // prettier-ignore
  ...each('X21 metrics', [null, {}, 'buy', 5, [null], [5], [{}], [[]], [''], [{ key: 'buy', role: 'best' }], [{ key: 'buy', direction: 'up' }], [{ key: 'buy', weight: 1 }]], (metrics) => ({ metrics }), badRequest()), // prettier-ignore
  ['X21 two primary metrics', { metrics: [{ key: 'a', role: 'primary' }, { key: 'b', role: 'primary' }] }, INCONSISTENT('several_primaries')], // prettier-ignore
  ...each('X22 primary_metric', [null, '', 5, {}, 'm'.repeat(135), 'a\0'], (primary_metric) => ({ primary_metric }), badRequest()), // prettier-ignore
  ...each('X23 alpha', [0, 0.05, 'x'], (alpha) => ({ alpha }), at('/alpha', 'unknown_property')),
  ...each('X24 planned_users', [0, -1, 1.5, '10', 1e10, null], (planned_users) => ({ planned_users }), at('/planned_users')), // prettier-ignore
  ...each('X24 coverage_pct', [-1, 101, '50', null, true], (coverage_pct) => ({ coverage_pct }), at('/coverage_pct')), // prettier-ignore
  ['X24 a coverage of three decimals', { coverage_pct: 33.333 }, INCONSISTENT()],
  ['X24 fixed without a horizon', { analysis_mode: 'fixed' }, INCONSISTENT('horizon_required')],
  ...each('X24 analysis_mode', ['bayes', null, 5, ''], (analysis_mode) => ({ analysis_mode }), at('/analysis_mode')), // prettier-ignore
  ...each('X24 analysis_population', ['all', null, 5], (analysis_population) => ({ analysis_population }), at('/analysis_population')), // prettier-ignore
  ['X25 an end before the start', { starts_at: '2199-02-01T00:00:00Z', ends_at: '2199-01-01T00:00:00Z' }, INCONSISTENT('ends_before_start')], // prettier-ignore
  ['X25 an end that has passed', { ends_at: '2020-01-01T00:00:00Z' }, INCONSISTENT('in_the_past')],
  [
    'X25 a start that has passed',
    { starts_at: '2020-01-01T00:00:00Z' },
    { ...CREATED, why: 'it has then begun' },
  ],
  ...each('X26 a description of', [10_001], (length) => ({ description: 'd'.repeat(length as number) }), at('/description', 'too_long')), // prettier-ignore
  ...each('X26 description', [null, 5, [], 'a\0'], (description) => ({ description }), badRequest()),
  ...each('X27 tags', [[], ['a'], 'a'], (tags) => ({ tags }), at('/tags', 'unknown_property')),
  [
    'X28 a hypothesis in emoji',
    { hypothesis: '😀 𝒽 \u202e é' },
    CREATED,
    has({ hypothesis: '😀 𝒽 \u202e é' }),
  ],
  [
    'X30 what the server decides',
    { id: '0198c0de-1111-7000-8000-000000000001' },
    at('/id', 'unknown_property'),
  ],
  ...each(
    'X30 status',
    ['paused', 'completed', 'archived', 'x', null, 5],
    (status) => ({ status }),
    at('/status'),
  ),
  ['X53 SQL in every text', { name: "'); DROP TABLE experiments; --", description: '$1', hypothesis: "' OR 1=1" }, CREATED, has({ name: "'); DROP TABLE experiments; --" })], // prettier-ignore
  ...each('X57 starts_at', ['2199-01-01', '2199-01-01T00:00:00', 'now', 'infinity', '', 5, null, '2199-02-30T00:00:00Z', '9999-01-01T00:00:00Z', '2199-01-01 00:00:00Z'], (starts_at) => ({ starts_at }), at('/starts_at')), // prettier-ignore
  ...each('X57 horizon_at', ['tomorrow', 0, '2199-01-01T24:00:00Z'], (horizon_at) => ({ horizon_at }), at('/horizon_at')), // prettier-ignore
  ...each('X57 timezone', ['Mars/Phobos', 'CET', '', '+01:00', 'Europe/Berlin\0', 5, null, '../etc/passwd'], (timezone) => ({ timezone }), at('/timezone')), // prettier-ignore
  ...each('X58 hash', [null, 'x', {}, { algorithm: 'md5', seed: 's' }, { algorithm: 'fnv1a' }, { algorithm: 'fnv1a', seed: '' }, { algorithm: 'fnv1a', seed: 's', salt: 1 }], (hash) => ({ hash }), badRequest()), // prettier-ignore
];

export const createCases = (): Case[] =>
  FIELDS.map(([name, change, expected, also]) => ({
    name,
    send: but(CREATE, { body: { ...CREATE.body, ...change } }),
    ...expected,
    also,
  }));

export function lifecycleCases(): Case[] {
  const row = (name: string, request: Partial<Request> & { path: string }, expected: Expected): Case => ({
    name,
    send: { method: 'POST', ...request, path: `/api/v1/experiments/${request.path}` },
    ...expected,
  });
  const patch = (
    name: string,
    state: string,
    body: unknown,
    expected: Expected,
    ifMatch: string | null = '*',
  ): Case => row(name, { method: 'PATCH', path: state, body, headers: { 'If-Match': ifMatch } }, expected);
  const forbidden: Record<string, string[]> = {
    draft: ['pause', 'resume', 'complete', 'archive'],
    running: ['start', 'resume', 'archive'],
    paused: ['start', 'pause', 'archive'],
    completed: ['start', 'pause', 'resume', 'complete'],
    archived: ['start', 'pause', 'resume', 'complete', 'archive'],
  };
  const epoch = { coverage_pct: 100, variants: [A, B] };
  const body = { experiments: [{ key: '{{unique}}', name: 'n', variants: [A, B] }] };
  const bulk = (name: string, change: unknown, expected: Expected): Case =>
    row(`bulk: ${name}`, { path: 'bulk', body: { ...body, ...(change as object) } }, expected);
  return [
    ...Object.entries(forbidden).flatMap(([state, steps]) =>
      steps.map((step) =>
        row(`X39 ${step} of one that is ${state}`, { path: `{{${state}}}/${step}` }, CONFLICT),
      ),
    ),
    row('X41 a step that is none', { path: '{{running}}/explode' }, NOT_FOUND),
    row('X43 a step of one that is not there', { path: 'nothing/start' }, NOT_FOUND),
    row('X42 a winner that is no variant', { path: '{{paused}}/complete', body: { winner: 'nothing' } }, INCONSISTENT('unknown_variant', '/winner')), // prettier-ignore
    ...[null, 5, [], {}].map((winner) => row(`X51 winner ${show(winner)}`, { path: '{{paused}}/complete', body: { winner } }, badRequest(undefined, '/winner'))), // prettier-ignore
    row('X51 NUL in the winner', { path: '{{paused}}/complete', body: { winner: 'a\0' } }, INCONSISTENT('unknown_variant')), // prettier-ignore
    row(
      'X42 a reason',
      { path: '{{paused}}/complete', body: { reason: 'bored' } },
      badRequest('unknown_property'),
    ),
    row('X42 a list as the body', { path: '{{paused}}/complete', body: [] }, badRequest()),
    patch('X29 nothing to change', '{{draft}}', {}, OK),
    ...['id', 'key', 'status', 'created_at', 'hash', 'winner', 'epoch', 'version', '__v'].map((name) => patch(`X30 PATCH ${name}`, '{{draft}}', { [name]: 'x' }, at(`/${name}`, 'unknown_property'))), // prettier-ignore
    ...['name', 'timezone', 'variants', 'metrics', 'analysis_mode', 'coverage_pct'].map((name) => patch(`X31 PATCH ${name} null`, '{{draft}}', { [name]: null }, at(`/${name}`))), // prettier-ignore
    patch(
      'X32 without If-Match',
      '{{running}}',
      { name: 'x' },
      { status: 428, code: 'precondition_required' },
      null,
    ),
    ...['"stale"', 'W/"1"', 'x', '""', '"1", "2"'].map((etag) => patch(`X32 If-Match ${etag}`, '{{running}}', { name: 'x' }, { status: 412, code: 'precondition_failed' }, etag)), // prettier-ignore
    patch('X34 allocations while running', '{{running}}', { variants: [{ ...A, allocation_pct: 60 }, { ...B, allocation_pct: 40 }] }, { ...FROZEN, why: 'through a new epoch' }), // prettier-ignore
    patch('X34 coverage while running', '{{running}}', { coverage_pct: 10 }, FROZEN),
    patch('X34 the timezone while running', '{{running}}', { timezone: 'Europe/Berlin' }, FROZEN),
    patch('X34 a variant that is not there', '{{running}}', { variants: [{ key: 'nothing', name: 'x' }] }, { ...FROZEN, why: 'variants cannot be added' }), // prettier-ignore
    patch('X31 NUL in the description', '{{running}}', { description: 'a\0' }, badRequest()),
    patch('X31 half a character in a config', '{{running}}', { variants: [{ key: 'control', config: '\ud800' }] }, badRequest()), // prettier-ignore
    ...['running', 'paused', 'completed', 'archived'].map((state) => row(`X44 DELETE of one that is ${state}`, { method: 'DELETE', path: `{{${state}}}` }, CONFLICT)), // prettier-ignore
    row('X45 DELETE of one that is not there', { method: 'DELETE', path: 'nothing' }, NOT_FOUND),
    row('X55 PUT', { method: 'PUT', path: '{{draft}}', body: CREATE.body }, { status: 405, code: 'method_not_allowed' }), // prettier-ignore
    row('X50 a clone', { path: '{{running}}/clone' }, NOT_FOUND),
    row('epochs: of a draft', { path: '{{draft}}/epochs', body: epoch }, CONFLICT),
    row('epochs: of a completed one', { path: '{{completed}}/epochs', body: epoch }, CONFLICT),
    row('epochs: without coverage', { path: '{{running}}/epochs', body: { variants: [A, B] } }, at('/coverage_pct', 'required')), // prettier-ignore
    row('epochs: a variant is missing', { path: '{{running}}/epochs', body: { ...epoch, variants: [{ ...A, allocation_pct: 100 }] } }, at('/variants', 'too_few')), // prettier-ignore
    row('epochs: a variant that is not there', { path: '{{running}}/epochs', body: { ...epoch, variants: [A, { ...B, key: 'x' }] } }, INCONSISTENT()), // prettier-ignore
    row('epochs: 90 in all', { path: '{{running}}/epochs', body: { ...epoch, variants: [A, { ...B, allocation_pct: 40 }] } }, INCONSISTENT('allocations_not_100')), // prettier-ignore
    row('epochs: three decimals', { path: '{{running}}/epochs', body: { ...epoch, coverage_pct: 0.001 } }, INCONSISTENT()), // prettier-ignore
    bulk('no experiments', { experiments: [] }, at('/experiments', 'too_few')),
    bulk('101 experiments', { experiments: Array(101).fill({}) }, at('/experiments', 'too_many')),
    bulk('33,000 empty objects', { experiments: Array(33_000).fill({}) }, at('/experiments', 'too_many')),
    bulk(
      'one that is null',
      { experiments: [null, 5, [], 'x'] },
      { ...OK, why: 'each is created or refused on its own' },
    ),
    ...['', ' ', 'x'.repeat(256), 'a b', '\u00e9', 'a\tb']
      .map(
        (key) =>
      row(`N27 Idempotency-Key ${JSON.stringify(key.slice(0, 9))} of ${key.length}`, { path: '', body: CREATE.body, headers: { 'Idempotency-Key': key } }, badRequest('invalid_format', '/Idempotency-Key')), // prettier-ignore
      )
      .map((one) => ({ ...one, send: { ...(one.send as Request), path: '/api/v1/experiments' } })),
    ...idempotencyCases(),
    { name: 'X60 a write to the audit log', send: { method: 'POST', path: '/api/v1/audit', body: {} }, status: 405, code: 'method_not_allowed' }, // prettier-ignore
  ];
}

/** One after the other: each needs what the one before has done. */
function idempotencyCases(): Case[] {
  const body = { key: 'sent-twice', name: 'Sent twice', variants: [A, B] };
  const row = (name: string, change: object, expected: Expected, replayed: boolean): Case => ({
    name,
    send: but(CREATE, { body: { ...body, ...change }, headers: { 'Idempotency-Key': 'sent-twice' } }),
    ...expected,
    also: (reply) => expect(reply.headers.has('idempotent-replayed')).toBe(replayed),
  });
  const mismatch: Expected = { status: 422, code: 'idempotency_mismatch' };
  return [
    row('X8 a key for the first time', {}, CREATED, false),
    row('X8 the same key and body', {}, CREATED, true),
    row('X9 the same key with another body', { name: 'Other' }, mismatch, false),
    {
      name: 'X9 two keys',
      send: but(CREATE, { lines: ['Idempotency-Key: a', 'Idempotency-Key: b'] }),
      ...NO_HTTP,
    },
    { name: 'X4 the same body without the key', send: but(CREATE, { body }), ...TAKEN },
  ];
}

export function metricCases(): Case[] {
  const good = { key: '{{unique}}', name: 'M', definition: { kind: 'count', event_types: ['buy'] } };
  const row = (name: string, change: object, expected: Expected): Case => ({
    name: `metric: ${name}`,
    send: { method: 'POST', path: '/api/v1/metrics', body: { ...good, ...change } },
    ...expected,
  });
  const nonsense: Expected = { status: 422, code: 'invalid_metric' };
  const kind = (name: string, definition: unknown, expected: Expected = badRequest()): Case =>
    row(name, { definition }, expected);
  const filter = (name: string, value: unknown, expected: Expected = badRequest()): Case =>
    kind(`filter ${name}`, { kind: 'count', event_types: ['buy'], filter: value }, expected);
  return [
    row('no definition', { definition: undefined }, badRequest()),
    ...[null, 5, 'x', [], {}, { kind: 'magic' }, { kind: null }, { kind: '__proto__' }, { kind: 'constructor' }].map((definition) => kind(`definition ${show(definition)}`, definition)), // prettier-ignore
    kind('no event types', { kind: 'count' }),
    kind('an empty list of event types', { kind: 'count', event_types: [] }),
    kind('an event type of 129 characters', { kind: 'count', event_types: ['x'.repeat(129)] }, nonsense),
    kind('NUL in an event type', { kind: 'count', event_types: ['a\0'] }, nonsense),
    kind('R33 a funnel without steps', { kind: 'funnel', steps: [] }),
    kind('R33 a funnel of one step', { kind: 'funnel', steps: [{ event_types: ['a'] }] }),
    kind('R33 a funnel of 51 steps', { kind: 'funnel', steps: Array(51).fill({ event_types: ['a'] }) }),
    kind('a window of no hours', { kind: 'count', event_types: ['a'], window_hours: 0 }),
    kind('a window as text', { kind: 'count', event_types: ['a'], window_hours: '24' }),
    kind(
      'days in the wrong order',
      { kind: 'retention', event_types: ['a'], from_day: 5, to_day: 2 },
      nonsense,
    ),
    kind('a ratio of something to itself', { kind: 'ratio', numerator: { event_types: ['a'], aggregation: 'sum' }, denominator: { event_types: ['a'], aggregation: 'sum' } }, nonsense), // prettier-ignore
    kind('a percentile of 1', { kind: 'count', event_types: ['a'], cap: { upper_percentile: 1 } }),
    kind('R23 an operator that is none', { kind: 'count', event_types: ['a'], filter: [{ property: 'p', operator: 'sql', value: 1 }] }), // prettier-ignore
    filter('R22 a regular expression', [{ property: 'p', operator: 'regex', value: '(a+)+$' }]),
    filter('R23 a text for gt', [{ property: 'p', operator: 'gt', value: 'x' }], nonsense),
    filter('R23 no list for in', [{ property: 'p', operator: 'in', value: 'x' }], nonsense),
    filter('R23 a value for exists', [{ property: 'p', operator: 'exists', value: 1 }], nonsense),
    filter('R19 SQL as a property', [{ property: "'); DROP TABLE events; --", operator: 'exists' }], {
      status: 201,
    }),
    filter('R21 101 conditions', Array(101).fill({ property: 'p', operator: 'exists' })),
    filter('R21 an object as value', [{ property: 'p', operator: 'eq', value: { a: 1 } }]),
    filter('NUL in a property', [{ property: 'a\0', operator: 'exists' }], nonsense),
    ...[null, {}, 'x', [null], [[]], [{}]].map((value) => filter(show(value), value)),
    row('a key that is taken', { key: 'revenue' }, TAKEN),
    row('a direction that is none', { direction: 'sideways' }, badRequest()),
  ];
}

export function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 25)}… (${text.length})` : text;
}
