import { trustedProxies } from './trusted-proxies';

describe('trusted proxies', () => {
  it('are none, some addresses, or so many hops', () => {
    expect(trustedProxies(undefined)).toBe(false);
    expect(trustedProxies('10.0.0.0/8, ::1')).toEqual(['10.0.0.0/8', '::1']);
    const hops = trustedProxies('2') as (address: string, hop: number) => boolean;
    expect([0, 1, 2, 3].map((hop) => hops('192.0.2.1', hop))).toEqual([true, true, false, false]);
  });
});
