import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { AssayError, readFacts } from '@app/model';
import { ExportedThing, JobRow, JobsStore, KnownUser, UserExportStore, UserFactsStore } from '@app/store';
import { JobSignals } from '../http/job-signals';

@Injectable()
export class UsersService {
  constructor(
    private readonly jobs: JobsStore,
    private readonly exports: UserExportStore,
    private readonly signals: JobSignals,
    private readonly facts: UserFactsStore,
  ) {}

  /** @throws AssayError invalid_request with a pointer for each fault */
  async put(userId: string, attributes: unknown): Promise<KnownUser> {
    const read = readFacts(attributes);
    if ('facts' in read) return this.facts.put(userId, read.facts);
    throw new AssayError('invalid_request', 'The attributes are not valid.', { errors: read.errors });
  }

  /** @throws AssayError not_found */
  async get(userId: string): Promise<KnownUser> {
    const user = await this.facts.find(userId);
    if (user === null) throw new AssayError('not_found', 'Nothing is known of this user.');
    return user;
  }

  async erase(userId: string): Promise<JobRow> {
    const job = await this.jobs.openErasure(userId);
    await this.signals.send('erase', job.id);
    return job;
  }

  /** Lines of JSON, read as fast as they are taken. */
  export(userId: string): Readable {
    return Readable.from(lines(this.exports.read(userId)), { objectMode: false });
  }
}

async function* lines(pages: AsyncIterable<ExportedThing[]>): AsyncGenerator<string> {
  for await (const page of pages)
    if (page.length > 0) yield page.map((thing) => `${JSON.stringify(thing)}\n`).join('');
}
