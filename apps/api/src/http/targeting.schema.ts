import { Type } from '@sinclair/typebox';
import { AssayError, checkTargeting, Targeting, TARGETING_LIMITS, TARGETING_OPERATORS } from '@app/model';
import { literals, named } from './schema';

// The words of conditions for the documentation; `checkTargeting` reads them, because they nest, and a schema would list the faults of
// every branch.

const closed = { additionalProperties: false };
const Inner = Type.Unsafe<Targeting>({ $ref: '#/components/schemas/Targeting' });
const Parts = Type.Array(Inner, { minItems: 1, maxItems: TARGETING_LIMITS.nodes });
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

const TargetingComparison = named(
  'TargetingComparison',
  Type.Object(
    {
      attribute: Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'What is known of the user by this name; `user_id` always is.',
      }),
      operator: literals(TARGETING_OPERATORS),
      value: Type.Optional(
        Type.Union([Scalar, Type.Array(Scalar, { minItems: 1, maxItems: TARGETING_LIMITS.listed })], {
          description:
            'A list for `in` and `not_in`; a number for `gt`, `gte`, `lt` and `lte`; a text for `contains`, `not_contains`, `starts_with` ' +
            'and `ends_with`; a time with an offset for `before` and `after`; a version for `version_…`; nothing for `exists` and `not_exists`.',
        }),
      ),
    },
    {
      ...closed,
      description: 'What is not known, or of another type, fails every test but `not_exists`.',
    },
  ),
);

export const TargetingSchema = named(
  'Targeting',
  Type.Union(
    [
      Type.Object({ all: Parts }, { ...closed, description: 'Each of them holds.' }),
      Type.Object({ any: Parts }, { ...closed, description: 'At least one of them holds.' }),
      Type.Object({ not: Inner }, { ...closed, description: 'It does not hold.' }),
      Type.Object(
        { segment: Type.String({ description: 'Key of a segment, whose condition stands here.' }) },
        closed,
      ),
      TargetingComparison,
    ],
    {
      description: `A condition over what is known of a user: at most ${TARGETING_LIMITS.depth} levels deep, ${TARGETING_LIMITS.nodes} conditions in all.`,
    },
  ),
);

/** @throws AssayError invalid_request with a pointer for each fault */
export function readTargeting(
  input: unknown,
  pointer: string,
  options?: { mayNameSegments?: boolean },
): Targeting {
  const read = checkTargeting(input, pointer, options);
  if ('targeting' in read) return read.targeting;
  throw new AssayError('invalid_request', 'The condition is not valid.', { errors: read.errors });
}
