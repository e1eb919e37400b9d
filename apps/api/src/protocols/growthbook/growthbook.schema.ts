import { Type } from '@sinclair/typebox';
import { named } from '../../http/schema';

// What GrowthBook's SDKs read: https://docs.growthbook.io/lib/build-your-own.

export const FeaturesAnswer = named(
  'GrowthBookFeatures',
  Type.Object({
    status: Type.Literal(200),
    features: Type.Record(
      Type.String(),
      Type.Object({
        defaultValue: Type.Optional(Type.Unknown({ description: 'Absent: use the default of the code.' })),
        rules: Type.Optional(
          Type.Array(
            Type.Object(
              {},
              { additionalProperties: true, description: 'A rule in the words of GrowthBook.' },
            ),
          ),
        ),
      }),
    ),
    dateUpdated: Type.String({ description: 'Another one whenever anything else is another one.' }),
    left_out: Type.Array(Type.String(), {
      description:
        'Flags and experiments that no SDK can evaluate as the server does, because of an attribute, a version or a hash that it knows otherwise.',
    }),
  }),
);

export const FEATURES_EXAMPLE = {
  status: 200,
  features: {
    'checkout-button': {
      defaultValue: 'control',
      rules: [
        {
          id: '01a1fcb9-b385-7065-be6b-80dc06be67d4',
          key: 'checkout-button',
          name: 'Checkout button',
          phase: '1',
          seed: '01a1fcb9-b385-7065-be6b-80dc06be67d4',
          hashVersion: 2,
          hashAttribute: 'id',
          variations: ['control', 'treatment'],
          ranges: [
            [0, 0.5],
            [0.5, 1],
          ],
          meta: [
            { key: 'control', name: 'Control' },
            { key: 'treatment', name: 'Treatment' },
          ],
          condition: { country: { $type: 'string', $eq: 'DE' } },
        },
      ],
    },
  },
  dateUpdated: '2026-11-21T14:00:12.345678Z',
  left_out: [],
};

const Refused = named('GrowthBookError', Type.Object({ status: Type.Integer(), error: Type.String() }));
export const REFUSALS = Object.fromEntries([400, 401, 403, 429, 500, 503].map((status) => [status, Refused]));
