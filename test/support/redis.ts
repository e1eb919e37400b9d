import { ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from './wait';

type FindRedis = () => { command: string; env: NodeJS.ProcessEnv } | null;
const { findRedis } = jest.requireActual<{ findRedis: FindRedis }>('../../tools/lib/redis.mjs');

const SAFE = { save: '', appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' };

/** A Redis of a test's own, which may be frozen, killed and started again on its port and data. */
export class OwnRedis {
  private readonly dir = mkdtempSync(path.join(tmpdir(), 'assay-redis-'));
  private server: ChildProcess | undefined;
  readonly url: string;

  private constructor(private readonly port: number) {
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async create(): Promise<OwnRedis> {
    return new OwnRedis(await freePort());
  }

  async start(settings: Record<string, string> = {}): Promise<this> {
    const redis = findRedis();
    if (redis === null) throw new Error('there is no Redis to test with');
    const all = { ...SAFE, port: String(this.port), bind: '127.0.0.1', dir: this.dir, ...settings };
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    this.server = spawn(redis.command, args, { stdio: 'ignore', env: { ...process.env, ...redis.env } });
    await until('Redis', () => answers(this.port));
    return this;
  }

  freeze(): void {
    this.server?.kill('SIGSTOP');
  }

  thaw(): void {
    this.server?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const { server } = this;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
