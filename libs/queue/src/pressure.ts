// When to refuse events and when to take them again. Two marks for each gauge, so that the answer does not flutter around one.

/** What fills up: jobs not yet stored, the age of the oldest of them, the memory of Redis. */
export type Gauge = 'jobs' | 'lag_seconds' | 'memory_share';

/** Null: there is nothing to measure, such as a Redis without a limit. */
export type Reading = Readonly<Record<Gauge, number | null>>;

export type Marks = Readonly<Record<Gauge, { high: number; low: number }>>;

/** The gauges under pressure: one gets there above its high mark and leaves below its low mark. */
export function pressedGauges(before: ReadonlySet<Gauge>, reading: Reading, marks: Marks): Set<Gauge> {
  const pressed = new Set<Gauge>();
  for (const gauge of Object.keys(marks) as Gauge[]) {
    const value = reading[gauge];
    if (value === null) continue;
    const { high, low } = marks[gauge];
    if (value > high || (before.has(gauge) && value >= low)) pressed.add(gauge);
  }
  return pressed;
}

const LOW_SHARE = 0.8;

/** At a full `maxmemory` workers cannot even take jobs away, so Redis is never filled: from 80 % on events are refused. */
export function marksOf(limits: { jobs: number; lagSeconds: number }): Marks {
  return {
    jobs: { high: limits.jobs, low: limits.jobs * LOW_SHARE },
    lag_seconds: { high: limits.lagSeconds, low: limits.lagSeconds * LOW_SHARE },
    memory_share: { high: 0.8, low: 0.7 },
  };
}
