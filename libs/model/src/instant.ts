// Instants are whole microseconds since 1970 as numbers (exact until the year 2255), because PostgreSQL keeps
// microseconds and a JavaScript Date would cut an anchor short and lose the event that shares its timestamp.

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;
const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;

export const MINUTE_US = 60_000_000;
export const HOUR_US = 60 * MINUTE_US;

/**
 * Parses an RFC 3339 date-time with offset. Digits beyond the microsecond are cut off.
 * @returns microseconds since 1970, or null for anything else: a bare date, no offset, a leap second, 30 February,
 * an offset outside -12:00..+14:00, a year outside 1900..2199.
 */
export function parseInstant(text: string): number | null {
  const match = RFC3339.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  if (year < FIRST_YEAR || year > LAST_YEAR || hour > 23 || minute > 59 || second > 59) return null;
  const utc = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (utc.getUTCMonth() !== month - 1 || utc.getUTCDate() !== day) return null;
  const offset = offsetMinutes(match[8]);
  if (offset === null) return null;
  const fraction = Number((match[7] ?? '').padEnd(6, '0').slice(0, 6));
  return utc.getTime() * 1000 + fraction - offset * MINUTE_US;
}

function offsetMinutes(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  const total = (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
  return minutes > 59 || total < -12 * 60 || total > 14 * 60 ? null : total;
}

/** Writes an instant as RFC 3339 in UTC: three digits when they are enough, six otherwise. */
export function formatInstant(us: number): string {
  const rest = ((us % 1000) + 1000) % 1000;
  const iso = new Date((us - rest) / 1000).toISOString();
  return rest === 0 ? iso : `${iso.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

export function instantOfDate(date: Date): number {
  return date.getTime() * 1000;
}
