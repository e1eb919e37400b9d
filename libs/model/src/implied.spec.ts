import * as fc from 'fast-check';
import { impliedMetric, usersKey, valueKey } from './implied';

/** Types made of what keys are made of. */
const someType = fc
  .array(fc.constantFrom('a', ':value', ':users', ':', '\n'), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''));

describe('keys of event types', () => {
  it.each([
    ['buy', { eventType: 'buy', ofValues: false }],
    ['buy:value', { eventType: 'buy', ofValues: true }],
    ['buy:value:users', { eventType: 'buy:value', ofValues: false }],
    ['buy:value:value', { eventType: 'buy:value', ofValues: true }],
    ['buy:users', { eventType: 'buy:users', ofValues: false }],
    [':value', { eventType: ':value', ofValues: false }],
  ])('read %s as %j', (key, meaning) => {
    expect(impliedMetric(key)).toEqual(meaning);
  });

  it('mean what they were made of, whatever the type is called', () => {
    fc.assert(
      fc.property(someType, (eventType) => {
        expect(impliedMetric(usersKey(eventType))).toEqual({ eventType, ofValues: false });
        expect(impliedMetric(valueKey(eventType))).toEqual({ eventType, ofValues: true });
      }),
    );
  });

  it('are no longer than the type and six letters', () => {
    fc.assert(fc.property(someType, (type) => usersKey(type).length <= type.length + 6));
  });
});
