import 'reflect-metadata';
import { setTimeout } from 'node:timers/promises';
import {
  createLogger,
  exitWithParent,
  InvalidEnvironment,
  leaveOnSignal,
  readEnv,
  UnsafeDurability,
} from '@app/platform';
import { Draining } from './monitor/draining';
import { createApi } from './setup';

const SHUTDOWN_DEADLINE_MS = 25_000;
/** The environment or the settings of a store are not usable: starting again will not help. */
const CONFIGURATION_ERROR = 78;

async function main(): Promise<void> {
  const env = readEnv();
  const logger = createLogger('api', env.LOG_LEVEL);
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  const app = await createApi(env, logger);
  const leave = async (): Promise<void> => {
    // Load balancers need a moment to see it and to send their requests elsewhere. Those that still come are answered.
    app.get(Draining).begin();
    await setTimeout(env.SHUTDOWN_DELAY_MS);
    await app.close();
  };
  leaveOnSignal(leave, SHUTDOWN_DEADLINE_MS, logger);
  exitWithParent();
  await app.listen(env.PORT, env.HOST);
  logger.info({ url: await app.getUrl() }, 'api is ready');
}

main().catch((error: unknown) => {
  const configuration = error instanceof InvalidEnvironment || error instanceof UnsafeDurability;
  process.stderr.write(`${configuration ? error.message : `The api could not start: ${String(error)}`}\n`);
  process.exit(configuration ? CONFIGURATION_ERROR : 1);
});
