import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Experiment, Flag, instantOfDate, parseInstant, statusAt } from '@app/model';
import { ChangeFeed, ExperimentsStore, FlagsStore, Reading } from '@app/store';
import { EligibilityCache } from '../assignments/eligibility-cache';

/** Everything that can be evaluated, as it was at one time. */
export interface Catalogue {
  /** By key. The archived too. */
  flags: ReadonlyMap<string, Flag>;
  /** By key. The archived too: who has a variant keeps it, and a winner stays what it is. */
  experiments: ReadonlyMap<string, Experiment>;
}

/** All flags and experiments in memory: read again when one of them is announced as changed. Concurrent misses share one read. */
@Injectable()
export class FlagCatalogue {
  private reading: Reading<Catalogue> | undefined;

  constructor(
    private readonly flags: FlagsStore,
    private readonly experiments: ExperimentsStore,
    private readonly eligibility: EligibilityCache,
    private readonly changes: ChangeFeed,
  ) {}

  get(): Promise<Catalogue> {
    if (!this.reading?.isFresh)
      this.reading = new Reading(this.changes, ['flags', 'experiment'], () => this.read());
    return this.reading.result;
  }

  /** Another one as soon as somebody may get something else; the same in all processes. */
  async etag(): Promise<string> {
    const [{ flags, experiments }, { segments, holdout }] = await Promise.all([
      this.get(),
      this.eligibility.get(),
    ]);
    const now = instantOfDate(new Date());
    const parts = [
      [...flags.values()].map(({ id, version }) => [id, version]),
      [...experiments.values()].map((one) => [one.id, one.version, statusAt(one, now)]),
      [...segments],
      holdout,
    ];
    return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
  }

  /** When, after that, the next experiment begins or ends as it was planned: nobody announces it. */
  async nextPlanned(sinceUs: number): Promise<number | null> {
    const { experiments } = await this.get();
    let next: number | null = null;
    for (const { startsAt, endsAt } of experiments.values())
      for (const planned of [startsAt, endsAt]) {
        const us = planned === null ? null : parseInstant(planned);
        if (us !== null && us > sinceUs && (next === null || us < next)) next = us;
      }
    return next;
  }

  private async read(): Promise<Catalogue> {
    const [flags, experiments] = await Promise.all([this.flags.all(), this.experiments.all()]);
    return {
      flags: new Map(flags.map((flag) => [flag.key, flag])),
      experiments: new Map(experiments.map((experiment) => [experiment.key, experiment])),
    };
  }
}
