import { Body, Controller, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { AssayError } from '@app/model';
import { callerOf } from '../auth/caller';
import { Describe } from '../http/describe';
import { CheckedBody, CheckedParam } from '../http/schema';
import { AliasAnswer, LINKED, PostAlias } from './identities.schema';
import { IdentitiesService } from './identities.service';

const USER_ID = new CheckedParam('user_id', 'user-id');

@ApiTags('users')
@Controller('users')
export class IdentitiesController {
  constructor(private readonly identities: IdentitiesService) {}

  @Post(':user_id/aliases')
  @Describe({
    summary: 'Another id of the same person',
    description:
      'Makes an id, such as that of a visitor before the login, an alias of the user. Events, assignments, overrides and attributes of the ' +
      'alias become the user’s, those that are stored and those that come; the earlier anchor counts, and a user found in two variants ' +
      'counts in none. It is for ever: an alias belongs to one user, and a user who has aliases becomes an alias only with `merge`, ' +
      'and they become the user’s too. All of it has happened when the answer comes. Safe to repeat.',
    scopes: ['events:write'],
    params: { user_id: 'The known id.' },
    body: PostAlias,
    example: { alias: LINKED.alias },
    status: 200,
    answer: AliasAnswer,
    answerExample: LINKED,
    problems: ['invalid_request', 'alias_taken', 'store_unavailable'],
  })
  async link(
    @Param('user_id', USER_ID) userId: string,
    @Body(new CheckedBody(PostAlias)) { alias, merge = false }: Static<typeof PostAlias>,
    @Req() request: FastifyRequest,
  ): Promise<Static<typeof AliasAnswer>> {
    // Everybody can read a key that stands in a page, and nobody can part two users again.
    if (merge && callerOf(request).kind === 'publishable')
      throw new AssayError(
        'insufficient_scope',
        'Users are not merged with a publishable token; use a secret one.',
      );
    const [answer] = await this.identities.link([{ aliasId: alias, userId, merge }]);
    if (answer.outcome === 'taken') throw new AssayError('alias_taken', 'The alias belongs to another user.');
    if (answer.outcome === 'identified')
      throw new AssayError(
        'alias_taken',
        'The alias is a user with aliases. Say `merge` when both are one person.',
      );
    return { user_id: answer.userId, alias, outcome: answer.outcome };
  }
}
