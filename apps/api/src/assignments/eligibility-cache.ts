import { Injectable } from '@nestjs/common';
import { ChangeFeed, HoldoutStore, Reading, SegmentsStore } from '@app/store';
import type { Eligibility } from './entry';

/** Segments and the holdout as they are: read again when a change is announced. Concurrent misses share one read. */
@Injectable()
export class EligibilityCache {
  private reading: Reading<Eligibility> | null = null;

  constructor(
    private readonly segments: SegmentsStore,
    private readonly holdout: HoldoutStore,
    private readonly changes: ChangeFeed,
  ) {}

  get(refresh = false): Promise<Eligibility> {
    if (refresh || !this.reading?.isFresh)
      this.reading = new Reading(this.changes, ['eligibility'], () => this.read());
    return this.reading.result;
  }

  /** What get() would answer, when nobody need be asked for it. */
  remembered(): Eligibility | null {
    return this.reading?.isFresh ? this.reading.found : null;
  }

  private async read(): Promise<Eligibility> {
    const [segments, { shareBp, seed }] = await Promise.all([this.segments.all(), this.holdout.get()]);
    return { segments, holdout: { shareBp, seed } };
  }
}
