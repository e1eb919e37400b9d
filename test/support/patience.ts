import { PRODUCER_PATIENCE } from '@app/queue';
import { API_PATIENCE, Patience } from '@app/store';

// The api gives up after a second or two, because people wait for it. A test waits for what is right, on a machine that may be busy.

/** Of the tests' own connections. */
export const PATIENT: Patience = { connect: 30_000, lock: 10_000, statement: 0, query: 0, idle: 60_000 };

const OF_PRODUCTION = { api: { ...API_PATIENCE }, producer: { ...PRODUCER_PATIENCE } };
const OF_TESTS = {
  api: { connect: 15_000, lock: 5_000, statement: 15_000, query: 20_000 },
  producer: { connectionTimeoutMillis: 15_000 },
};

/** How long an api that is created from now on waits for PostgreSQL. */
export function setPatience(of: 'production' | 'tests'): void {
  const { api, producer } = of === 'production' ? OF_PRODUCTION : OF_TESTS;
  Object.assign(API_PATIENCE, api);
  Object.assign(PRODUCER_PATIENCE, producer);
}
