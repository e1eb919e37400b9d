// npm run demo: the main job end to end, against a stack that lives as long as the demo, or against the one ASSAY_URL names.
import './lib/node-version.mjs';
import { ensureReady } from './lib/install.mjs';
import { watchForStop } from './lib/interrupt.mjs';
import { freePort } from './lib/ports.mjs';
import { runProgram } from './lib/program.mjs';
import { Problem, run, say } from './lib/say.mjs';
import { startStack } from './lib/stack.mjs';
import { temporaryFolder } from './lib/temporary.mjs';

const args = process.argv.slice(2);

await run(async () => {
  await ensureReady();
  if (process.env.ASSAY_URL) {
    if (!process.env.ASSAY_TOKEN)
      throw new Problem('ASSAY_URL is set; set ASSAY_TOKEN to a token of that server as well.');
    return runProgram('tools/demo.js', args);
  }
  return withThrowawayStack(({ url, token }) =>
    runProgram('tools/demo.js', args, { env: { ...process.env, ASSAY_URL: url, ASSAY_TOKEN: token } }),
  );
});

async function withThrowawayStack(use) {
  const signal = watchForStop(() => process.exit(130)); // what is running then ends by itself
  const folder = temporaryFolder('demo');
  let stack;
  try {
    // A demo writes: whatever the shell says about databases and queues in use, it gets its own.
    const { DATABASE_URL, REDIS_URL, BEARER_TOKENS, ...env } = process.env;
    stack = await startStack({
      dir: folder.dir,
      env,
      port: await freePort(),
      throwaway: true,
      signal,
      tell: say,
    });
    say(`api and worker are running at ${stack.url}`);
    return await use(stack);
  } finally {
    await stack?.stop();
    folder.remove();
    say('everything stopped and removed');
  }
}
