/** What an import has done so far. */
export interface Summary {
  rows: number;
  assignments: { imported: number; moved: number; unchanged: number; conflicts: number };
  events: { accepted: number; duplicates: number };
  /** Rows, or parts of them, that were not taken. */
  rejected: number;
  seconds: number;
}

const EVERY_MS = 5_000;
const MOST_SHOWN = 20;

/** Counts, and tells now and then; the same object gives the summary at the end. */
export class Progress {
  private readonly began = performance.now();
  private toldAt = this.began;
  private toldRows = 0;
  private readonly counts: Omit<Summary, 'seconds'> = {
    rows: 0,
    assignments: { imported: 0, moved: 0, unchanged: 0, conflicts: 0 },
    events: { accepted: 0, duplicates: 0 },
    rejected: 0,
  };

  constructor(private readonly tell: (line: string) => void) {}

  assigned({ imported, moved, unchanged, conflicts }: Summary['assignments']): void {
    const { assignments } = this.counts;
    assignments.imported += imported;
    assignments.moved += moved;
    assignments.unchanged += unchanged;
    assignments.conflicts += conflicts;
  }

  accepted({ accepted, duplicates }: Summary['events']): void {
    this.counts.events.accepted += accepted;
    this.counts.events.duplicates += duplicates;
  }

  rejected(row: number, why: string): void {
    this.counts.rejected += 1;
    if (this.counts.rejected <= MOST_SHOWN) this.tell(`row ${row} was not taken: ${why}`);
    else if (this.counts.rejected === MOST_SHOWN + 1)
      this.tell('more rows were not taken; they are only counted');
  }

  sent(rows: number): void {
    this.counts.rows += rows;
    const now = performance.now();
    if (now - this.toldAt < EVERY_MS) return;
    const rate = ((this.counts.rows - this.toldRows) / (now - this.toldAt)) * 1000;
    this.tell(`${count(this.counts.rows)} rows, ${count(Math.round(rate))} rows/s`);
    this.toldAt = now;
    this.toldRows = this.counts.rows;
  }

  summary(): Summary {
    return { ...this.counts, seconds: (performance.now() - this.began) / 1000 };
  }
}

export function describe({ rows, assignments, events, rejected, seconds }: Summary): string {
  const { imported, moved, unchanged, conflicts } = assignments;
  return [
    `rows         ${count(rows)} in ${seconds.toFixed(1)} s (${count(Math.round(rows / Math.max(seconds, 0.001)))} rows/s)`,
    `assignments  ${count(imported)} imported, ${count(moved)} moved, ${count(unchanged)} unchanged, ${count(conflicts)} conflicts`,
    `events       ${count(events.accepted)} accepted, ${count(events.duplicates)} duplicates`,
    `rejected     ${count(rejected)}`,
  ].join('\n');
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
