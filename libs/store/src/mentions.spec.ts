import { withoutEntriesOf, withoutEventsOf, writtenInJson } from './mentions';

const ann = { event_id: 'a', user_id: 'ann', properties: { friend: 'ben' } };
const ben = { event_id: 'b', user_id: 'ben', received_at: 'then', properties: { friend: 'ann', list: [{ user_id: 'ann' }] } }; // prettier-ignore
const job = (...events: unknown[]): string => JSON.stringify({ v: 1, received_at: 'now', events });

describe('a kept job without the events of a person', () => {
  it('holds those of the others as they were', () => {
    expect(withoutEventsOf('ann', job(ann, ben, 7, null))).toEqual({
      left: job(ben, 7, null),
      taken: [{ event_id: 'a', received_at: 'now' }],
    });
    expect(withoutEventsOf('ben', job(ann, ben)).taken).toEqual([{ event_id: 'b', received_at: 'then' }]);
  });

  it('is nothing when there is nobody else, or when it cannot be divided', () => {
    expect(withoutEventsOf('ann', job(ann))).toMatchObject({ left: null, taken: [{ event_id: 'a' }] });
    for (const odd of ['"ann"', '{"events":"ann"}', '["ann"]', JSON.stringify('{"user_id":"ann"')])
      expect(withoutEventsOf('ann', odd)).toEqual({ left: null, taken: [] });
    for (const other of ['no json about ann', '["annabel"]', 'null', job(ben)])
      expect(withoutEventsOf('ann', other)).toEqual({ left: other, taken: [] });
  });

  it('knows the person by a number as well, and by nothing but the id', () => {
    expect(withoutEventsOf('5', job({ user_id: 5 }, { user_id: '55' })).left).toBe(job({ user_id: '55' }));
    expect(withoutEventsOf('null', job({ user_id: null })).left).toBe(job({ user_id: null }));
  });
});

it('an answer loses the entries about a person, and is nothing when it is about nobody else', () => {
  const long = 'x'.repeat(120);
  expect(
    withoutEntriesOf('ann', { data: [{ user_id: 'ann' }, { user_id: 'ben', rows: [{ key: { user_id: 'ann' } }, 'ann'] }] }),
  ).toEqual({ data: [{ user_id: 'ben', rows: ['ann'] }] }); // prettier-ignore
  expect(withoutEntriesOf(long, { rejected: [{ user_id: long.slice(0, 100) }] })).toEqual({ rejected: [] });
  expect(withoutEntriesOf('ann', { user_id: 'ann', data: [] })).toBeUndefined();
  expect(withoutEntriesOf('ann', { a: null, b: [1, 'ann'] })).toEqual({ a: null, b: [1, 'ann'] });
});

it('an id is looked for as JSON writes it', () => {
  expect(writtenInJson('a"b\\ü')).toBe('a\\"b\\\\ü');
});
