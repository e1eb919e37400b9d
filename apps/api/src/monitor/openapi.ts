import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Type } from '@sinclair/typebox';
import { workedOutExamples } from '../http/examples';
import { problemExamples } from '../http/problem-examples';
import { componentSchemas, named } from '../http/schema';
import { addBodyTypes } from './body-types';
import { operationIdOf } from './operation-id';
import { addAlternatives, SECURITY_SCHEMES } from './security';

named(
  'Problem',
  Type.Object({
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; what programs should look at.' }),
    detail: Type.String(),
    request_id: Type.String({ description: 'Leads to the line in the log.' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ pointer: Type.String(), code: Type.String(), message: Type.String() }), {
        maxItems: 20,
      }),
    ),
    retry_after: Type.Optional(
      Type.Integer({ description: 'Seconds to wait, as in the header `Retry-After`: of `rate_limited`.' }),
    ),
    limit_bytes: Type.Optional(
      Type.Integer({ description: 'How much the address takes: of `body_too_large`.' }),
    ),
    allowed_transitions: Type.Optional(
      Type.Array(Type.String(), { description: 'What the state allows: of `invalid_transition`.' }),
    ),
    experiments: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Object({ id: Type.String(), key: Type.String(), status: Type.String() }),
          Type.String({ description: 'Key.' }),
        ]),
        {
          description:
            'What stands in the way: of `metric_in_use`, `layer_in_use` and, by key, `segment_in_use`.',
        },
      ),
    ),
    flags: Type.Optional(
      Type.Array(Type.String(), { description: 'Keys of what stands in the way: of `segment_in_use`.' }),
    ),
  }),
);

const TAGS: Record<string, string> = {
  experiments: 'What is tried, on whom, and for how long.',
  assignments: 'Which variant a user gets.',
  events: 'What users did.',
  results: 'What came of it.',
  metrics: 'What is counted.',
  flags: 'Values that can be changed while programs run, alike for all or not.',
  segments: 'Users who have something in common, by name.',
  layers: 'Experiments that must not meet.',
  ofrep: 'Flags, as OpenFeature asks for them.',
  segment: 'Events, as the clients of Segment send them.',
  posthog: 'Flags and events, as the clients of PostHog ask for and send them.',
  growthbook: 'Experiments, as the SDKs of GrowthBook work them out by themselves.',
  planning: 'How many users it takes.',
  users: 'What is kept of a person.',
  tokens: 'Who may do what.',
  audit: 'Who did what.',
  jobs: 'What works in the background.',
  balance: 'Where all events have gone.',
  'dead letters': 'Events that were accepted and could not be stored.',
  health: 'For whoever runs it.',
};

const DESCRIPTION = `Applications ask which variant a user gets, send events, and read results that are always ready.
Every event accepted is counted exactly once in every experiment where it counts.

Times are RFC 3339 with offset. Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`.
Lists are paged by an opaque \`cursor\`. What is no HTTP, or too slow or too large to be read, is answered 400 \`malformed_request\`,
408 \`request_timeout\` or 431 \`headers_too_large\` at any address.`;

export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Assay')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addSecurityRequirements('bearer')
    .addServer('http://127.0.0.1:3000', 'What `npm start` runs.')
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: operationIdOf });
  document.tags = Object.entries(TAGS).map(([name, description]) => ({ name, description }));
  addAlternatives(document.paths);
  addBodyTypes(document.paths);
  document.components = {
    securitySchemes: SECURITY_SCHEMES,
    schemas: componentSchemas() as never,
    examples: { ...problemExamples(), ...workedOutExamples() },
  };
  return document;
}

/** Swagger UI at /docs and the document at /openapi.json, both behind the door. */
export function installOpenApi(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Assay API',
    swaggerOptions: { persistAuthorization: false, displayRequestDuration: true },
  });
}
