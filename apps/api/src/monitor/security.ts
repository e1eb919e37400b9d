import type { OpenAPIObject } from '@nestjs/swagger';

type Requirement = Record<string, string[]>;

const IN_BODY_OR_ADDRESS: Requirement = {};

/** Where the clients of protocols put their token instead, by the start of the address. The scopes are the same. */
const OTHERWISE: readonly (readonly [prefix: string, alternatives: (scopes: string[]) => Requirement[]])[] = [
  ['/ofrep/v1/', (scopes) => [{ apiKey: scopes }, IN_BODY_OR_ADDRESS]],
  ['/v1/', (scopes) => [{ writeKey: scopes }, IN_BODY_OR_ADDRESS]],
  ['/posthog/', () => [IN_BODY_OR_ADDRESS]],
  ['/api/features/', () => [IN_BODY_OR_ADDRESS]],
];

export const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of `POST /tokens`, or one of BEARER_TOKENS.',
  },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The same token, for OpenFeature.',
  },
  writeKey: {
    type: 'http',
    scheme: 'basic',
    description:
      'The same token as the user name, for Segment. Protocols also take it in the body or, if it is publishable, in the address.',
  },
} as const;

/** Says where else a token may stand. */
export function addAlternatives(paths: OpenAPIObject['paths']): void {
  for (const [path, methods] of Object.entries(paths)) {
    const alternatives = OTHERWISE.find(([prefix]) => path.startsWith(prefix))?.[1];
    if (alternatives === undefined) continue;
    for (const operation of Object.values(methods) as { security?: Requirement[] }[]) {
      const [{ bearer }] = operation.security as [Requirement];
      operation.security = [{ bearer }, ...alternatives(bearer)];
    }
  }
}
