const typescript = [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  transform: {
    '^.+\\.ts$': typescript,
    '(/node_modules/.+\\.js|\\.mjs)$': '<rootDir>/tools/jest-esm-transform.cjs',
  },
  transformIgnorePatterns: [],
  moduleNameMapper: {
    '^fast-check$': '<rootDir>/test/support/fast-check.ts',
    '^@app/migrations$': '<rootDir>/migrations',
    '^@app/(\\w+)$': '<rootDir>/libs/$1/src',
  },
};
module.exports = {
  // Of one test. A machine with other work must not fail what is right; what hangs still ends.
  testTimeout: 30_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
      testRegex: '\\.spec\\.ts$',
    },
    {
      ...shared,
      displayName: 'services',
      roots: ['<rootDir>/test'],
      testRegex: '\\.(int|law|e2e)-spec\\.ts$',
      globalSetup: '<rootDir>/test/support/global-setup.ts',
    },
  ],
};
