import { formatInstant, HOUR_US, MINUTE_US, parseInstant } from '@app/model';
import { accept } from './accept';

const RECEIVED = '2026-11-21T12:00:00.000Z';
const receivedUs = parseInstant(RECEIVED) as number;
const ID = '0198c0de-1111-7000-8000-00000000000a';
const GOOD = { event_id: ID, user_id: 'u', type: 'purchase' };

function accepted(input: unknown, sentUs: number | null = null) {
  const verdict = accept(input, { receivedUs, sentUs });
  if ('fault' in verdict) throw new Error(`${verdict.fault.pointer} ${verdict.fault.code}`);
  return verdict.event;
}

function faultOf(input: unknown): string | null {
  const verdict = accept(input, { receivedUs, sentUs: null });
  return 'fault' in verdict ? `${verdict.fault.pointer} ${verdict.fault.code}` : null;
}

describe('accepting an event', () => {
  it('is written without what nobody said', () => {
    const silent = { value: null, properties: null, experiment_id: null, variant_id: null, session_id: null };
    for (const event of [GOOD, { ...GOOD, ...silent }])
      expect(JSON.parse(JSON.stringify(accepted(event)))).toEqual({ ...GOOD, timestamp: RECEIVED });
  });

  it('makes up an id when there is none, another one each time', () => {
    const { event_id: _, ...anonymous } = GOOD;
    expect(accepted(anonymous).event_id).not.toBe(accepted(anonymous).event_id);
  });

  it('writes ids in lower case, so that one id in two spellings is one', () => {
    expect(accepted({ ...GOOD, event_id: ID.toUpperCase() }).event_id).toBe(ID);
  });

  it('keeps the time and forgets the offset', () => {
    const event = accepted({ ...GOOD, timestamp: '2026-11-21T11:00:00.123456789+02:00' });
    expect(event).toMatchObject({ timestamp: '2026-11-21T09:00:00.123456Z', original_timestamp: undefined });
  });

  it('corrects the clock by sent_at and keeps what the client said', () => {
    const timestamp = formatInstant(receivedUs - 48 * HOUR_US - MINUTE_US);
    const event = accepted({ ...GOOD, timestamp }, receivedUs - 48 * HOUR_US);
    expect(event).toMatchObject({ timestamp: '2026-11-21T11:59:00.000Z', original_timestamp: timestamp });
  });

  it('takes the receipt for a time less than a day ahead', () => {
    const timestamp = formatInstant(receivedUs + 6 * MINUTE_US);
    expect(accepted({ ...GOOD, timestamp })).toMatchObject({ timestamp: RECEIVED, original_timestamp: timestamp });
  });

  it.each([
    ['nulls', { value: null, properties: null, experiment_id: null, variant_id: null, session_id: null, request_id: null }],
    ['the largest value', { value: 1e15 }],
    ['a refund', { value: -49.9 }],
    ['a user with spaces', { user_id: ' a b ' }],
    ['properties with odd names', { properties: { toString: 1, length: 2, valueOf: 3, constructor: { prototype: 1 } } }],
    ['a text where a value might be', { properties: { value: '1e300' } }],
  ])('takes %s', (_, fields) => {
    expect(faultOf({ ...GOOD, ...fields })).toBeNull();
  });

  it.each<[string, unknown, string]>([
    ['null', null, ' invalid_type'],
    ['a list', [GOOD], ' invalid_type'],
    ['no user', { ...GOOD, user_id: undefined, type: 'x' }, '/user_id required'],
    ['a user that is a number', { ...GOOD, user_id: 5 }, '/user_id invalid_type'],
    ['an empty user', { ...GOOD, user_id: '' }, '/user_id invalid_format'],
    ['a user with NUL', { ...GOOD, user_id: 'a\u0000' }, '/user_id invalid_format'],
    ['a user with half an emoji', { ...GOOD, user_id: 'a\ud83d' }, '/user_id invalid_format'],
    ['a type of 129 letters', { ...GOOD, type: 'x'.repeat(129) }, '/type too_long'],
    ['an id that is none', { ...GOOD, event_id: 'x' }, '/event_id invalid_format'],
    ['the nil id', { ...GOOD, event_id: '00000000-0000-0000-0000-000000000000' }, '/event_id invalid_format'],
    ['an id in braces', { ...GOOD, event_id: `{${ID}}` }, '/event_id invalid_format'],
    ['an unknown property', { ...GOOD, userId: 'x' }, '/userId unknown_property'],
    ['a value that is a text', { ...GOOD, value: '1' }, '/value invalid_type'],
    ['a value beyond the cents', { ...GOOD, value: 1.1e15 }, '/value out_of_range'],
    ['an infinite value', { ...GOOD, value: Infinity }, '/value out_of_range'],
    ['a bare date', { ...GOOD, timestamp: '2026-11-21' }, '/timestamp invalid_format'],
    ['a time in seconds', { ...GOOD, timestamp: 1763683200 }, '/timestamp invalid_type'],
    ['a time 25 hours ahead', { ...GOOD, timestamp: '2026-11-22T13:00:00Z' }, '/timestamp event_in_future'],
    ['properties that are a list', { ...GOOD, properties: [] }, '/properties invalid_type'],
    ['257 properties', { ...GOOD, properties: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`p${i}`, i])) }, '/properties too_many'],
    ['properties of 64 KB', { ...GOOD, properties: { a: 'x'.repeat(65_536) } }, '/properties properties_too_large'],
    ['NUL in properties', { ...GOOD, properties: { a: ['\u0000'] } }, '/properties invalid_properties'],
    ['half an emoji in a name', { ...GOOD, properties: { '\ud83d': 1 } }, '/properties invalid_properties'],
    ['a price beyond the cents', { ...GOOD, properties: { price: -1e16 } }, '/properties/price out_of_range'],
    ['a price behind a huge text', { ...GOOD, properties: { value: '1e300', price: 1e300 } }, '/properties/price out_of_range'],
    ['an experiment that is no id', { ...GOOD, experiment_id: 'checkout' }, '/experiment_id invalid_format'],
  ])('refuses %s', (_, input, fault) => {
    expect(faultOf(input)).toBe(fault);
  });
}); // prettier-ignore
