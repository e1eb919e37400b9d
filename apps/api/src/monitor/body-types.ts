import type { OpenAPIObject } from '@nestjs/swagger';
import { Type } from '@sinclair/typebox';
import { bodyTypes } from '../http/body-limits';
import { named } from '../http/schema';

const CLOUD_EVENT = {
  specversion: '1.0',
  id: 'order-1042',
  source: '/shop',
  type: 'purchase',
  subject: 'user-42',
  time: '2026-11-21T09:31:12Z',
  data: { value: 49.9 },
};

named(
  'CloudEvent',
  Type.Object(
    {
      specversion: Type.Literal('1.0'),
      id: Type.String({ minLength: 1 }),
      source: Type.String({
        minLength: 1,
        description: 'With `id` it names the event: both the same count once.',
      }),
      type: Type.String({ minLength: 1 }),
      subject: Type.String({ minLength: 1, description: 'The id of the user.' }),
      time: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
      data: Type.Optional(Type.Unknown({ description: 'The properties: an object.' })),
      experimentid: Type.Optional(Type.Unknown({ description: 'As `experiment_id` of an event.' })),
      variantid: Type.Optional(Type.Unknown({ description: 'As `variant_id` of an event.' })),
    },
    { description: 'CloudEvents 1.0, with JSON as its data.' },
  ),
);

interface Content {
  schema: object;
  examples?: Record<string, { value: unknown }>;
}

const CLOUD_EVENT_SCHEMA = { $ref: '#/components/schemas/CloudEvent' };

const OTHERS: Readonly<Record<string, (json: Content) => Content>> = {
  'text/plain': ({ schema, examples = {} }) => ({
    schema: { type: 'string', contentMediaType: 'application/json', contentSchema: schema },
    examples: Object.fromEntries(
      Object.entries(examples).map(([name, { value }]) => [name, { value: JSON.stringify(value) }]),
    ),
  }),
  'application/cloudevents+json': () => ({
    schema: CLOUD_EVENT_SCHEMA,
    examples: { example: { value: CLOUD_EVENT } },
  }),
  'application/cloudevents-batch+json': () => ({
    schema: { type: 'array', items: CLOUD_EVENT_SCHEMA, minItems: 1, maxItems: 1_000 },
    examples: { example: { value: [CLOUD_EVENT] } },
  }),
};

/** Says what a body may be besides plain JSON. */
export function addBodyTypes(paths: OpenAPIObject['paths']): void {
  for (const [path, { post }] of Object.entries(paths)) {
    const content = (post?.requestBody as { content: Record<string, Content> } | undefined)?.content;
    if (content === undefined) continue;
    for (const type of bodyTypes(path))
      if (type in OTHERS) content[type] = OTHERS[type](content['application/json']);
  }
}
