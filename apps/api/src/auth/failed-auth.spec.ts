import { FailedAuth, networkOf } from './failed-auth';

describe('failed authentication', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('refuses an address that has failed too often, until a part of the minute has passed', () => {
    const failures = new FailedAuth(3);
    for (let i = 0; i < 3; i += 1) {
      expect(failures.mayTry('192.0.2.1')).toBeNull();
      failures.failed('192.0.2.1');
    }
    expect(failures.mayTry('192.0.2.1')).toBe(20);
    jest.advanceTimersByTime(15_000);
    expect(failures.mayTry('192.0.2.1')).toBe(5);
    jest.advanceTimersByTime(5_000);
    expect(failures.mayTry('192.0.2.1')).toBeNull();
  });

  it('holds nothing against other addresses', () => {
    const failures = new FailedAuth(1);
    failures.failed('192.0.2.1');
    expect(failures.mayTry('192.0.2.1')).not.toBeNull();
    expect(failures.mayTry('192.0.2.2')).toBeNull();
  });

  it('lets everybody try when there is no limit', () => {
    const failures = new FailedAuth(null);
    for (let i = 0; i < 10_000; i += 1) failures.failed('192.0.2.1');
    expect(failures.mayTry('192.0.2.1')).toBeNull();
  });

  it('remembers so many addresses and no more, and forgets the quietest', () => {
    const failures = new FailedAuth(1, 2);
    failures.failed('192.0.2.1');
    failures.failed('192.0.2.2');
    failures.failed('192.0.2.1');
    failures.failed('192.0.2.3');
    expect(['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((ip) => failures.mayTry(ip) === null)).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('takes the networks of IPv6 for one address, and mapped IPv4 for what it is', () => {
    expect(networkOf('2001:db8::1')).toBe(networkOf('2001:0db8:0:0:ffff::2'));
    expect(networkOf('2001:db8:0:1::1')).not.toBe(networkOf('2001:db8:0:2::1'));
    expect(networkOf('::1')).toBe('0:0:0:0');
    expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0');
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
  });
});
