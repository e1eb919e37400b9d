import { Static, Type } from '@sinclair/typebox';
import { ASSIGNED_AT, CHECKOUT_BUTTON, REQUEST_ID, USER } from '../../http/story';
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
  token: 'assay_public_…',
  distinct_id: USER,
  person_properties: { country: 'DE' },
  flag_keys_to_evaluate: ['checkout-button'],
};

const { id, key, variants } = CHECKOUT_BUTTON;
const [control] = variants;
export const FLAGS_ANSWER_EXAMPLE: FlagsAnswer = {
  flags: {
    [key]: {
      key,
      enabled: true,
      variant: control.key,
      reason: { code: 'split', description: 'assigned' },
      metadata: { id, version: 1, payload: JSON.stringify(control.config), has_experiment: true },
    },
  },
  errorsWhileComputingFlags: false,
  requestId: REQUEST_ID,
  evaluatedAt: Date.parse(ASSIGNED_AT),
};
