import { Injectable } from '@nestjs/common';
import { MaintenanceQueue } from '@app/queue';
import { JobsStore, Transaction } from '@app/store';

/** Recomputes that a change makes necessary: opened with the change, sent to the worker when it is committed. */
@Injectable()
export class RecomputesService {
  constructor(
    private readonly jobs: JobsStore,
    private readonly maintenance: MaintenanceQueue,
  ) {}

  /** @returns the id of the job */
  async open(tx: Transaction, experimentId: string): Promise<string> {
    return (await this.jobs.openIn(tx, 'recompute', experimentId)).id;
  }

  /** @throws AssayError queue_unavailable; the same change again then finds the job and sends it */
  async send(jobIds: readonly string[]): Promise<void> {
    for (const id of jobIds) await this.maintenance.add('recompute', id);
  }
}
