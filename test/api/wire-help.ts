import type { TestApp } from '../support/app';
import type { Reply } from '../doors/wire';

/** Lines of a request with the token, after which a body may follow. */
export function request(
  app: TestApp,
  line: string,
  headers: Record<string, string | number> = {},
  body = '',
): string {
  const all = { Host: 'localhost', Authorization: `Bearer ${app.token}`, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [line, ...lines, '', body].join('\r\n');
}

/** Status and code of a problem that came over the wire, with the headers of every answer. */
export function problemOf(reply: Reply | null) {
  expect(reply?.headers.get('content-type')?.[0]).toMatch(/^application\/problem\+json/);
  expect(reply?.headers.get('x-content-type-options')).toEqual(['nosniff']);
  const problem = JSON.parse(reply?.body.toString() ?? '');
  expect(problem.request_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(reply?.headers.get('x-request-id')).toEqual([problem.request_id]);
  return { status: reply?.status, code: problem.code };
}
