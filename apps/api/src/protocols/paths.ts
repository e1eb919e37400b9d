// Where protocols live that existing clients already speak: at the addresses these clients know, outside of /api/v1.

/** For Nest, which would put its prefix before them. */
export const PROTOCOL_PATHS = ['ofrep/v1/*rest', 'v1/:call', 'api/features/:client_key', 'posthog/*rest'];

/**
 * PostHog's clients end their addresses with a slash, which no route of Nest can have; and `/flags` alone would be taken for the flags that
 * are managed here. So what they call is found under `/posthog`.
 */
const POSTHOG = ['/flags/', '/batch/', '/e/', '/i/v0/e/'];

/** The address of the route that answers. @param url path and query as they came */
export function routedUrl(url: string): string {
  const [path] = url.split('?', 1);
  const address = path.startsWith('/posthog/') ? path.slice('/posthog'.length) : path;
  return POSTHOG.includes(address) ? `/posthog${address.slice(0, -1)}${url.slice(path.length)}` : url;
}
