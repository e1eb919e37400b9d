// npm run contract: the tests that ask the api over HTTP once more, with Prism between them, so that every answer, and every request that
// is accepted, must be as docs/openapi.json says. `npm test` does so with a few; which cannot at all, and why: test/contract/outside.json.
//   -- flags    only those with this in their names
import './lib/node-version.mjs';
import fs from 'node:fs';
import path from 'node:path';
import { ensureReady } from './lib/install.mjs';
import { withJest } from './lib/jest.mjs';
import { Problem, projectDir, run } from './lib/say.mjs';

const FOLDERS = ['api', 'client', 'journey', 'protocols'];

await run(async () => {
  const words = process.argv.slice(2);
  const suites = suitesInside().filter(
    (file) => words.length === 0 || words.some((word) => file.includes(word)),
  );
  if (suites.length === 0)
    throw new Problem('There is no such test, or it is in test/contract/outside.json.');
  await ensureReady();
  const { passed, failed } = await withJest((jest) =>
    jest(['--selectProjects', 'services', '--runTestsByPath', ...suites], { TEST_CONTRACT: 'true' }),
  );
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

function suitesInside() {
  const test = path.join(projectDir, 'test');
  const outside = JSON.parse(fs.readFileSync(path.join(test, 'contract', 'outside.json'), 'utf8'));
  return FOLDERS.flatMap((folder) =>
    fs.readdirSync(path.join(test, folder)).map((file) => `${folder}/${file}`),
  )
    .filter((file) => file.endsWith('-spec.ts') && !(file in outside))
    .map((file) => `test/${file}`);
}
