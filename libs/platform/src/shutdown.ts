import type { Logger } from 'pino';

/**
 * Leaves on SIGTERM and SIGINT: code 0 when `leave` has finished, 1 when it failed or the deadline passed. Closing a queue or a pool
 * never returns while its server is frozen; what is left undone then is done by the next process.
 */
export function leaveOnSignal(leave: () => Promise<void>, deadlineMs: number, logger: Logger): void {
  let leaving = false;
  const begin = (): void => {
    if (leaving) return;
    leaving = true;
    setTimeout(() => {
      logger.error({ deadline_ms: deadlineMs }, 'forced to leave: a store did not let go');
      process.exit(1);
    }, deadlineMs);
    leave().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'could not leave in order');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', begin);
  process.once('SIGINT', begin);
}
