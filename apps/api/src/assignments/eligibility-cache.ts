import { Injectable } from '@nestjs/common';
import { ChangeFeed, HoldoutStore, SegmentsStore, Stamp } from '@app/store';
import type { Eligibility } from './entry';

/** While nobody tells us of changes. */
const BLIND_MS = 1_000;
const LONGEST_MS = 60_000;

interface Reading {
  readAt: number;
  stamp: Stamp;
  eligibility: Promise<Eligibility>;
  /** The same, once it is there. */
  found: Eligibility | null;
}

/** Segments and the holdout as they are: read again when a change is announced. Concurrent misses share one read. */
@Injectable()
export class EligibilityCache {
  private entry: Reading | null = null;

  constructor(
    private readonly segments: SegmentsStore,
    private readonly holdout: HoldoutStore,
    private readonly changes: ChangeFeed,
  ) {}

  get(refresh = false): Promise<Eligibility> {
    const known = refresh ? null : this.fresh();
    return (known ?? this.read()).eligibility;
  }

  /** What get() would answer, when nobody need be asked for it. */
  remembered(): Eligibility | null {
    return this.fresh()?.found ?? null;
  }

  private fresh(): Reading | null {
    if (this.entry === null) return null;
    const { readAt, stamp } = this.entry;
    const isCurrent = stamp !== null && stamp === this.changes.stamp('eligibility');
    const longest = isCurrent ? LONGEST_MS : stamp === null ? BLIND_MS : 0;
    return performance.now() - readAt < longest ? this.entry : null;
  }

  private read(): Reading {
    // The stamp first: what changes during the reads makes them old.
    const entry: Reading = {
      readAt: performance.now(),
      stamp: this.changes.stamp('eligibility'),
      eligibility: Promise.all([this.segments.all(), this.holdout.get()]).then(([segments, { shareBp, seed }]) => ({ segments, holdout: { shareBp, seed } })), // prettier-ignore
      found: null,
    };
    entry.eligibility.then(
      (eligibility) => (entry.found = eligibility),
      () => {
        if (this.entry === entry) this.entry = null;
      },
    );
    this.entry = entry;
    return entry;
  }
}
