import { routedUrl } from './paths';

describe('the address of the route', () => {
  it.each([
    ['/flags/', '/posthog/flags'],
    ['/flags/?v=2&config=true', '/posthog/flags?v=2&config=true'],
    ['/posthog/flags/?v=2', '/posthog/flags?v=2'],
    ['/batch/', '/posthog/batch'],
    ['/i/v0/e/?ip=1', '/posthog/i/v0/e?ip=1'],
  ])('of %s, as PostHog calls it, is %s', (url, routed) => {
    expect(routedUrl(url)).toBe(routed);
  });

  it.each(['/api/v1/flags', '/api/v1/flags/', '/flags', '/e', '/v1/batch', '/?/flags/', '/posthog/flags'])(
    'of %s is itself',
    (url) => {
      expect(routedUrl(url)).toBe(url);
    },
  );
});
