import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { Client, OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { anExperiment, assignmentsOf, variantOf } from '../api/help';
import { aPublishable } from '../api/tokens-help';
import { startApp, TestApp } from '../support/app';
import { Listening, listen } from '../support/sse';
import { until } from '../support/wait';

// With OpenFeature's own SDK and provider for browsers. Node says from which page it asks, as a browser does by itself; the page in a real
// browser is another test's.

const SHOP = 'https://shop.example';

/** What the provider uses of the EventSource that Node does not have. */
class PageEventSource {
  static readonly open: PageEventSource[] = [];
  onmessage?: (event: { data: string }) => void;
  onerror?: () => void;
  readyState = 0;
  private heard = 0;
  private readonly timer: NodeJS.Timeout;
  private listening: Listening | undefined;

  constructor(url: string) {
    PageEventSource.open.push(this);
    void listen(url, { origin: SHOP }).then((listening) => (this.listening = listening));
    this.timer = setInterval(() => {
      for (const message of this.listening?.messages.slice(this.heard) ?? [])
        this.onmessage?.({ data: JSON.stringify(message) });
      this.heard = this.listening?.messages.length ?? 0;
    }, 20);
  }

  get status(): number | undefined {
    return this.listening?.status;
  }

  addEventListener(name: 'message' | 'error', heard: () => void): void {
    if (name === 'message') this.onmessage = heard;
    else this.onerror = heard;
  }

  close(): void {
    clearInterval(this.timer);
    this.listening?.close();
    this.readyState = 2;
  }
}

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startApp({ worker: false });
  ({ secret: token } = await aPublishable(app, [SHOP], { scopes: ['flags:evaluate'] }));
  Object.assign(globalThis, { EventSource: PageEventSource });
});
afterAll(async () => {
  await OpenFeature.close();
  for (const source of PageEventSource.open) source.close();
  await app.close();
});

/** Of who has just been created the api hears within a second, as every process does. */
function known(key: string): Promise<unknown> {
  return until(`${key} among all flags`, async () => {
    const body = { context: { targetingKey: 'anybody' } };
    const answer = await app.call('POST', '/ofrep/v1/evaluate/flags', body);
    return answer.body.flags.some((flag: { key: string }) => flag.key === key);
  });
}

/** Statuses of the answers, in their order. */
const answered: number[] = [];
let domains = 0;

async function pageOf(targetingKey: string, more: object = {}, secret = token): Promise<Client> {
  const domain = `page-${++domains}`;
  const provider = new OFREPWebProvider({
    baseUrl: app.url,
    headers: [['Authorization', `Bearer ${secret}`]],
    cacheMode: 'disabled',
    fetchImplementation: async (input: string | URL | Request, init?: RequestInit) => {
      const request = new Request(input, init);
      request.headers.set('origin', SHOP);
      const answer = await fetch(request);
      answered.push(answer.status);
      return answer;
    },
  });
  await OpenFeature.setContext(domain, { targetingKey, ...more });
  await OpenFeature.setProviderAndWait(domain, provider);
  return OpenFeature.getClient(domain);
}

describe('the SDK for browsers', () => {
  it('has the flags of its user at once, and nothing is written', async () => {
    const variants = [
      { key: 'control', allocation_pct: 50, config: { color: 'grey' } },
      { key: 'treatment', allocation_pct: 50, config: { color: 'green' } },
    ];
    const { id, key } = await anExperiment(app, { variants });
    await known(key);
    const page = await pageOf('user-1');
    const details = page.getObjectDetails(key, { color: 'none' });
    expect(page.getStringDetails('nobody-knows-me', 'none')).toMatchObject({
      value: 'none',
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect(await assignmentsOf(app, id)).toBe(0);
    const variant = await variantOf(app, id, 'user-1');
    const value = variants.find((one) => one.key === variant)?.config;
    expect(details).toMatchObject({ value, variant, reason: 'SPLIT', flagMetadata: { experimentId: id } });
  });

  it('is wrong of the type for all variants or for none, so that its hooks lose no arm', async () => {
    const variants = [
      { key: 'control', allocation_pct: 50 },
      { key: 'treatment', allocation_pct: 50, config: { color: 'green' } },
    ];
    const { key } = await anExperiment(app, { variants });
    await known(key);
    const page = await pageOf('mixed');
    const domain = page.metadata.domain as string;
    const seen: (string | undefined)[] = [];
    page.addHooks({ after: (_, { variant }) => void seen.push(variant) });
    for (let n = 0; n < 40; n++) {
      await OpenFeature.setContext(domain, { targetingKey: `mixed-${n}` });
      expect(page.getObjectDetails(key, {})).toMatchObject({ errorCode: 'TYPE_MISMATCH' });
      expect(seen).toHaveLength(n);
      page.getStringDetails(key, 'none');
    }
    expect(new Set(seen)).toEqual(new Set(['control', 'treatment']));
    expect(seen).toHaveLength(40);
  });

  it('asks anew for another user, and for the same user of whom more is known', async () => {
    const targeting = { attribute: 'plan', operator: 'eq', value: 'pro' };
    const { id, key } = await anExperiment(app, { targeting });
    await known(key);
    const page = await pageOf('user-1', { plan: 'free' });
    const domain = page.metadata.domain as string;
    expect(page.getStringDetails(key, 'none')).toMatchObject({ variant: undefined, reason: 'STATIC' });
    await OpenFeature.setContext(domain, { targetingKey: 'user-1', plan: 'pro' });
    const variant = page.getStringDetails(key, 'none').variant;
    answered.length = 0;
    // The provider keeps its tag when the targeting key is the same.
    await OpenFeature.setContext(domain, { targetingKey: 'user-1', plan: 'pro', seen: true });
    expect(answered).toEqual([304]);
    expect(page.getStringDetails(key, 'none').variant).toBe(variant);
    await OpenFeature.setContext(domain, { targetingKey: 'user-2', plan: 'pro' });
    const other = page.getStringDetails(key, 'none').variant;
    const write = (user: string) =>
      app.call('POST', `/ofrep/v1/evaluate/flags/${key}`, { context: { targetingKey: user, plan: 'pro' } });
    await write('user-1');
    await write('user-2');
    expect([variant, other]).toEqual([
      await variantOf(app, id, 'user-1'),
      await variantOf(app, id, 'user-2'),
    ]);
  });

  it('hears of a change and has it, without being asked', async () => {
    const flag = { key: 'new-checkout', type: 'boolean' };
    expect((await app.call('POST', '/api/v1/flags', flag)).status).toBe(201);
    await known(flag.key);
    const page = await pageOf('user-1');
    expect(page.getBooleanValue('new-checkout', true)).toBe(false);
    const changed: unknown[] = [];
    page.addHandler(ProviderEvents.ConfigurationChanged, (event) =>
      changed.push(...(event?.flagsChanged ?? [])),
    );
    await until('the stream', async () => PageEventSource.open.at(-1)?.status === 200);
    await app.call('PATCH', '/api/v1/flags/new-checkout', { default_variant: 'on' });
    await until('the change', async () => page.getBooleanValue('new-checkout', false));
    expect(changed).toContain('new-checkout');
  });

  it('is stopped as a stranger', async () => {
    await expect(pageOf('user-1', {}, 'nobody')).rejects.toThrow(/Initialization failed/);
  });

  it('learns that its user has no name', async () => {
    await expect(pageOf('')).rejects.toThrow(/status: 400/);
  });
});
