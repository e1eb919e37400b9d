import { understandCapture } from './capture';

const ID = '0198c0de-1111-7000-8000-00000000000a';
const capture = { event: 'buy', distinct_id: 'u', uuid: ID, timestamp: '2026-11-21T09:31:12.250Z' };

describe('an event of PostHog', () => {
  it('is an event, without what the client says of itself', () => {
    const properties = { revenue: 5, items: 2, $lib: 'posthog-node', '$feature/x': true, token: 'secret', distinct_id: 'u' };
    expect(understandCapture({ ...capture, properties }, 'then')).toEqual({
      event: { event_id: ID, user_id: 'u', type: 'buy', timestamp: capture.timestamp, value: 5, properties: { revenue: 5, items: 2 } },
      facts: { userId: 'u', facts: {}, once: {} },
      sentAt: 'then',
    });
  }); // prettier-ignore

  it('says who does it somewhere', () => {
    expect(understandCapture({ event: 'buy', properties: { distinct_id: 'p' } })).toMatchObject({ event: { user_id: 'p' } });
    expect(understandCapture({ event: 'buy' })).toMatchObject({ refused: { code: 'missing_user' } });
    expect(understandCapture({ ...capture, distinct_id: 'a\u0000' })).toMatchObject({ refused: { code: 'invalid_user' } });
    expect(understandCapture([capture])).toMatchObject({ refused: { code: 'invalid_type' } });
  }); // prettier-ignore

  it('is an exposure when a flag was called', () => {
    const properties = { $feature_flag: 'checkout', $feature_flag_response: 'b' };
    expect(understandCapture({ ...capture, event: '$feature_flag_called', properties })).toMatchObject({
      event: { type: 'exposure', event_id: ID },
      exposure: { reference: 'checkout', variant: 'b', ofFlag: true },
    });
    const flag = { ...capture, event: '$feature_flag_called', properties: { $feature_flag: 'x', $feature_flag_response: true } };
    expect(understandCapture(flag)).toMatchObject({ exposure: { variant: true } });
  }); // prettier-ignore

  it('tells who somebody is, and is no event then', () => {
    const identify = { ...capture, event: '$identify', properties: { $anon_distinct_id: 'a', $set: { plan: 'pro', cart: [] } } };
    expect(understandCapture(identify)).toEqual({
      facts: { userId: 'u', facts: { plan: 'pro' }, once: {} },
      link: { aliasId: 'a', userId: 'u' },
      sentAt: undefined,
    });
    const alias = { ...capture, event: '$create_alias', properties: { alias: 'a' } };
    expect(understandCapture(alias)).toMatchObject({ link: { aliasId: 'a', userId: 'u' } });
    expect(understandCapture(alias)).not.toHaveProperty('link.merge');
    const merge = { ...alias, event: '$merge_dangerously' };
    expect(understandCapture(merge)).toMatchObject({ link: { aliasId: 'a', userId: 'u', merge: true } });
    expect(understandCapture(merge)).not.toHaveProperty('event');
    expect(understandCapture({ ...alias, properties: { alias: 'u' } })).not.toHaveProperty('link');
  }); // prettier-ignore
});
