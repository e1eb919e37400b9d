import { Static, Type } from '@sinclair/typebox';
import { USER } from '../http/story';
import { named } from '../http/schema';

export const PostAlias = named(
  'PostAlias',
  Type.Object(
    {
      alias: Type.String({
        format: 'user-id',
        description: 'Another id of the same person, 1 to 256 bytes.',
      }),
      merge: Type.Optional(
        Type.Boolean({
          default: false,
          description:
            'Say so when the alias is a known user as well: one that has aliases becomes an alias with all of them. Not with a publishable token.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
);

export const AliasAnswer = named(
  'AliasAnswer',
  Type.Object({
    user_id: Type.String({ description: 'Whose the alias is; when an alias was named as the user, whose that one is.' }),
    alias: Type.String(),
    outcome: Type.Unsafe<'linked' | 'unchanged' | 'same_user'>({
      type: 'string',
      enum: ['linked', 'unchanged', 'same_user'],
      description: '`unchanged`: it was linked before. `same_user`: both are the same id, or were the same person the other way round.',
    }),
  }),
); // prettier-ignore

export const LINKED: Static<typeof AliasAnswer> = { user_id: USER, alias: 'visitor-7f3a', outcome: 'linked' };
