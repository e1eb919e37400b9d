import { Injectable } from '@nestjs/common';
import { Experiment, notFound } from '@app/model';
import { ChangeFeed, ExperimentsStore, Stamp } from '@app/store';

/** While nobody tells us of changes. A stale one cannot do harm: the statement that writes an assignment checks the version. */
const BLIND_MS = 1_000;
const LONGEST_MS = 60_000;
const MOST_ENTRIES = 10_000;

interface Entry {
  readAt: number;
  stamp: Stamp;
  experiment: Promise<Experiment | null>;
  /** The same, once it is there. */
  found: Experiment | null;
}

/** Experiments as they are, for answering assignments: read again when one is announced as changed. Concurrent misses share one read. */
@Injectable()
export class ExperimentCache {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly experiments: ExperimentsStore,
    private readonly changes: ChangeFeed,
  ) {}

  /** @throws AssayError not_found */
  async get(idOrKey: string, refresh = false): Promise<Experiment> {
    const cached = this.entries.get(idOrKey);
    const entry = !refresh && cached !== undefined && this.isFresh(cached) ? cached : this.read(idOrKey);
    const experiment = await entry.experiment;
    if (experiment === null) {
      // It may be created any moment, and nobody announces that.
      this.entries.delete(idOrKey);
      throw notFound('experiment', idOrKey);
    }
    return experiment;
  }

  /** The experiment when nobody need be asked for it. */
  remembered(idOrKey: string): Experiment | null {
    const cached = this.entries.get(idOrKey);
    return cached !== undefined && this.isFresh(cached) ? cached.found : null;
  }

  private isFresh({ readAt, stamp }: Entry): boolean {
    const isCurrent = stamp !== null && stamp === this.changes.stamp('experiment');
    return performance.now() - readAt < (isCurrent ? LONGEST_MS : stamp === null ? BLIND_MS : 0);
  }

  private read(idOrKey: string): Entry {
    const entry: Entry = {
      readAt: performance.now(),
      stamp: this.changes.stamp('experiment'),
      experiment: this.experiments.find(idOrKey),
      found: null,
    };
    entry.experiment.then(
      (experiment) => (entry.found = experiment),
      () => this.entries.delete(idOrKey),
    );
    if (this.entries.size >= MOST_ENTRIES) this.entries.clear();
    this.entries.set(idOrKey, entry);
    return entry;
  }
}
