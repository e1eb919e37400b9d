// The embedded PostgreSQL: a data folder in, a running server out. We call initdb and postgres ourselves: the npm wrapper
// hides why a start failed, hooks signals of its own, and cannot run from a folder that its OS user may not enter.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterDeath } from './guard.mjs';
import { freePort, portProblem } from './ports.mjs';
import { findHome, runAs, spawnOptions } from './postgres-home.mjs';
import { endOrphan, endServer, readPidFile } from './postmaster.mjs';
import { spawnLogged } from './processes.mjs';
import { lastLines, Problem, sizeOf } from './say.mjs';
import { keptSecret } from './secret.mjs';

const user = 'assay';
const database = 'assay';
const durable = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '100',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

const ours = '[ "$(head -n 1 "$2/postmaster.pid" 2>/dev/null)" = "$1" ]';
/** First only refuse newcomers (TERM), so that an orphaned worker can finish its transaction; then end. */
const farewell = `${ours} && kill -TERM "$1"; for i in 1 2 3 4 5 6 7 8 9 10; do ${ours} && sleep 1; done; ${ours} && kill -INT "$1"`;
const wipe = `${ours} && kill -QUIT "$1"; while ${ours} && kill -0 "$1"; do sleep 0.1; done; rm -rf "$2"`;

/**
 * Starts PostgreSQL over `dataDir`, creating the data when there is none. Beside the data lie `<dataDir>.password`,
 * `<dataDir>.json` (the port of last time) and `<dataDir>.log`. `exited` resolves when the server is gone, wanted or not.
 * A server started here ends with this process, and with `throwaway` so does its data.
 */
export async function startPostgres({ dataDir, port, settings = {}, throwaway = false }) {
  const wanted = path.resolve(dataDir);
  fs.mkdirSync(path.dirname(wanted), { recursive: true });
  const home = findHome(wanted);
  const log = `${wanted}.log`;
  const password = keptSecret(`${wanted}.password`);
  await endOrphan(home.dataDir);
  initialise(home, { password, log, throwaway });
  const server = await startServer(home, { wanted, log, port, settings });
  fs.writeFileSync(`${wanted}.json`, JSON.stringify({ port: server.port }));
  const guard = afterDeath(throwaway ? wipe : farewell, [String(server.child.pid), home.dataDir]);
  void server.exited.then(() => guard.dismiss());
  return {
    url: `postgres://${user}:${password}@127.0.0.1:${server.port}/${database}`,
    port: server.port,
    pid: server.child.pid,
    exited: server.exited,
    async stop({ force = false } = {}) {
      await endServer(server.child.pid, { force: force || throwaway });
      await server.exited;
      if (throwaway)
        fs.rmSync(home.dataDir === wanted ? wanted : path.dirname(home.dataDir), {
          recursive: true,
          force: true,
        });
    },
  };
}

/** Makes the data beside its place and renames it when whole: a folder that exists has always been finished. */
function initialise({ dataDir, bin, as, major }, { password, log, throwaway }) {
  const versionFile = path.join(dataDir, 'PG_VERSION');
  if (fs.existsSync(versionFile))
    return refuseOtherMajor(dataDir, fs.readFileSync(versionFile, 'utf8').trim(), major);
  if (fs.existsSync(dataDir) && fs.readdirSync(dataDir).length > 0) {
    throw new Problem(
      `${dataDir} holds something that is not PostgreSQL data. Move it away and start again.`,
    );
  }
  removeUnfinished(dataDir);
  const partial = `${dataDir}.new-${process.pid}`;
  const passwordFile = `${dataDir}.new-${process.pid}-password`;
  fs.mkdirSync(partial, { mode: 0o700 });
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  if (as.uid !== undefined) for (const file of [partial, passwordFile]) fs.chownSync(file, as.uid, as.gid);
  const flags = [
    '-U',
    user,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
  ];
  const initdb = runAs(as, path.join(bin, 'initdb'), [
    '-D',
    partial,
    ...flags,
    ...(throwaway ? ['--no-sync'] : []),
  ]);
  fs.rmSync(passwordFile);
  // No client comes with the npm package; single-user mode is how a database is made without one.
  const create =
    initdb.status === 0 &&
    runAs(
      as,
      path.join(bin, 'postgres'),
      ['--single', '-D', partial, 'postgres'],
      `CREATE DATABASE ${database};\n`,
    );
  fs.appendFileSync(
    log,
    [initdb.stdout, initdb.stderr, create?.stdout, create?.stderr].filter(Boolean).join('\n'),
  );
  if (initdb.status !== 0 || create.status !== 0 || /ERROR|FATAL/.test(create.stderr)) {
    throw new Problem(`PostgreSQL could not create its data in ${dataDir}.${lastLines(log)}`);
  }
  fs.rmSync(dataDir, { recursive: true, force: true });
  fs.renameSync(partial, dataDir);
}

/** Each attempt has a name of its own: an initdb whose starter was killed may still be writing into the last one. */
function removeUnfinished(dataDir) {
  const prefix = `${path.basename(dataDir)}.new-`;
  for (const name of fs.readdirSync(path.dirname(dataDir))) {
    if (name.startsWith(prefix))
      fs.rmSync(path.join(path.dirname(dataDir), name), { recursive: true, force: true });
  }
}

function refuseOtherMajor(dataDir, found, major) {
  if (found === major) return;
  throw new Problem(
    `The data in ${dataDir} was written by PostgreSQL ${found}, and this is PostgreSQL ${major}. ` +
      `Move the folder away to begin anew, or serve it with PostgreSQL ${found} and set DATABASE_URL.`,
  );
}

async function startServer(home, { wanted, log, port, settings }) {
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await rememberedPort(wanted)) ?? (await freePort());
    const from = sizeOf(log);
    const server = spawnServer(home, chosen, log, settings);
    if (await isReady(server, home.dataDir, log)) return server;
    const said = fs.readFileSync(log).subarray(from).toString();
    // Two reasons pass by themselves: somebody took the port since we looked, backends of a killed server are still leaving.
    const passing =
      (port === undefined && /could not bind/.test(said)) || /pre-existing shared memory block/.test(said);
    if (!passing || attempt === 20) throw new Problem(`${reasonOf(said, chosen)}${lastLines(log, { from })}`);
    await sleep(250);
  }
}

function reasonOf(said, port) {
  if (/could not bind/.test(said))
    return `PostgreSQL did not start: port ${port} is in use by another program.`;
  if (/No space left/.test(said)) return 'PostgreSQL did not start: the disk is full.';
  return 'PostgreSQL did not start.';
}

async function rememberedPort(wanted) {
  try {
    const { port } = JSON.parse(fs.readFileSync(`${wanted}.json`, 'utf8'));
    return (await portProblem(port)) === undefined ? port : undefined;
  } catch {
    return undefined;
  }
}

function spawnServer({ dataDir, bin, as }, port, log, settings) {
  const options = Object.entries({ ...durable, ...settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const args = ['-D', dataDir, '-p', String(port), ...options];
  return { ...spawnLogged(path.join(bin, 'postgres'), args, { log, ...spawnOptions(as) }), port };
}

/** PostgreSQL writes `ready` into postmaster.pid itself; that is what pg_ctl waits for as well. Crash recovery may take a while. */
async function isReady({ child, exited }, dataDir, log) {
  let gone = false;
  void exited.then(() => (gone = true));
  const deadline = Date.now() + 120_000;
  while (!gone) {
    const state = readPidFile(dataDir);
    if (state?.pid === child.pid && state.ready) return true;
    if (Date.now() > deadline) {
      await endServer(child.pid, { force: true });
      throw new Problem(`PostgreSQL was not ready after two minutes.${lastLines(log)}`);
    }
    await sleep(20);
  }
  return false;
}
