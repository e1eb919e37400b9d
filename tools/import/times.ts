import { MINUTE_US, formatInstant, parseInstant } from '@app/model';

// Pure: the text of a time column to RFC 3339 in UTC, with microseconds where there are any.

const WRITTEN =
  /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s?([Zz]|UTC|[+-]\d\d(?::?\d\d)?)?$/;
const QUARTER_MS = 900_000;

/** Reads times as files carry them; one without an offset is taken in the given timezone. */
export class TimeReader {
  private readonly offsets = new Map<number, number>();
  private readonly clock: Intl.DateTimeFormat | null;

  constructor(timezone: string) {
    const numeric = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    } as const;
    this.clock =
      timezone === 'UTC'
        ? null
        : new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', ...numeric });
  }

  /** @returns null for anything that is not a time. */
  read(text: string): string | null {
    const match = WRITTEN.exec(text.trim());
    if (match === null) return null;
    const [, date, minutes = '00:00', seconds = '00', fraction, zone] = match;
    const local = `${date}T${minutes}:${seconds}${fraction === undefined ? '' : `.${fraction}`}`;
    const us = parseInstant(local + offsetOf(zone));
    if (us === null) return null;
    return formatInstant(zone === undefined ? this.toUtc(us) : us);
  }

  /** A wall clock time that occurs twice is the first one; one that is skipped moves by the length of the gap. */
  private toUtc(localUs: number): number {
    if (this.clock === null) return localUs;
    const localMs = Math.floor(localUs / 1000);
    const day = 86_400_000;
    const [before, after] = [this.offset(localMs - day), this.offset(localMs + day)];
    const fits = [before, after].find((minutes) => this.offset(localMs - minutes * 60_000) === minutes);
    return localUs - (fits ?? before) * MINUTE_US;
  }

  /** Minutes east of UTC. Zones change on quarters of an hour, so one answer holds for a quarter. */
  private offset(utcMs: number): number {
    const quarter = Math.floor(utcMs / QUARTER_MS);
    const known = this.offsets.get(quarter);
    if (known !== undefined) return known;
    const parts = (this.clock as Intl.DateTimeFormat).formatToParts(quarter * QUARTER_MS);
    const part = (type: string): number => Number(parts.find((candidate) => candidate.type === type)?.value);
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
    const minutes = (wall - quarter * QUARTER_MS) / 60_000;
    this.offsets.set(quarter, minutes);
    return minutes;
  }
}

/** RFC 3339 wants `+01:00` where files have `+01` and `+0100`. A missing zone is read as UTC first. */
function offsetOf(zone: string | undefined): string {
  if (zone === undefined || /^(z|utc)$/i.test(zone)) return 'Z';
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
