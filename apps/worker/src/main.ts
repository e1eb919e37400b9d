import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { createLogger, exitWithParent, InvalidEnvironment, nestLogger, readEnv } from '@app/platform';
import { WorkerModule } from './worker.module';

const SHUTDOWN_DEADLINE_MS = 10_000;

async function main(): Promise<void> {
  const env = readEnv();
  const logger = createLogger('worker', env.LOG_LEVEL);
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(env, logger), {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      // close() never returns while the queue is away; the jobs it leaves are picked up by the next worker.
      setTimeout(() => process.exit(1), SHUTDOWN_DEADLINE_MS).unref();
      void app.close().finally(() => process.exit(0));
    });
  }
  exitWithParent();
  logger.info('worker is ready');
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof InvalidEnvironment ? error.message : `The worker could not start: ${String(error)}`}\n`,
  );
  process.exit(error instanceof InvalidEnvironment ? 78 : 1);
});
