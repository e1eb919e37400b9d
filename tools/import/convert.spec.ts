import { converter } from './convert';
import { eventIds } from './event-id';
import { parseMapping } from './mapping';
import { TimeReader } from './times';

const base = {
  source: 'file',
  experiment: { key: 'e' },
  columns: { user: 'id', variant: 'arm', timestamp: 'at' },
};
const mappingOf = (more: object) => parseMapping(JSON.stringify({ ...base, ...more }), 'mapping.json');

describe('reading times', () => {
  it.each([
    ['UTC', '2017-01-21 22:11:48.556739', '2017-01-21T22:11:48.556739Z'],
    ['UTC', '2017-01-21 22:11:48.5567394', '2017-01-21T22:11:48.556739Z'],
    ['UTC', '2017-01-21', '2017-01-21T00:00:00.000Z'],
    ['Europe/Berlin', '2017-07-21T12:00', '2017-07-21T10:00:00.000Z'],
    ['Europe/Berlin', '2017-01-21 12:00:00+00', '2017-01-21T12:00:00.000Z'],
    ['Europe/Berlin', '2017-01-21 12:00:00 UTC', '2017-01-21T12:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25 02:30:00', '2026-10-25T00:30:00.000Z'], // twice: the first
    ['Europe/Berlin', '2026-03-29 02:30:00', '2026-03-29T01:30:00.000Z'], // skipped: 03:30 by the new clock
    ['Asia/Kathmandu', '2026-01-01 05:45:00', '2026-01-01T00:00:00.000Z'],
  ])('in %s takes %s for %s', (timezone, text, expected) => {
    expect(new TimeReader(timezone).read(text)).toBe(expected);
  });

  it.each(['', 'yesterday', '2017-02-30 00:00', '21.01.2017', '1485036708'])('refuses "%s"', (text) => {
    expect(new TimeReader('UTC').read(text)).toBeNull();
  });
});

describe('event ids', () => {
  it('grow with rows and rules, and depend on source and experiment', () => {
    const idOf = eventIds('file', 'e');
    const ids = [
      idOf(1, 0),
      idOf(1, 1),
      idOf(2, 0),
      idOf(2 ** 32 - 1, 65_535),
      idOf(2 ** 32, 0),
      idOf(2 ** 46 - 1, 0),
    ];
    expect(ids.toSorted()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8000-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(eventIds('file', 'f')(1, 0)).not.toBe(ids[0]);
    expect(eventIds('other', 'e')(1, 0)).not.toBe(ids[0]);
  });
});

describe('converting a row', () => {
  const events = [{ type: 'view' }, { type: 'buy', when: { column: 'price', above: 0 }, value: 'price' }];
  const convert = converter(mappingOf({ events }), 'x');
  const cells = { id: '10329302124590727494', arm: 'control', at: '2020-01-01 00:00:00', price: '0' };

  it('keeps ids as text and makes only the events whose condition holds', () => {
    expect(convert({ number: 7, cells })).toMatchObject({
      assignment: {
        user_id: '10329302124590727494',
        variant_key: 'control',
        assigned_at: '2020-01-01T00:00:00.000Z',
      },
      events: [{ type: 'view', experiment_id: 'x' }],
    });
    expect(convert({ number: 7, cells: { ...cells, price: '19.90' } })).toMatchObject({
      events: [{ type: 'view' }, { type: 'buy', value: 19.9 }],
    });
  });

  it.each([
    [{ at: 'never' }, 'at is not a time: "never"'],
    [{ price: 'ten' }, 'price is not a number: "ten"'],
    [{ id: '' }, 'there is no user'],
  ])('says what is wrong with %j', (wrong, fault) => {
    expect(convert({ number: 7, cells: { ...cells, ...wrong } })).toEqual({ row: 7, fault });
  });
});

describe('a mapping', () => {
  it.each([
    [{ events: [{ typ: 'x' }] }, '/events/0/typ'],
    [{ base_time: '2020-01-01T00:00:00Z' }, '/base_time'],
    [{ timezone: 'Mars/Olympus' }, '/timezone'],
    [{ columns: { user: 'id', timestamp: 'at' } }, '/columns/variant'],
    [{ assignments: false }, '/events'],
  ])('is refused with the place: %j', (more, pointer) => {
    expect(() => mappingOf(more)).toThrow(`  ${pointer}: `);
  });
});
