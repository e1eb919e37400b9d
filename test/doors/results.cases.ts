import { badRequest, Case, Door, Expected, NOT_FOUND } from './cases';
import type { Reply } from './wire';

// Set R: results and what else is read.

const OK: Expected = { status: 200 };
export const RESULTS: Door = { method: 'GET', path: '/api/v1/experiments/running/results', ok: 200 };

export function resultsCases(): Case[] {
  const get = (name: string, path: string, expected: Expected, also?: Case['also'], headers: Record<string, string> = {}): Case => ({
    name,
    send: { method: 'GET', path: `/api/v1/experiments/${path}`, headers },
    ...expected,
    also,
  }); // prettier-ignore
  const query = (name: string, text: string, expected: Expected, also?: Case['also']): Case =>
    get(name, `running/results?${text}`, expected, also);
  const each = (parameter: string, values: string[], id: string): Case[] =>
    values.map((value) =>
      query(`${id} ${parameter}=${value}`, `${parameter}=${value}`, badRequest(undefined, `/${parameter}`)),
    );
  return [
    ...['draft', 'running', 'paused', 'completed', 'archived'].map((state) => get(`R1 of one that is ${state}`, `{{${state}}}/results`, OK, isFinite)),
    get('R1 of one that is not there', 'nothing/results', NOT_FOUND),
    ...['metric', 'event_type'].flatMap((name) => [
      query(`R10 ${name} that is none`, `${name}=nothing`, { ...OK, why: 'every event type is a metric, also one that has not been seen' }),
      query(`R10 ${name} with SQL`, `${name}='%20OR%201=1--`, OK),
      ...each(name, ['', '%20', '%00', 'a%0Ab', 'm'.repeat(135), '%E2%80%8B'], 'R10'),
      query(`R10 ${name} twice`, `${name}=a&${name}=b`, badRequest('invalid_type', `/${name}`)),
    ]),
    query('R10 metric and event_type that differ', 'metric=a&event_type=b', badRequest()),
    ...each('confidence_level', ['0', '1', '2', '-0.95', 'abc', '', '0.49', '0.99999', '95%25', '1e-1', 'NaN', '0x1', 'Infinity', '.95', '0,95'], 'R13'),
    query('R13 a level of eleven digits', 'confidence_level=0.95000000001', { ...OK, why: 'any level within the bounds' }),
    ...each('min_sample_size', ['-1', '1.5', 'many', '', '99999999999', '1e3'], 'R13'),
    ...each('granularity', ['second', 'week', 'DAY', '', 'day%00'], 'R17'),
    ...each('view', ['all', '', 'FULL', '__proto__', 'constructor'], 'R17'),
    ...each('include_ci', ['yes', '1', '', 'TRUE'], 'R17'),
    ...each('novelty', ['2', 'on'], 'R17'),
    ...each('explain', ['json', 'true', 'SQL'], 'R17'),
    ...each('format', ['xlsx', 'xml', '', 'CSV', 'html'], 'R30'),
    ...each('table', ['users', '', '../x'], 'R30'),
    ...each('breakdown', ['', '%00', '%20', 'b'.repeat(129), 'a%0Db'], 'R18'),
    ...["a'b", '"', "-%3E%3E'x'", "');--", '{a,b}', '$1', '%25', '\\', '*', '__proto__', 'nothing'].map((name) =>
      query(`R19 breakdown=${name}`, `breakdown=${name}`, { ...OK, why: 'a name of an attribute like any other; it never becomes SQL' }),
    ),
    query('R16 a timezone', 'timezone=Mars/Phobos', badRequest('unknown_property', '/timezone')),
    query('R12 a variant', 'variant=nothing', badRequest('unknown_property', '/variant')),
    query('R24 a time to look back from', 'as_of=2199-01-01', badRequest('unknown_property', '/as_of')),
    query('R21 a filter', `filter=${'['.repeat(2_000)}`, badRequest('unknown_property', '/filter')),
    query('R14 a range of 400 days', 'start_date=2025-01-01&end_date=2026-11-21&granularity=day', OK),
    query('R15 a range before the start', 'start_date=2020-01-01&end_date=2020-02-01', OK),
    query('R14 hours of a whole year', 'start_date=2025-01-01&end_date=2026-11-21&granularity=hour', badRequest()),
    query('R29 CSV', 'format=csv&table=variants', OK, isAttachment),
    query('R30 CSV of no table', 'format=csv', OK, isAttachment),
    get('R30 an Accept that asks for CSV', 'running/results', OK, isAttachment, { Accept: 'text/csv' }),
    get('R30 an Accept of a spreadsheet', 'running/results', { ...OK, why: 'JSON; who cannot read it sees so' }, undefined, { Accept: 'application/vnd.ms-excel' }),
    get('R25 If-None-Match *', 'running/results', { status: 304 }, undefined, { 'If-None-Match': '*' }),
    ...['"x"', 'W/"x"', '"', '\u00e9', '"a", "b"'].map((etag) => get(`R25 If-None-Match ${etag}`, 'running/results', OK, undefined, { 'If-None-Match': etag })),
    { name: 'R26 recompute of one that is not there', send: { method: 'POST', path: '/api/v1/experiments/nothing/recompute' }, ...NOT_FOUND },
    { name: 'R26 verify of one that is not there', send: { method: 'POST', path: '/api/v1/experiments/nothing/verify' }, ...NOT_FOUND },
    { name: 'R27 recompute', send: { method: 'POST', path: '/api/v1/experiments/running/recompute' }, status: 202 },
    { name: 'R27 recompute again', send: { method: 'POST', path: '/api/v1/experiments/running/recompute' }, status: 202 },
    ...['sample-size', 'power', 'mde'].flatMap((what) => planningCases(`/api/v1/planning/${what}`)),
  ]; // prettier-ignore
}

function planningCases(path: string): Case[] {
  const row = (body: unknown): Case => ({
    name: `X24 ${path.slice('/api/v1/'.length)} ${JSON.stringify(body)}`,
    send: { method: 'POST', path, body },
    ...badRequest(),
  });
  return [
    {},
    { kind: 'magic' },
    { kind: 'conversion', baseline_rate: 2 },
    { kind: 'conversion', baseline_rate: '0.1' },
    { kind: 'conversion', baseline_rate: 0.1, alpha: 0 },
    { kind: 'conversion', baseline_rate: 0.1, alpha: 1 },
    { kind: 'conversion', baseline_rate: 0.1, power: 1, experiment: 5 },
    { kind: 'mean', baseline_mean: 1e300 },
    { kind: 'mean', standard_deviation: -1 },
    { kind: 'mean', standard_deviation: 0 },
  ].map(row);
}

/** No figure that JSON does not know, and none that is not a number where one could be. */
function isFinite(reply: Reply): void {
  expect(reply.body.toString()).not.toMatch(/NaN|Infinity/);
  const { metrics } = JSON.parse(reply.body.toString()) as { metrics: unknown[] };
  expect(Array.isArray(metrics)).toBe(true);
}

function isAttachment(reply: Reply): void {
  expect(reply.headers.get('content-type')?.[0]).toMatch(/^text\/csv/);
  expect(reply.headers.get('content-disposition')?.[0]).toMatch(/^attachment; filename="[\w.-]+"$/);
}
