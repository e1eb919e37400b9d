import { Static, Type } from '@sinclair/typebox';
import { CHECKOUT_BUTTON, ELIGIBILITY } from '../../http/story';
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

const { id, key, name, hashSeed: seed, variants } = CHECKOUT_BUTTON;
const { holdout } = ELIGIBILITY;
export const FEATURES_EXAMPLE: Static<typeof FeaturesAnswer> = {
  status: 200,
  features: {
    [key]: {
      defaultValue: variants[0].config,
      rules: [
        {
          id,
          key,
          name,
          phase: '1',
          seed,
          hashVersion: 2,
          hashAttribute: 'id',
          variations: variants.map(({ config }) => config),
          ranges: [
            [0, 0.5],
            [0.5, 1],
          ],
          meta: variants.map(({ key, name }) => ({ key, name })),
          filters: [
            { attribute: 'id', seed: holdout.seed, hashVersion: 2, ranges: [[holdout.shareBp / 10_000, 1]] },
          ],
        },
      ],
    },
    'page-size': { defaultValue: 20, rules: [] },
  },
  dateUpdated: '2026-11-21T17:13:16.581180Z',
  left_out: [],
};

const Refused = named('GrowthBookError', Type.Object({ status: Type.Integer(), error: Type.String() }));
export const REFUSALS = Object.fromEntries([400, 401, 403, 429, 500, 503].map((status) => [status, Refused]));
