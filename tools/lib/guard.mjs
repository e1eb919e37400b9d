// Ends a service when the process that started it dies without a chance to do so (kill -9). A pipe to a small shell in a
// session of its own: when we are gone, however that happened, the pipe closes and the shell does what is left to do.
import { spawn } from 'node:child_process';

/** `script` runs with `args` as $1, $2, ... after this process is gone; `dismiss()` calls it off. */
export function afterDeath(script, args) {
  if (process.platform === 'win32') return { dismiss() {} };
  const shell = spawn(
    '/bin/sh',
    ['-c', `read -r order; [ "$order" = dismissed ] || { ${script}; }`, 'assay-guard', ...args],
    {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.stdin.unref?.();
  shell.unref();
  return { dismiss: () => shell.stdin.end('dismissed\n') };
}
