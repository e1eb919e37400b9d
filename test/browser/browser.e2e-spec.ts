import { Browser, Page } from 'playwright-core';
import { anExperiment, variantOf } from '../api/help';
import { aPublishable } from '../api/tokens-help';
import { startApp, TestApp } from '../support/app';
import { openBrowser, requestsOf, Site, startSite } from '../support/browser';
import { until } from '../support/wait';
import type { EventsPage } from './pages/events';
import type { FlagsPage } from './pages/flags';

// The clients that others use in pages, in a browser, on a page of another origin than the api, with a publishable token for that page.

let app: TestApp;
let site: Site;
let browser: Browser;
let token: string;
beforeAll(async () => {
  [app, site, browser] = await Promise.all([startApp(), startSite(), openBrowser()]);
  const scopes = ['flags:evaluate', 'events:write'];
  ({ secret: token } = await aPublishable(app, [site.origin], { scopes }));
  // Fetching a browser, where there is none, takes its time.
}, 300_000);
afterAll(async () => {
  await browser?.close();
  site?.close();
  await app?.close();
});

/** A tab of its own, with nothing in its caches, and what it asks of the api. */
async function open(name: string): Promise<{ tab: Page; asked: string[] }> {
  const tab = await (await browser.newContext()).newPage();
  const asked = requestsOf(tab, app.url);
  await tab.goto(`${site.origin}/${name}`);
  return { tab, asked };
}

interface Stored {
  type: string;
  value: number | null;
  properties: Record<string, unknown>;
}

function eventsOf(user: string, count: number): Promise<Stored[]> {
  return until(`${count} events of ${user}`, async () => {
    const { body } = await app.call('GET', `/api/v1/events?user_id=${encodeURIComponent(user)}`);
    return body.data?.length >= count ? (body.data as Stored[]) : null;
  });
}

describe('OpenFeature in a page', () => {
  const BULK = 'POST /ofrep/v1/evaluate/flags';

  it('has the flags of its user, asks again for 304s, and hears of a change', async () => {
    const { id, key } = await anExperiment(app);
    const flag = { key: 'banner', type: 'string', variants: [{ key: 'a', value: 'A' }, { key: 'b', value: 'B' }] }; // prettier-ignore
    expect((await app.call('POST', '/api/v1/flags', flag)).status).toBe(201);
    const context = { context: { targetingKey: 'ünï 1' } };
    await until('both among all flags', async () => {
      const { body } = await app.call('POST', '/ofrep/v1/evaluate/flags', context);
      return [key, 'banner'].every((one) => body.flags.some((found: { key: string }) => found.key === one));
    });

    const { tab, asked } = await open('flags');
    await tab.evaluate(
      ([url, secret]) => (globalThis as never as { page: FlagsPage }).page.start(url, secret, 'ünï 1'),
      [app.url, token],
    );
    const valueOf = (name: string) =>
      tab.evaluate((one) => (globalThis as never as { page: FlagsPage }).page.valueOf(one), name);
    const shown = await valueOf(key);
    expect(shown).toBe(await variantOf(app, id, 'ünï 1'));
    expect(await valueOf('banner')).toBe('A');
    const know = (page: string) =>
      tab.evaluate(
        (seen) => (globalThis as never as { page: FlagsPage }).page.know({ targetingKey: 'ünï 1', seen }),
        page,
      );
    await know('home');
    await know('cart');
    const bulks = await until('three answers', () => {
      const some = asked.filter((line) => line.startsWith(BULK));
      return Promise.resolve(some.length >= 3 && some);
    });
    // The stream may have made it ask once more.
    expect([...new Set(bulks)]).toEqual([`${BULK} 200`, `${BULK} 304`]);
    expect(await valueOf(key)).toBe(shown);

    await app.call('PATCH', '/api/v1/flags/banner', { default_variant: 'b' });
    await until('the change in the page', async () => (await valueOf('banner')) === 'B');
  });
});

describe("Segment's analytics.js in a page", () => {
  it.each([
    ['one by one', false],
    ['in batches', true],
  ])('sends events %s, and what is known of the user', async (_how, batches) => {
    const user = `visitor €${batches}`;
    const { tab } = await open('events');
    await tab.evaluate(
      ([url, secret, inBatches]) =>
        (globalThis as never as { page: EventsPage }).page.start(url, secret, inBatches),
      [new URL(app.url).host, token, batches] as const,
    );
    await tab.evaluate(async (name) => {
      const { page } = globalThis as never as { page: EventsPage };
      await page.identify(name, { plan: 'pro' });
      await page.track('Product Added', { sku: 'ä-1' });
      await page.track('Order Completed', { revenue: 49.9 });
    }, user);
    const events = await eventsOf(user, 2);
    expect(events.map(({ type, value }) => ({ type, value }))).toEqual(
      expect.arrayContaining([
        { type: 'Product Added', value: null },
        { type: 'Order Completed', value: 49.9 },
      ]),
    );
    const { body } = await app.call('GET', `/api/v1/users/${encodeURIComponent(user)}`);
    expect(body.attributes).toMatchObject({ plan: 'pro' });
  });
});

describe('a page that is left', () => {
  it('says so by a beacon, which arrives', async () => {
    const { tab } = await open('events');
    const message = {
      writeKey: token,
      messageId: 'left-1',
      type: 'track',
      userId: 'leaver',
      event: 'Page Left',
      properties: { after: 3 },
    };
    await tab.evaluate(
      ([url, said]) => (globalThis as never as { page: EventsPage }).page.onLeave(url, said),
      [`${app.url}/v1/t`, message] as const,
    );
    await tab.goto('about:blank');
    expect(await eventsOf('leaver', 1)).toMatchObject([{ type: 'Page Left', properties: { after: 3 } }]);
  });
});
