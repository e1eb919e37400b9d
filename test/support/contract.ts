import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { until } from './wait';

// A proxy that knows nothing but docs/openapi.json. What is not as the document says does not pass.

const ROOT = path.join(__dirname, '../..');

export interface ContractProxy {
  url: string;
  /** What was not as the document says, so far. */
  violations: () => string[];
  close: () => Promise<void>;
}

/**
 * @param upstream the api
 * @param options requests: whether requests are looked at too; tests of bad requests want them to arrive
 */
export async function startContractProxy(
  upstream: string,
  options: { requests: boolean },
): Promise<ContractProxy> {
  const port = await freePort();
  const program = path.join(ROOT, 'node_modules/@stoplight/prism-cli/dist/index.js');
  const document = path.join(ROOT, 'docs/openapi.json');
  const settings = `--errors --port=${port} --validate-request=${options.requests} --cors=false`.split(' ');
  const child = spawn(process.execPath, [program, 'proxy', document, upstream, ...settings], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (log += text.toString()));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  try {
    await until('the contract proxy', () => {
      if (child.exitCode !== null) throw new Error(log);
      return Promise.resolve(log.includes('Prism is listening'));
    });
  } catch (error) {
    await close();
    throw new Error(`The contract proxy did not start: ${log}`, { cause: error });
  }
  const violations = (): string[] =>
    log.split('\n').filter((line) => line.includes('stoplight.io/prism/errors'));
  return { url: `http://127.0.0.1:${port}`, violations, close };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
  await new Promise((resolve) => server.close(resolve));
  return port;
}
