import { callOf, eventId, understand } from './translate';

const track = { type: 'track', userId: 'u', messageId: 'm', event: 'Order Completed' };

describe('an item of Segment', () => {
  it.each<[string, object, object]>([
    ['track', track, { event_id: eventId('m'), user_id: 'u', type: 'Order Completed', value: null, properties: null }],
    ['worth its revenue', { ...track, properties: { value: 1, revenue: 2 } }, { value: 2, properties: { value: 1, revenue: 2 } }],
    ['worth its value', { ...track, properties: { value: 1, revenue: '2' } }, { value: 1 }],
    ['of somebody unknown', { ...track, userId: null, anonymousId: 'a' }, { user_id: 'a' }],
    ['of somebody who has logged in', { ...track, anonymousId: 'a' }, { user_id: 'u' }],
    ['of a number', { ...track, userId: 42 }, { user_id: '42' }],
    ['at a time', { ...track, timestamp: '2026-11-21T09:31:12.250Z' }, { timestamp: '2026-11-21T09:31:12.250Z' }],
    ['page', { ...track, type: 'page', name: 'Home', properties: { url: '/' } }, { type: 'page', properties: { name: 'Home', url: '/' } }],
    ['screen', { ...track, type: 'screen', category: 'Cart' }, { type: 'screen', properties: { category: 'Cart' } }],
    ['group', { ...track, type: 'group', groupId: 'g', traits: { plan: 'b' } }, { type: 'group', properties: { groupId: 'g', plan: 'b' } }],
  ])('is an event: %s', (_, item, event) => {
    expect(understand(item)).toMatchObject({ event });
  }); // prettier-ignore

  it.each<[string, object, object]>([
    ['by its key', { experiment_id: 'checkout', variation_id: 'b' }, { reference: 'checkout', variant: 'b' }],
    ['as GrowthBook writes it', { experimentId: 'checkout', variationId: 'b' }, { reference: 'checkout', variant: 'b' }],
    ['without a variant', { experiment_id: 'checkout' }, { reference: 'checkout', variant: null }],
  ])('is an exposure: %s', (_, properties, exposure) => {
    const context = { traits: { plan: 'pro', cart: [1] }, page: {} };
    const understood = understand({ ...track, event: 'Experiment Viewed', properties, context });
    expect(understood).toMatchObject({
      event: { type: 'exposure', user_id: 'u', event_id: eventId('m') },
      exposure: { ...exposure, ofFlag: false, said: { plan: 'pro' } },
    });
  }); // prettier-ignore

  it('tells who somebody is and what is known of them', () => {
    const item = { type: 'identify', userId: 'u', anonymousId: 'a', traits: { plan: 'pro', address: {} } };
    expect(understand(item, 'then')).toEqual({
      link: { aliasId: 'a', userId: 'u' },
      facts: { userId: 'u', facts: { plan: 'pro' } },
      sentAt: 'then',
    });
    expect(understand({ ...item, anonymousId: undefined })).not.toHaveProperty('link');
    expect(understand({ ...item, userId: undefined })).toMatchObject({ facts: { userId: 'a' } });
  });

  it('joins two ids', () => {
    const link = { aliasId: 'before', userId: 'u', merge: true };
    expect(understand({ type: 'alias', userId: 'u', previousId: 'before' })).toMatchObject({ link });
    expect(understand({ type: 'alias', userId: 'u', anonymousId: 'before' })).toMatchObject({ link });
    expect(understand({ type: 'alias', userId: 'u' })).toMatchObject({ refused: { code: 'missing_user' } });
  });

  it('is sent when it says so, or when its batch was', () => {
    expect(understand(track, 'batch')).toMatchObject({ sentAt: 'batch' });
    expect(understand({ ...track, sentAt: 'item' }, 'batch')).toMatchObject({ sentAt: 'item' });
  });

  it.each<[string, unknown, string]>([
    ['that is none', 'track', 'invalid_type'],
    ['of nobody', { type: 'track', event: 'e' }, 'missing_user'],
    ['of nobody, in empty words', { type: 'track', event: 'e', userId: '', anonymousId: '' }, 'missing_user'],
    ['of a user with NUL', { ...track, userId: 'a\u0000' }, 'invalid_user'],
    [
      'of an alias that is too long',
      { type: 'alias', userId: 'u', previousId: 'x'.repeat(257) },
      'invalid_user',
    ],
    ['of another type', { ...track, type: 'video' }, 'unknown_type'],
    ['of a type that all objects have', { ...track, type: 'constructor' }, 'unknown_type'],
    ['that names no experiment', { ...track, event: 'Experiment Viewed' }, 'required'],
  ])('is refused %s', (_, item, code) => {
    expect(understand(item)).toMatchObject({ refused: { code } });
  });
});

describe('the id of an event', () => {
  it('is the message, when that is a UUID, or made of it, the same for ever', () => {
    expect(eventId('0198C0DE-1111-7000-8000-00000000000A')).toBe('0198C0DE-1111-7000-8000-00000000000A');
    expect(eventId('node-next-1763717472250-x')).toBe('8afc0192-a23c-5a15-a414-829e7a1a82a3');
  });
});

describe('a call', () => {
  it('goes by its name or first letter', () => {
    expect(['track', 't', 'i', 'p', 's', 'g', 'a', 'alias'].map(callOf)).toEqual(
      ['track', 'track', 'identify', 'page', 'screen', 'group', 'alias', 'alias'],
    );
    expect(['', 'tr', 'b', 'T'].map(callOf)).toEqual([null, null, null, null]);
  }); // prettier-ignore
});
