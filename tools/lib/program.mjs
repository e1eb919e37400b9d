// Runs one of our built programs in the foreground, as if it had been called itself.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectDir } from './say.mjs';

/** Resolves to the exit code. Ctrl-C reaches the program by itself; we stay to hand on its answer. */
export function runProgram(script, args, { env = process.env } = {}) {
  const child = spawn(process.execPath, [path.join(projectDir, 'dist', script), ...args], {
    stdio: 'inherit',
    env,
  });
  const pass = (signal) => child.kill(signal);
  const stay = () => {};
  process.on('SIGINT', stay).on('SIGTERM', pass).on('SIGHUP', pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(() => process.off('SIGINT', stay).off('SIGTERM', pass).off('SIGHUP', pass));
}
