import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import {
  createLogger,
  exitWithParent,
  InvalidEnvironment,
  leaveOnSignal,
  nestLogger,
  readEnv,
  UnsafeDurability,
} from '@app/platform';
import { WorkerModule } from './worker.module';

const SHUTDOWN_DEADLINE_MS = 20_000;
/** The environment or the settings of a store are not usable: starting again will not help. */
const CONFIGURATION_ERROR = 78;

async function main(): Promise<void> {
  const env = readEnv();
  const logger = createLogger('worker', env.LOG_LEVEL);
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(env, logger), {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  // Without its queue or database a worker cannot close in order; what it leaves in hand is taken over by another.
  leaveOnSignal(() => app.close(), SHUTDOWN_DEADLINE_MS, logger);
  exitWithParent();
  logger.info('worker is ready');
}

main().catch((error: unknown) => {
  const configuration = error instanceof InvalidEnvironment || error instanceof UnsafeDurability;
  process.stderr.write(`${configuration ? error.message : `The worker could not start: ${String(error)}`}\n`);
  process.exit(configuration ? CONFIGURATION_ERROR : 1);
});
