import * as fc from 'fast-check';
import { formatInstant, HOUR_US, instantOfDate, isCanonical, MINUTE_US, parseInstant } from './instant';

const NOON = Date.UTC(2026, 10, 21, 12) * 1000;

describe('parsing an instant', () => {
  it.each([
    ['2026-11-21T12:00:00Z', NOON],
    ['2026-11-21t12:00:00z', NOON],
    ['2026-11-21T12:00:00+00:00', NOON],
    ['2026-11-21T12:00:00-00:00', NOON],
    ['2026-11-21T13:30:00+01:30', NOON],
    ['2026-11-22T02:00:00+14:00', NOON],
    ['2026-11-21T00:00:00-12:00', NOON],
    ['2026-11-21T12:00:00.5Z', NOON + 500_000],
    ['2026-11-21T12:00:00.000001Z', NOON + 1],
    ['2026-11-21T12:00:00.123456789Z', NOON + 123_456],
    ['2028-02-29T12:00:00Z', Date.UTC(2028, 1, 29, 12) * 1000],
    ['1900-01-01T00:00:00Z', Date.UTC(1900, 0, 1) * 1000],
    ['2199-12-31T23:59:59.999999Z', Date.UTC(2200, 0, 1) * 1000 - 1],
    ['1969-12-31T23:59:59.999999Z', -1],
  ])('reads %s', (text, us) => {
    expect(parseInstant(text)).toBe(us);
  });

  it.each([
    ['a bare date', '2026-11-21'],
    ['no offset', '2026-11-21T00:00:00'],
    ['a space for the T', '2026-11-21 00:00:00Z'],
    ['a week date', '2026-W47-6'],
    ['an ordinal date', '2026-325'],
    ['the basic format', '20261121T000000Z'],
    ['no minutes', '2026-11-21T00Z'],
    ['no seconds', '2026-11-21T00:00Z'],
    ['30 February', '2026-02-30T00:00:00Z'],
    ['29 February of a common year', '2026-02-29T00:00:00Z'],
    ['31 April', '2026-04-31T00:00:00Z'],
    ['day 0', '2026-11-00T00:00:00Z'],
    ['month 0', '2026-00-10T00:00:00Z'],
    ['month 13', '2026-13-10T00:00:00Z'],
    ['hour 24', '2026-11-21T24:00:00Z'],
    ['hour 25', '2026-11-21T25:00:00Z'],
    ['minute 60', '2026-11-21T00:60:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['a second 60 at noon', '2026-11-21T12:00:60Z'],
    ['a word of PostgreSQL', 'now'],
    ['yesterday', 'yesterday'],
    ['infinity', 'infinity'],
    ['minus infinity', '-infinity'],
    ['epoch', 'epoch'],
    ['seconds', '1763683200'],
    ['year 0000', '0000-01-01T00:00:00Z'],
    ['a negative year', '-000001-01-01T00:00:00Z'],
    ['a year before 1900', '1899-12-31T23:59:59Z'],
    ['a year after 2199', '2200-01-01T00:00:00Z'],
    ['year 9999', '9999-12-31T23:59:59Z'],
    ['the end of JavaScript', '+275760-09-13T00:00:00Z'],
    ['the end of PostgreSQL', '294277-01-01T00:00:00Z'],
    ['offset +25:00', '2026-11-21T00:00:00+25:00'],
    ['offset +14:01', '2026-11-21T00:00:00+14:01'],
    ['offset -12:01', '2026-11-21T00:00:00-12:01'],
    ['offset minutes 60', '2026-11-21T00:00:00+01:60'],
    ['an offset without colon', '2026-11-21T00:00:00+0100'],
    ['an empty fraction', '2026-11-21T00:00:00.Z'],
    ['ten digits of fraction', '2026-11-21T00:00:00.1234567890Z'],
    ['a comma', '2026-11-21T00:00:00,5Z'],
    ['leading space', ' 2026-11-21T00:00:00Z'],
    ['a trailing line feed', '2026-11-21T00:00:00Z\n'],
    ['digits of another script', '٢٠٢٦-11-21T00:00:00Z'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(parseInstant(text)).toBeNull();
  });
});

const someInstant = fc.integer({
  min: parseInstant('1900-01-01T00:00:00Z') as number,
  max: parseInstant('2199-12-31T23:59:59.999999Z') as number,
});

describe('formatting an instant', () => {
  it('is undone by parsing, for every microsecond', () => {
    fc.assert(fc.property(someInstant, (us) => parseInstant(formatInstant(us)) === us));
  });

  it('does not depend on the offset it was read with', () => {
    fc.assert(
      fc.property(someInstant, fc.integer({ min: -11, max: 13 }), (us, hours) => {
        const local = formatInstant(us + hours * HOUR_US).replace('Z', '');
        const offset = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
        const read = parseInstant(local + offset);
        return read === null || read === us;
      }),
    );
  });

  it.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [1, '1970-01-01T00:00:00.000001Z'],
    [-1, '1969-12-31T23:59:59.999999Z'],
    [1_500, '1970-01-01T00:00:00.001500Z'],
    [MINUTE_US, '1970-01-01T00:01:00.000Z'],
  ])('writes %d as %s', (us, text) => {
    expect(formatInstant(us)).toBe(text);
  });

  it('takes a date to the millisecond', () => {
    expect(instantOfDate(new Date(1234))).toBe(1_234_000);
  });
});

describe('a canonical text', () => {
  it('is what would be written', () => {
    const near = fc.integer({ min: -3e9, max: 7e9 }).map((s) => s * 1_000_000);
    const texts = fc.oneof(
      near.map((us) => formatInstant(us)),
      fc.tuple(near, fc.integer({ min: 0, max: 999_999 })).map(([us, rest]) => formatInstant(us + rest)),
      near.map((us) => formatInstant(us).replace('.000Z', 'Z')),
      near.map((us) => formatInstant(us).replace('.000Z', '.5+01:00')),
      near.map((us) => formatInstant(us).replace('T', 't')),
      near.map((us) => formatInstant(us).replace('Z', 'z')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const us = parseInstant(text);
        fc.pre(us !== null);
        if (isCanonical(text)) expect(formatInstant(us)).toBe(text);
        else expect(formatInstant(us) === text && text.length === 24).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
