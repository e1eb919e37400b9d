// Tests of the api once more, through a proxy that turns every answer that is not as docs/openapi.json says into a 500.

process.env.TEST_CONTRACT = 'true';

describe.each([
  '../journey/journey.e2e-spec',
  '../api/lifecycle.int-spec',
  '../api/layers.int-spec',
  '../api/segments.int-spec',
  '../api/flags.int-spec',
])('%s, held to the contract', (suite) => {
  // oxlint-disable-next-line typescript/no-require-imports -- inside of `describe`, so that it starts and ends by itself
  require(suite);
});
