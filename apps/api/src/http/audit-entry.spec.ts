import { bounded, changesOf } from './audit-entry';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('the details of the audit log', () => {
  it('are what was given, when that is little', () => {
    const details = { asked: { key: 'a', variants: [{ key: 'control', allocation_pct: 50 }] } };
    expect(bounded(details)).toEqual(details);
  });

  it('hold no secrets and no users, however deep', () => {
    const asked = {
      name: 'x',
      user_id: 'ann',
      config: [{ api_Token: 's', nested: { Password: 's', client_secret: ['s'], user_ids: ['ann'] } }],
    };
    const text = JSON.stringify(bounded({ asked }));
    expect(text).toContain('"name":"x"');
    expect(text).not.toMatch(/"s"|ann/);
  });

  it('can be stored, whatever the text is', () => {
    expect(bounded({ 'a\u0000': 'b\u0000\ud800' })).toEqual({ 'a\ufffd': 'b\ufffd\ufffd' });
  });

  it('take 4 KB at most, and name what they lack', () => {
    const long = 'ü'.repeat(5_000);
    const lacking = bounded({ asked: { key: 'k', description: long, name: 'n' } });
    expect(lacking).toEqual({ asked: { key: 'k', name: 'n' }, omitted: ['asked/description'] });
    expect(bounded({ reason: long, queued: 3 })).toEqual({ reason: null, queued: 3, omitted: ['reason'] });
    const changed = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`field${i}`, { from: 'a'.repeat(i), to: long }])); // prettier-ignore
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`field${i}`, i]));
    for (const details of [
      { changed },
      many,
      { asked: many },
      { [long]: long },
      { asked: { [long]: 1, [`${long}a`]: long } },
    ])
      // prettier-ignore
      expect(bytesOf(bounded(details))).toBeLessThanOrEqual(4_096);
  });

  it('hold no users that a condition names', () => {
    const targeting = { any: [{ attribute: 'user_id', operator: 'in', value: ['ann', 'bob'] }, { attribute: 'plan', operator: 'eq', value: 'pro' }] };
    expect(bounded({ asked: { targeting } })).toEqual({
      asked: { targeting: { any: [{ attribute: 'user_id', operator: 'in', value: '(left out)' }, { attribute: 'plan', operator: 'eq', value: 'pro' }] } },
    });
  }); // prettier-ignore

  it('of a change have the given fields that are not what they were', () => {
    const before = { name: 'a', metrics: [{ key: 'm' }], version: 1 };
    const after = { name: 'b', metrics: [{ key: 'm' }], version: 2 };
    expect(changesOf(before, after, ['name', 'metrics'])).toEqual({ name: { from: 'a', to: 'b' } });
    expect(changesOf(before, after, ['metrics', 'absent'])).toEqual({});
  });
});
