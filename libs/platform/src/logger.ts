import { LoggerService } from '@nestjs/common';
import pino, { DestinationStream, Logger } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard output. ERROR means that a person must act; INFO is one line per request or job. */
export function createLogger(
  name: string,
  level: string,
  destination: DestinationStream = pino.destination(1),
): Logger {
  const redact = {
    paths: ['req.headers.authorization', 'req.headers.cookie', '*.authorization'],
    censor: '[redacted]',
  };
  return pino({ name, level, redact, serializers: { err: withoutData } }, destination);
}

/** What is known of errors of PostgreSQL, and no more: others of its fields hold values of rows, or the parameters of the statement. */
const TELLING = [
  'code',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
  'dataType',
  'routine',
  'syscall',
] as const;

function withoutData(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const fields = error as unknown as Record<string, unknown>;
  const told = Object.fromEntries(
    TELLING.filter((key) => fields[key] !== undefined).map((key) => [key, fields[key]]),
  );
  const cause = error.cause === undefined ? {} : { cause: withoutData(error.cause) };
  return { type: error.name, message: error.message, stack: error.stack, ...told, ...cause };
}

/** Lets Nest write through pino; its start-up chatter is worth DEBUG only. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'error' | 'warn' | 'debug') =>
    (message: unknown, ...details: unknown[]): void => {
      const error = [message, ...details].find((item): item is Error => item instanceof Error);
      const text = message instanceof Error ? message.message : String(message);
      logger[level]({ details: details.filter((item) => typeof item === 'string'), err: error }, text);
    };
  return {
    log: write('debug'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('debug'),
  };
}
