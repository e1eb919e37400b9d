import { Injectable } from '@nestjs/common';
import { Experiment, notFound } from '@app/model';
import { ChangeFeed, ExperimentsStore, Reading } from '@app/store';

const MOST_ENTRIES = 10_000;

/**
 * Experiments as they are, for answering assignments: read again when one is announced as changed. Concurrent misses share one read. A
 * stale one cannot do harm: the statement that writes an assignment checks the version.
 */
@Injectable()
export class ExperimentCache {
  private readonly readings = new Map<string, Reading<Experiment | null>>();

  constructor(
    private readonly experiments: ExperimentsStore,
    private readonly changes: ChangeFeed,
  ) {}

  /** @throws AssayError not_found */
  async get(idOrKey: string, refresh = false): Promise<Experiment> {
    const cached = refresh ? undefined : this.readings.get(idOrKey);
    const experiment = await (cached?.isFresh ? cached : this.read(idOrKey)).result;
    if (experiment === null) {
      // It may be created any moment, and nobody announces that.
      this.readings.delete(idOrKey);
      throw notFound('experiment', idOrKey);
    }
    return experiment;
  }

  /** The experiment when nobody need be asked for it. */
  remembered(idOrKey: string): Experiment | null {
    const cached = this.readings.get(idOrKey);
    return cached?.isFresh ? cached.found : null;
  }

  private read(idOrKey: string): Reading<Experiment | null> {
    const reading = new Reading(this.changes, ['experiment'], () => this.experiments.find(idOrKey));
    if (this.readings.size >= MOST_ENTRIES) this.readings.clear();
    this.readings.set(idOrKey, reading);
    return reading;
  }
}
