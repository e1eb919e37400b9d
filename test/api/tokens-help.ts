import { Answer, Json, TestApp } from '../support/app';

export const YEAR_MS = 365 * 86_400_000;

/** Creates a token over the api, with everything it answers. */
export async function aToken(app: TestApp, options: object = {}): Promise<Json> {
  const body = { name: 'test', scopes: ['experiments:read'], ...options };
  const answer = await app.call('POST', '/api/v1/tokens', body);
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 201 });
  return answer.body;
}

export function aPublishable(app: TestApp, origins: string[], options: object = {}): Promise<Json> {
  const rights = { kind: 'publishable', scopes: ['events:write', 'assignments:write'] };
  return aToken(app, { ...rights, allowed_origins: origins, ...options });
}

/** Calls with another token than that of the app. */
export function as(
  app: TestApp,
  secret: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return app.call(method, path, body, { authorization: `Bearer ${secret}`, ...headers });
}

/** Changes a token in the database as time would. */
export async function alter(app: TestApp, id: string, change: string): Promise<void> {
  await app.database.source.query(`UPDATE tokens SET ${change} WHERE id = $1`, [id]);
}
