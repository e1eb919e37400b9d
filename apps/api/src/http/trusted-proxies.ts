/**
 * What TRUST_PROXY says, as Fastify takes it. Of hops Fastify would believe none: it cannot know the first. Who sets a number promises
 * that nobody reaches the api around the proxies.
 */
export function trustedProxies(
  setting: string | undefined,
): false | string[] | ((address: string, hop: number) => boolean) {
  if (setting === undefined) return false;
  const hops = Number(setting);
  return Number.isInteger(hops)
    ? (_address, hop) => hop < hops
    : setting.split(',').map((entry) => entry.trim());
}
