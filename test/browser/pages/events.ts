import { AnalyticsBrowser } from '@segment/analytics-next';

// A page with Segment's analytics.js, which is told its settings instead of asking Segment for them.

declare function addEventListener(name: 'pagehide', listener: () => void): void;
declare const navigator: { sendBeacon: (url: string, data: Blob) => boolean };

let analytics: AnalyticsBrowser;

const page = {
  start(host: string, writeKey: string, batches: boolean): void {
    const apiHost = `${host}/v1`;
    const deliveryStrategy = batches
      ? ({ strategy: 'batching', config: { size: 10, timeout: 200 } } as const)
      : ({ strategy: 'standard' } as const);
    analytics = AnalyticsBrowser.load({
      writeKey,
      cdnSettings: {
        integrations: { 'Segment.io': { apiKey: writeKey, apiHost, protocol: 'http', deliveryStrategy } },
      },
    });
  },
  async identify(userId: string, traits: object): Promise<void> {
    await analytics.identify(userId, traits);
  },
  async track(event: string, properties: object): Promise<void> {
    await analytics.track(event, properties);
  },
  /** What a page can still say while it is left. */
  onLeave(url: string, message: object): void {
    addEventListener('pagehide', () =>
      navigator.sendBeacon(url, new Blob([JSON.stringify(message)], { type: 'text/plain' })),
    );
  },
};

export type EventsPage = typeof page;
Object.assign(globalThis, { page });
