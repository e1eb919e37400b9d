// Instants are whole microseconds since 1970 as numbers (exact until the year 2255), because PostgreSQL keeps
// microseconds and a JavaScript Date would cut an anchor short and lose the event that shares its timestamp.

// Every event passes here, so the numbers are read by position: captures would cost three times as much.

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;
const FRACTION = 20;
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
  if (!RFC3339.test(text)) return null;
  const [year, month, day] = [two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8)];
  const [hour, minute, second] = [two(text, 11), two(text, 14), two(text, 17)];
  if (year < FIRST_YEAR || year > LAST_YEAR || hour > 23 || minute > 59 || second > 59) return null;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  const offset = offsetMinutes(text);
  if (offset === null) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second) * 1000 + fractionUs(text) - offset * MINUTE_US;
}

function two(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function fractionUs(text: string): number {
  let us = 0;
  if (text[FRACTION - 1] !== '.') return us;
  let weight = 100_000;
  for (let at = FRACTION; weight >= 1; at++, weight /= 10) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    us += digit * weight;
  }
  return us;
}

function offsetMinutes(text: string): number | null {
  const last = text[text.length - 1];
  if (last === 'Z' || last === 'z') return 0;
  const zone = text.length - 6;
  const [hours, minutes] = [two(text, zone + 1), two(text, zone + 4)];
  const total = (text[zone] === '-' ? -1 : 1) * (hours * 60 + minutes);
  return minutes > 59 || total < -12 * 60 || total > 14 * 60 ? null : total;
}

/** Writes an instant as RFC 3339 in UTC: three digits when they are enough, six otherwise. */
export function formatInstant(us: number): string {
  // The time of receipt is asked for with every event of a batch.
  if (us === latest.us) return latest.text;
  const rest = ((us % 1000) + 1000) % 1000;
  const iso = new Date((us - rest) / 1000).toISOString();
  latest.text = rest === 0 ? iso : `${iso.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
  latest.us = us;
  return latest.text;
}

const latest = { us: 0, text: '1970-01-01T00:00:00.000Z' };

/** Whether a text that `parseInstant` reads is what `formatInstant` would write, as most clients send it. */
export function isCanonical(text: string): boolean {
  return text.length === 24 && text[10] === 'T' && text[FRACTION - 1] === '.' && text.endsWith('Z');
}

export function instantOfDate(date: Date): number {
  return date.getTime() * 1000;
}
