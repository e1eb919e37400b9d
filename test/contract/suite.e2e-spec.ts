import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Contract, startContract } from '../support/contract';
import outside from './outside.json';

// The most telling of the tests that `npm run contract` runs all of: once more, with what is not as docs/openapi.json says as a failure.

let contract: Contract;
beforeAll(async () => {
  contract = await startContract();
  process.env.TEST_CONTRACT = contract.url;
}, 60_000);
afterAll(() => contract.close());

describe.each([
  '../journey/journey.e2e-spec',
  '../api/lifecycle.int-spec',
  '../api/layers.int-spec',
  '../api/segments.int-spec',
  '../api/flags.int-spec',
  '../api/experiments.int-spec',
  '../api/events.int-spec',
  '../api/tokens.int-spec',
])('%s, held to the contract', (suite) => {
  // oxlint-disable-next-line typescript/no-require-imports -- inside of `describe`, so that it starts and ends by itself
  require(suite);
});

it('`npm run contract` runs every test that asks the api over HTTP, except for those that are named with their reason', () => {
  const test = path.join(__dirname, '..');
  const withoutApp = ['api', 'client', 'journey', 'protocols'].flatMap((folder) =>
    readdirSync(path.join(test, folder))
      .map((file) => `${folder}/${file}`)
      .filter((file) => file.endsWith('-spec.ts'))
      .filter((file) => !readFileSync(path.join(test, file), 'utf8').includes('startApp(')),
  );
  expect(withoutApp.filter((file) => !(file in outside))).toEqual([]);
  for (const [file, reason] of Object.entries(outside)) {
    expect(existsSync(path.join(test, file))).toBe(true);
    expect(reason).toMatch(/\w+ .+\.$/);
  }
});
