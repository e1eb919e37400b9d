import { ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

export interface Program {
  child: ChildProcess;
  exited: Promise<number | null>;
  /** All that it has written so far. */
  said: () => string;
}

/** A built program as a real process. @param entry such as `apps/api/src/main.js` */
export function runProgram(entry: string, env: NodeJS.ProcessEnv): Program {
  const file = path.join(ROOT, 'dist', entry);
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run build\`.`);
  const child = spawn(process.execPath, [file], { cwd: ROOT, env });
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr.on('data', (data: Buffer) => (text += data.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, exited, said: () => text };
}
