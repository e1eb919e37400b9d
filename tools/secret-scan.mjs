// node tools/secret-scan.mjs [file …]: looks for secrets in the files named, else in every file that git has or would take.
// Part of `npm run check`.
import './lib/node-version.mjs';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { projectDir } from './lib/say.mjs';
import { findSecrets } from './lib/secrets.mjs';

/** What a commit may hold besides text: nothing of this size is written by hand. */
const LARGEST = 5 * 1024 * 1024;

const named = process.argv.slice(2);
const files = named.length > 0 ? named : ourFiles();
let found = 0;
for (const file of files) {
  for (const { line, kind } of findSecrets(textOf(file))) {
    console.log(`${file}:${line} looks like ${kind}`);
    found++;
  }
}
if (found > 0) {
  console.log('Take it out, and replace the secret where it is used: whoever has the history has it too.');
  process.exitCode = 1;
}

function ourFiles() {
  const flags = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  try {
    return execFileSync('git', flags, {
      cwd: projectDir,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .split('\0')
      .filter(Boolean)
      .map((file) => path.join(projectDir, file));
  } catch {
    // Sources without a history, such as an unpacked archive: nothing is committed from there.
    return [];
  }
}

function textOf(file) {
  try {
    const stat = fs.lstatSync(file);
    return stat.isFile() && stat.size <= LARGEST ? fs.readFileSync(file, 'latin1') : '';
  } catch {
    return ''; // deleted and not yet committed
  }
}
