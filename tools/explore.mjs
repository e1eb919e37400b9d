// npm run explore -- --minutes 60: the random tests again and again, each time from another seed, until one fails or the time is over.
// `npm test` starts from the same seed each time, so that a red run is about what was changed; this is where new failures are found.
//   --seed 7           the first seed, for a failure to be seen again
//   -- test/laws       only the random tests there
import './lib/node-version.mjs';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureReady } from './lib/install.mjs';
import { withJest } from './lib/jest.mjs';
import { Problem, projectDir, run, say } from './lib/say.mjs';

const { values, positionals } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
  allowPositionals: true,
});
// All that is random is so by one of them.
const RANDOM = /from '(fast-check|.*support\/seed)'/;

await run(async () => {
  const minutes = Number(values.minutes);
  const first = Number(values.seed ?? Date.now() % 2 ** 31);
  if (!(minutes >= 0)) throw new Problem('--minutes must be a number');
  if (!Number.isSafeInteger(first)) throw new Problem('--seed must be an integer');
  await ensureReady();
  const tests = positionals.length === 0 ? ['--runTestsByPath', ...randomTests()] : positionals;
  const end = Date.now() + minutes * 60_000;
  const { failed } = await withJest(async (jest) => {
    let counts = { passed: 0, failed: 0 };
    for (let seed = first; seed === first || (Date.now() < end && counts.failed === 0); seed++) {
      counts = await jest(tests, { SEED: String(seed) });
      say(`seed ${seed}: ${counts.passed} passed, ${counts.failed} failed`);
    }
    return counts;
  });
  return failed === 0 ? 0 : 1;
});

function randomTests() {
  const isRandom = (file) =>
    file.endsWith('spec.ts') && RANDOM.test(fs.readFileSync(path.join(projectDir, file), 'utf8'));
  return ['apps', 'libs', 'test'].flatMap((folder) =>
    fs
      .readdirSync(path.join(projectDir, folder), { recursive: true })
      .map((file) => path.join(folder, file))
      .filter(isRandom),
  );
}
