import { Static, Type } from '@sinclair/typebox';
import { named } from '../../http/schema';

// What posthog-node and posthog-js ask and look at; none of it is specified anywhere but in these clients.

/** Open: clients send more than anybody needs here. */
export const FlagsRequest = named(
  'PosthogFlagsRequest',
  Type.Object({
    token: Type.Optional(Type.String({ description: 'The token, where no header brings it.' })),
    api_key: Type.Optional(Type.String({ description: 'The same, of older clients.' })),
    distinct_id: Type.String({ format: 'user-id', minLength: 1, description: 'The user.' }),
    person_properties: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description: 'What is known of the user. Texts, numbers and booleans can be targeted.',
        },
      ),
    ),
    flag_keys_to_evaluate: Type.Optional(
      Type.Array(Type.String(), { maxItems: 1_000, description: 'Only these.' }),
    ),
  }),
);

export const FlagsQuery = Type.Object({
  v: Type.Optional(Type.String({ description: 'Version of the answer: 2, whatever is asked.' })),
  client_key: Type.Optional(Type.String({ description: 'A publishable token.' })),
});

const FlagDetail = Type.Object({
  key: Type.String(),
  enabled: Type.Boolean(),
  variant: Type.Optional(Type.String({ description: 'Absent for a boolean flag.' })),
  reason: Type.Object({ code: Type.String(), description: Type.String() }),
  metadata: Type.Object({
    id: Type.String({ description: 'Of the flag, or of the experiment where no flag has the key.' }),
    version: Type.Integer(),
    payload: Type.Optional(Type.String({ description: 'The value, as JSON in a text.' })),
    has_experiment: Type.Boolean(),
  }),
});
export type FlagDetail = Static<typeof FlagDetail>;

export const FlagsAnswer = named(
  'PosthogFlags',
  Type.Object({
    flags: Type.Record(Type.String(), FlagDetail),
    errorsWhileComputingFlags: Type.Boolean(),
    requestId: Type.String(),
    evaluatedAt: Type.Integer({ description: 'Milliseconds since 1970.' }),
  }),
);
export type FlagsAnswer = Static<typeof FlagsAnswer>;

export const FLAGS_REQUEST_EXAMPLE = {
  token: 'asy_…',
  distinct_id: 'user-42',
  person_properties: { country: 'SE' },
};

export const FLAGS_ANSWER_EXAMPLE: FlagsAnswer = {
  flags: {
    'checkout-button': {
      key: 'checkout-button',
      enabled: true,
      variant: 'treatment',
      reason: { code: 'split', description: 'assigned' },
      metadata: {
        id: '0198c0de-1111-7000-8000-000000000001',
        version: 1,
        payload: '{"color":"green"}',
        has_experiment: true,
      },
    },
  },
  errorsWhileComputingFlags: false,
  requestId: '0198c0de-1111-7000-8000-000000000002',
  evaluatedAt: 1_795_270_000_000,
};
