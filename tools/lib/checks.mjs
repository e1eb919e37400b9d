// The checks that need no services, one line each; what a tool says is shown only when it finds something.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { elapsed, projectDir } from './say.mjs';

const bin = (name) => path.join(projectDir, 'node_modules/.bin', name);

export const staticChecks = [
  {
    name: 'format',
    command: bin('prettier'),
    args: ['--check', '--log-level', 'warn', '.'],
    hint: 'npm run format',
  },
  {
    name: 'lint',
    command: bin('oxlint'),
    args: ['--type-aware', '--deny-warnings', '--disable-nested-config'],
  },
  { name: 'types', command: bin('tsc'), args: ['--noEmit'] },
  {
    name: 'layers',
    command: bin('depcruise'),
    args: ['--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'migrations', 'test', 'tools'],
  },
  {
    name: 'openapi',
    command: bin('redocly'),
    args: ['lint', 'docs/openapi.json', '--max-problems', '1000'],
    env: { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    hint: 'mend @Describe of the route, then npm run openapi',
  },
  { name: 'secrets', command: process.execPath, args: ['tools/secret-scan.mjs'] },
];

export const unitTests = {
  name: 'unit',
  command: bin('jest'),
  args: ['--selectProjects', 'unit', '--silent'],
};

/** Runs all of them, also after a failure; how many passed and failed. */
export async function runChecks(checks) {
  let failed = 0;
  for (const { name, command, args, env, hint } of checks) {
    const began = Date.now();
    const { code, output } = await capture(command, args, env);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(8)} ${elapsed(began)}`);
    if (code === 0) continue;
    failed++;
    console.log(output.trimEnd());
    if (hint) console.log(`to mend it: ${hint}`);
  }
  return { passed: checks.length - failed, failed };
}

function capture(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: projectDir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}
