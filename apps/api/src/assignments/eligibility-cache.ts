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
    const known = refresh ? null : this.fresh();
    return (known ?? this.begin()).result;
  }

  /** What get() would answer, when nobody need be asked for it. */
  remembered(): Eligibility | null {
    return this.fresh()?.found ?? null;
  }

  private fresh(): Reading<Eligibility> | null {
    return this.reading?.isFresh ? this.reading : null;
  }

  private begin(): Reading<Eligibility> {
    const reading = new Reading(
      this.changes,
      ['eligibility'],
      () => this.read(),
      () => {
        if (this.reading === reading) this.reading = null;
      },
    );
    this.reading = reading;
    return reading;
  }

  private async read(): Promise<Eligibility> {
    const [segments, { shareBp, seed }] = await Promise.all([this.segments.all(), this.holdout.get()]);
    return { segments, holdout: { shareBp, seed } };
  }
}
