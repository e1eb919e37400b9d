// Days and hours of the wall clock, by the time zone tables of Node.js and not those of PostgreSQL. Instants are microseconds since 1970.

interface LocalTime {
  day: string;
  minute: number;
  second: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
/** Formatting is slow, and the laws ask for the same instants again and again. */
const known = new Map<string, LocalTime>();

function localTime(us: number, timezone: string): LocalTime {
  const name = `${timezone} ${us}`;
  const found = known.get(name) ?? readClock(us, timezone);
  if (known.size > 100_000) known.clear();
  known.set(name, found);
  return found;
}

function readClock(us: number, timezone: string): LocalTime {
  const clock =
    clocks.get(timezone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  clocks.set(timezone, clock);
  const parts = Object.fromEntries(
    clock.formatToParts(Math.floor(us / 1000)).map(({ type, value }) => [type, value]),
  );
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    minute: Number(parts.minute),
    second: Number(parts.second),
  };
}

export function dayOf(us: number, timezone: string): string {
  return localTime(us, timezone).day;
}

/** The instant at which the hour of the wall clock began, whatever hours the day has. */
export function hourOf(us: number, timezone: string): number {
  const { minute, second } = localTime(us, timezone);
  const seconds = Math.floor(us / 1_000_000);
  return (seconds - minute * 60 - second) * 1_000_000;
}

export function addDays(day: string, n: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
}
