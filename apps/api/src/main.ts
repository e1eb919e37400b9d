import 'reflect-metadata';
import { createLogger, exitWithParent, InvalidEnvironment, readEnv } from '@app/platform';
import { createApi } from './setup';

const SHUTDOWN_DEADLINE_MS = 10_000;

async function main(): Promise<void> {
  const env = readEnv();
  const logger = createLogger('api', env.LOG_LEVEL);
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  const app = await createApi(env, logger);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), SHUTDOWN_DEADLINE_MS).unref();
      void app.close().finally(() => process.exit(0));
    });
  }
  exitWithParent();
  await app.listen(env.PORT, env.HOST);
  logger.info({ url: await app.getUrl() }, 'api is ready');
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof InvalidEnvironment ? error.message : `The api could not start: ${String(error)}`}\n`,
  );
  process.exit(error instanceof InvalidEnvironment ? 78 : 1);
});
