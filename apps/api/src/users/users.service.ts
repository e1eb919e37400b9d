import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ExportedThing, JobRow, JobsStore, UserExportStore } from '@app/store';
import { JobSignals } from '../http/job-signals';

@Injectable()
export class UsersService {
  constructor(
    private readonly jobs: JobsStore,
    private readonly exports: UserExportStore,
    private readonly signals: JobSignals,
  ) {}

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
