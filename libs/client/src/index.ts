import createClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { components, paths } from './schema';

/** Bodies and answers by name: `Schemas['Experiment']`. */
export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];

/** Results can also be had as CSV; with `parseAs: 'text'` they are. */
type Json = `application/${string}json`;

export interface Options extends Omit<ClientOptions, 'baseUrl'> {
  /** Where the api is, without `/api/v1`. */
  url: string;
  token: string;
}

/** Every address of the api, with the types that its OpenAPI document promises. */
export function assay({ url, token, headers, ...rest }: Options): Client<paths, Json> {
  return createClient<paths, Json>({
    ...rest,
    baseUrl: url,
    headers: { ...(headers as Record<string, string> | undefined), Authorization: `Bearer ${token}` },
  });
}

/** An answer that is no success: `problem.code` is what programs look at. */
export class AssayError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
    /** Seconds to wait before the same request is sent again; null when that does not help. */
    readonly retryAfter: number | null,
  ) {
    super(problem === null ? `The server answered ${status}.` : `${problem.code}: ${problem.detail}`);
    this.name = 'AssayError';
  }
}

/**
 * What was asked for, or an exception: `const experiment = await data(client.GET(...))`.
 * @throws AssayError
 */
export async function data<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data: body, error, response } = await answer;
  if (response.ok) return body as T;
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  throw new AssayError(response.status, problemIn(error), Number.isFinite(seconds) ? seconds : null);
}

/** What stands between may answer in words of its own. */
function problemIn(error: unknown): Problem | null {
  return typeof error === 'object' && error !== null && 'code' in error ? (error as Problem) : null;
}
