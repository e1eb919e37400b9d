import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature } from '@openfeature/web-sdk';

// A page with flags, as anybody would make it with OpenFeature. The test calls what it puts on `window`.

const page = {
  async start(baseUrl: string, token: string, targetingKey: string): Promise<void> {
    await OpenFeature.setContext({ targetingKey });
    const headers: [string, string][] = [['Authorization', `Bearer ${token}`]];
    await OpenFeature.setProviderAndWait(new OFREPWebProvider({ baseUrl, headers }));
  },
  know: (context: Record<string, string>): Promise<void> => OpenFeature.setContext(context),
  valueOf: (flag: string): string => OpenFeature.getClient().getStringValue(flag, 'none'),
};

export type FlagsPage = typeof page;
Object.assign(globalThis, { page });
