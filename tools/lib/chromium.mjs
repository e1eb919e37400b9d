// A Chromium for the tests in a browser: that of CHROMIUM, one on PATH, or Debian's, unpacked into the project when there is none.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { unpackFromArchive } from './apt.mjs';
import { Problem, projectDir } from './say.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** `{ command, env }`. */
export function findChromium() {
  const named = process.env.CHROMIUM;
  for (const command of named ? [named] : NAMES)
    if (spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0)
      return { command: placeOf(command), env: {} };
  const unpacked = unpackFromArchive(path.join(projectDir, '.assay/chromium'), {
    name: 'chromium',
    file: 'usr/lib/chromium/chromium',
  });
  if (unpacked) return unpacked;
  throw new Problem(
    'There is no Chromium to test with. Install one (apt-get install chromium), or name one by CHROMIUM=/path/to/it.',
  );
}

function placeOf(command) {
  return command.includes('/') ? command : spawnSync('which', [command], { encoding: 'utf8' }).stdout.trim();
}
