// A program out of the Debian or Ubuntu archive, unpacked into a folder: `apt-get download` and `dpkg -x` work for any user.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * `{ command, env }` of a program of a package, unpacking it when this is the first time; null where there is no apt or no network.
 * `file` is its place in the package.
 */
export function unpackFromArchive(dir, { name, file }) {
  const root = path.join(dir, 'root');
  if (!runs(root, file) && !unpack(dir, root, name)) return null;
  return runs(root, file) ? programIn(root, file) : null;
}

function programIn(root, file) {
  // The triplet folder (x86_64-linux-gnu, ...) differs per machine, but there is only one.
  const libraries = ['usr/lib', 'lib'].flatMap((lib) => {
    const folder = path.join(root, lib);
    const names = fs.existsSync(folder)
      ? fs.readdirSync(folder).filter((name) => name.includes('-linux-gnu'))
      : [];
    return names.map((name) => path.join(folder, name));
  });
  return { command: path.join(root, file), env: { LD_LIBRARY_PATH: libraries.join(':') } };
}

function runs(root, file) {
  const { command, env } = programIn(root, file);
  return spawnSync(command, ['--version'], { env: { ...process.env, ...env }, stdio: 'ignore' }).status === 0;
}

function unpack(dir, root, name) {
  fs.mkdirSync(dir, { recursive: true });
  const work = fs.mkdtempSync(path.join(dir, 'unpack-'));
  try {
    // With the machine's own package lists first; where those are missing or too old, with fresh ones of our own.
    const debs = download(work, name, []) ?? download(work, name, freshLists(dir));
    if (!debs) return false;
    const unpacked = path.join(work, 'root');
    for (const deb of debs) if (!ok('dpkg', ['-x', deb, unpacked], work)) return false;
    fs.rmSync(root, { recursive: true, force: true });
    fs.renameSync(unpacked, root);
    return true;
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

function freshLists(dir) {
  const [lists, cache] = [path.join(dir, 'lists'), path.join(dir, 'cache')];
  for (const folder of [`${lists}/partial`, `${cache}/archives/partial`])
    fs.mkdirSync(folder, { recursive: true });
  const options = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${cache}`];
  ok('apt-get', [...options, '-qq', 'update'], dir); // when it fails, so does the download that follows
  return options;
}

/** Asks apt what installing it would bring to this machine, and fetches exactly that. */
function download(work, name, options) {
  const install = ['-s', '-qq', '--no-install-recommends', 'install', name];
  const plan = spawnSync('apt-get', [...options, ...install], { encoding: 'utf8' });
  const names = [...(plan.stdout ?? '').matchAll(/^Inst (\S+)/gm)].map((match) => match[1]);
  if (names.length === 0 || !ok('apt-get', [...options, '-qq', 'download', ...names], work)) return undefined;
  return fs.readdirSync(work).filter((name) => name.endsWith('.deb'));
}

const ok = (command, args, cwd) => spawnSync(command, args, { cwd, stdio: 'ignore' }).status === 0;
