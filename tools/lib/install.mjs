// Brings a clone to where its code can run: packages as package-lock.json names them, and dist built from the sources as they are.
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { waitForLock } from './lock.mjs';
import { elapsed, lastLines, Problem, projectDir, say } from './say.mjs';

const at = (...parts) => path.join(projectDir, ...parts);
const stateDir = at('.assay');
const builtFrom = [
  'apps',
  'libs',
  'migrations',
  'tools',
  '.swcrc',
  'nest-cli.json',
  'package-lock.json',
  'tsconfig.json',
];
const buildStamp = at('dist/.built-from');

/** Both steps, one at a time among all tools of this clone: two `npm start` at once install once. */
export async function ensureReady({ signal } = {}) {
  if (isInstalled() && isBuilt()) return;
  const wait = ({ pid }) => say(`waiting for process ${pid}, which installs or builds`);
  const lock = await waitForLock(path.join(stateDir, 'install.lock'), wait, signal);
  try {
    await ensureInstalled(signal);
    await ensureBuilt(signal);
  } finally {
    lock.release();
  }
}

async function ensureInstalled(signal) {
  if (isInstalled()) return;
  const log = path.join(stateDir, 'install.log');
  const flags = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const began = Date.now();
  say('installing packages (half a minute to two, only when package-lock.json changes)');
  let done = await npm(['ci', ...flags], log, signal);
  if (!done && !signal?.aborted) {
    say('  npm ci failed; trying npm install');
    done = await npm(['install', '--no-save', ...flags], log, signal);
  }
  if (!done || !isInstalled())
    throw new Problem(`npm could not install the packages.${lastLines(log, { count: 25 })}`);
  say(`packages installed in ${elapsed(began)}`);
}

async function ensureBuilt(signal) {
  if (isBuilt()) return;
  const log = path.join(stateDir, 'build.log');
  const began = Date.now();
  const sources = hashOfSources();
  if (!(await npm(['run', 'build'], log, signal)))
    throw new Problem(`The build failed.${lastLines(log, { count: 40 })}`);
  fs.writeFileSync(buildStamp, sources);
  say(`built in ${elapsed(began)}`);
}

/** npm keeps a copy of the lock in node_modules, written last: it tells what is really there, also after an install by hand. */
export function isInstalled() {
  const wanted = readJson(at('package-lock.json'))?.packages ?? {};
  const present = readJson(at('node_modules/.package-lock.json'))?.packages;
  if (!present) return false;
  return Object.entries(wanted).every(
    ([place, { version, optional, peer, link }]) =>
      place === '' || link || ((optional || peer) && !present[place]) || present[place]?.version === version,
  );
}

const isBuilt = () => fs.existsSync(buildStamp) && fs.readFileSync(buildStamp, 'utf8') === hashOfSources();

/** By content, not by time: a checkout gives old files new times, and a restored file an old one. */
function hashOfSources() {
  const hash = crypto.createHash('sha256');
  for (const file of builtFrom
    .flatMap((name) => filesIn(at(name)))
    .filter((name) => !/(spec\.ts|\.mjs)$/.test(name))) {
    hash.update(path.relative(projectDir, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesIn(place) {
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat ? [place] : [];
  return fs
    .readdirSync(place)
    .sort()
    .flatMap((name) => filesIn(path.join(place, name)));
}

/** Runs npm quietly, everything it says into `log`; true when it succeeded. */
function npm(args, log, signal) {
  fs.mkdirSync(path.dirname(log), { recursive: true });
  const out = fs.openSync(log, args[0] === 'install' ? 'a' : 'w');
  const script = process.env.npm_execpath; // the npm that runs us, when one does
  const command = script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
  const child = spawn(command[0], [...command.slice(1), ...args], {
    signal,
    cwd: projectDir,
    stdio: ['ignore', out, out],
    env: quietEnv(),
  });
  fs.closeSync(out);
  const heartbeat = setInterval(() => say('  still at it'), 20_000);
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  }).finally(() => clearInterval(heartbeat));
}

/** Without what the outer npm exports (npm_config_*, npm_command, ...): it would be taken for flags of the inner one. */
function quietEnv() {
  const env = Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command)/.test(name));
  return { ...Object.fromEntries(env), NODE_ENV: 'development' };
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
