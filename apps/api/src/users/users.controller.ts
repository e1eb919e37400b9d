import { Controller, Delete, Get, Header, Param, Res, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { JobRow } from '@app/store';
import { Describe } from '../http/describe';
import { CheckedParam } from '../http/schema';
import { ErasureJob } from './users.schema';
import { UsersService } from './users.service';

const USER_ID = new CheckedParam('user_id', 'user-id');
const PARAMS = { user_id: 'The user, as your application names them.' };

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Delete(':user_id')
  @Describe({
    summary: 'Erase a person',
    description:
      'Removes events, assignments, overrides, dead letters and the exact share of this person in every total, in one job; ask for its ' +
      'result at `Location`. What was received before and is still on its way is not stored any more. A user whom nobody knows is ' +
      'erased as well. Safe to repeat.',
    scopes: ['admin'],
    params: PARAMS,
    status: 202,
    answer: ErasureJob,
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
      'One JSON object per line, each with its `kind`: `assignment` (with the attributes), `override`, `event` and `dead_letter`. Nothing ' +
      'for a user whom nobody knows. An answer that breaks off is not complete.',
    scopes: ['admin'],
    params: PARAMS,
    status: 200,
    alsoAs: ['application/x-ndjson'],
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
