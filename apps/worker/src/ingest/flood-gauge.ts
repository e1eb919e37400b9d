// How many of the last minute's events were buried. In: counts as they come, and the time. Out: whether one more would be too many.

const WINDOW_S = 60;
const LEAST_DEAD = 100;
const LARGEST_SHARE = 0.2;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** A flood so soon after the last one is the same flood. */
const MEMORY_MS = 600_000;

/** How long to wait for a flood to pass: each time twice as long, because each look at it buries a hundred events. */
export function floodPauseMs(lastPauseMs: number, sinceLastPauseMs: number): number {
  if (lastPauseMs === 0 || sinceLastPauseMs >= MEMORY_MS) return FIRST_PAUSE_MS;
  return Math.min(2 * lastPauseMs, LONGEST_PAUSE_MS);
}

/** A few bad events are an accident; a fifth of the traffic is a bad deploy, and burying would hide it. */
export class FloodGauge {
  private seconds: { second: number; received: number; dead: number }[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  received(events: number): void {
    this.current().received += events;
  }

  buried(): void {
    this.current().dead += 1;
  }

  /** Would burying one more event be too many? */
  isFlooded(): boolean {
    this.forget();
    const dead = this.seconds.reduce((sum, one) => sum + one.dead, 0) + 1;
    const received = this.seconds.reduce((sum, one) => sum + one.received, 0);
    return dead >= LEAST_DEAD && dead > LARGEST_SHARE * received;
  }

  private current(): { received: number; dead: number } {
    const second = Math.floor(this.now() / 1000);
    const last = this.seconds.at(-1);
    if (last?.second === second) return last;
    this.forget();
    const fresh = { second, received: 0, dead: 0 };
    this.seconds.push(fresh);
    return fresh;
  }

  private forget(): void {
    const oldest = Math.floor(this.now() / 1000) - WINDOW_S;
    this.seconds = this.seconds.filter(({ second }) => second > oldest);
  }
}
