import { Conflict, sqlState } from './database';

// Why the database did not do it. In: an error. Out: one of six classes. They are those of PostgreSQL's manual, appendix A: the first two
// characters of an SQLSTATE, and single codes that differ.

export type FailureClass = 'conflict' | 'unavailable' | 'resource' | 'data' | 'program' | 'unknown';

const CODES: Record<string, FailureClass> = {
  '40001': 'conflict', // serialization_failure
  '40P01': 'conflict', // deadlock_detected
  '23505': 'conflict', // unique_violation: every insert here says what to do or has a lock, so a concurrent one is meant
  '55000': 'unavailable', // the database takes no connections now
  '25006': 'unavailable', // read_only_sql_transaction: a standby, soon or no longer the primary
  '25P03': 'unavailable', // idle_in_transaction_session_timeout
  '26000': 'unavailable', // a pooler has swapped the session
  '53300': 'unavailable', // too_many_connections
  '55P03': 'resource', // lock_not_available
  '57014': 'resource', // query_canceled: statement_timeout
  '3D000': 'program', // the database does not exist
  '3F000': 'program', // the schema does not exist
};

const CLASSES: Record<string, FailureClass> = {
  '08': 'unavailable', // connection exception
  '22': 'data', // data exception
  '23': 'data', // integrity constraint violation
  '28': 'program', // invalid authorization
  '40': 'conflict', // transaction rollback
  '42': 'program', // syntax error or access rule violation: a table is missing, or a right
  '53': 'resource', // disk full, out of memory
  '54': 'data', // program limit exceeded: a key too long, JSON too deep
  '57': 'unavailable', // operator intervention: shutdown, starting up
  '58': 'resource', // system error: input and output
};

const NETWORK = /^(ECONN|EPIPE$|ETIMEDOUT$|ENOTFOUND$|EAI_AGAIN$|EHOSTUNREACH$|ENETUNREACH$|ENETDOWN$)/;
// Errors of the driver and its pool that carry no code.
const DRIVER =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end/i;

export function classify(error: unknown): FailureClass {
  if (error instanceof Conflict) return 'conflict';
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  // Before SQLSTATE: EPIPE has five capitals as well.
  if (typeof code === 'string' && NETWORK.test(code)) return 'unavailable';
  const state = sqlState(error);
  if (state !== null) return CODES[state] ?? CLASSES[state.slice(0, 2)] ?? 'unknown';
  if (typeof message === 'string' && DRIVER.test(message)) return 'unavailable';
  if (error instanceof TypeError || error instanceof ReferenceError) return 'program';
  return 'unknown';
}
