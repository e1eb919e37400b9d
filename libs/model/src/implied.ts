// Every event type is two metrics without being declared: who did it at all, and what the values of its events add up to. A key that ends
// in `:value` always means the values of the type before it, so that what results show can be asked for. Keys of two types never meet.

const VALUE = ':value';
const USERS = ':users';

/** Names that would be read as the key of values, or as a key made below. */
const READ_OTHERWISE = /.:value(:users)*$/s;

export interface ImpliedMetric {
  eventType: string;
  ofValues: boolean;
}

/** Of who did it at all: the name of the type itself, but for types whose name ends like the key of values. */
export function usersKey(eventType: string): string {
  return READ_OTHERWISE.test(eventType) ? eventType + USERS : eventType;
}

export function valueKey(eventType: string): string {
  return eventType + VALUE;
}

/** What a key means that no declared metric has. */
export function impliedMetric(key: string): ImpliedMetric {
  if (!READ_OTHERWISE.test(key)) return { eventType: key, ofValues: false };
  const ofValues = key.endsWith(VALUE);
  return { eventType: key.slice(0, ofValues ? -VALUE.length : -USERS.length), ofValues };
}
