import { LoggerService } from '@nestjs/common';
import pino, { Logger } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard output. ERROR means that a person must act; INFO is one line per request or job. */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    redact: {
      paths: ['req.headers.authorization', 'req.headers.cookie', '*.authorization'],
      censor: '[redacted]',
    },
  });
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
