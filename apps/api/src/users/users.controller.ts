import { Body, Controller, Delete, Get, Header, Param, Put, Res, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import type { JobRow, KnownUser } from '@app/store';
import { Describe } from '../http/describe';
import { CheckedBody, CheckedParam } from '../http/schema';
import { EXPORTED, SHOWN } from './users.examples';
import { ErasureJob, PutUser, PutUserBody, UserAnswer } from './users.schema';
import { UsersService } from './users.service';

const USER_ID = new CheckedParam('user_id', 'user-id');
const PARAMS = { user_id: 'The user, as your application names them.' };

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Put(':user_id')
  @Describe({
    summary: 'Say what is known of a user',
    description:
      'Replaces all attributes. Targeting of experiments and flags asks for them; what a request says of a user goes before what is stored. ' +
      'Who has an assignment keeps it.',
    scopes: ['users:write'],
    params: PARAMS,
    body: PutUserBody,
    status: 200,
    answer: UserAnswer,
    ...SHOWN.put,
    problems: ['invalid_request', 'store_unavailable'],
  })
  put(
    @Param('user_id', USER_ID) userId: string,
    @Body(new CheckedBody(PutUser)) { attributes }: Static<typeof PutUser>,
  ): Promise<KnownUser> {
    return this.users.put(userId, attributes);
  }

  @Get(':user_id')
  @Header('Cache-Control', 'no-store')
  @Describe({
    summary: 'What is known of a user',
    description: 'The attributes that are stored, by `PUT` or by what clients tell of users they identify.',
    scopes: ['users:write'],
    params: PARAMS,
    status: 200,
    answer: UserAnswer,
    ...SHOWN.read,
    problems: ['invalid_request', 'not_found', 'store_unavailable'],
  })
  read(@Param('user_id', USER_ID) userId: string): Promise<KnownUser> {
    return this.users.get(userId);
  }

  @Delete(':user_id')
  @Describe({
    summary: 'Erase a person',
    description:
      'Removes attributes, events, assignments, overrides, dead letters and the exact share of this person in every total, in one job; ask for its ' +
      'result at `Location`. What was received before and is still on its way is not stored any more. A user whom nobody knows is ' +
      'erased as well. Safe to repeat.',
    scopes: ['admin'],
    params: PARAMS,
    status: 202,
    answer: ErasureJob,
    ...SHOWN.erase,
    problems: ['invalid_request', 'store_unavailable'],
    audit: 'user.erase',
  })
  async erase(
    @Param('user_id', USER_ID) userId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobRow> {
    const job = await this.users.erase(userId);
    void reply.header('Location', `/api/v1/jobs/${job.id}`);
    return job;
  }

  @Get(':user_id/export')
  @Header('Cache-Control', 'no-store')
  @Describe({
    summary: 'Everything that is stored of a person',
    description:
      'One JSON object per line, each with its `kind`: `user` (what is known of them), `assignment` (with the attributes), `override`, `event` and `dead_letter`. Nothing ' +
      'for a user whom nobody knows. An answer that breaks off is not complete.',
    scopes: ['admin'],
    params: PARAMS,
    status: 200,
    alsoAs: { 'application/x-ndjson': EXPORTED },
    problems: ['invalid_request', 'store_unavailable'],
    audit: 'user.export',
  })
  export(@Param('user_id', USER_ID) userId: string): StreamableFile {
    return new StreamableFile(this.users.export(userId), {
      type: 'application/x-ndjson',
      // Not the name of the user: headers are logged in places where bodies are not.
      disposition: 'attachment; filename="user-export.ndjson"',
    });
  }
}
