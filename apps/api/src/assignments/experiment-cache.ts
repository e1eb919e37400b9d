import { Injectable } from '@nestjs/common';
import { Experiment, notFound } from '@app/model';
import { ExperimentsStore } from '@app/store';

const FRESH_MS = 1_000;
const MOST_ENTRIES = 10_000;

interface Entry {
  readAt: number;
  experiment: Promise<Experiment | null>;
}

/**
 * Experiments as they were up to a second ago, for answering assignments. A stale one cannot do harm: the statement that writes an
 * assignment checks the version. Concurrent misses share one read.
 */
@Injectable()
export class ExperimentCache {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly experiments: ExperimentsStore) {}

  /** @throws AssayError not_found */
  async get(idOrKey: string, refresh = false): Promise<Experiment> {
    const cached = this.entries.get(idOrKey);
    const usable = !refresh && cached !== undefined && performance.now() - cached.readAt < FRESH_MS;
    const entry = usable ? cached : this.read(idOrKey);
    const experiment = await entry.experiment;
    if (experiment === null) throw notFound('experiment', idOrKey);
    return experiment;
  }

  private read(idOrKey: string): Entry {
    const entry = { readAt: performance.now(), experiment: this.experiments.find(idOrKey) };
    entry.experiment.catch(() => this.entries.delete(idOrKey));
    if (this.entries.size >= MOST_ENTRIES) this.entries.clear();
    this.entries.set(idOrKey, entry);
    return entry;
  }
}
