// PostgreSQL and Redis for a developer, in a temporary folder, until Ctrl-C:
//   node tools/dev-services.mjs
// prints two lines to paste into other terminals, so that jest can be run again and again without starting services:
//   npx jest --selectProjects services test/store
import './lib/node-version.mjs';
import { once } from 'node:events';
import { ensureReady } from './lib/install.mjs';
import { run } from './lib/say.mjs';
import { startTestServices } from './lib/temporary.mjs';

await run(async () => {
  await ensureReady();
  const services = await startTestServices();
  console.log(`export TEST_DATABASE_URL='${services.databaseUrl}'`);
  console.log(`export TEST_REDIS_URL='${services.redisUrl}'`);
  console.log('# running until Ctrl-C');
  const keepAlive = setInterval(() => {}, 60_000);
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
  clearInterval(keepAlive);
  await services.stop();
});
