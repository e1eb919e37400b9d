import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

const END = '--- end of what was typed:';

export interface Said {
  status: number;
  output: string;
  errors: string;
}

/** One shell into which everything is typed, so that variables and what runs in the background stay. */
export class Shell {
  private readonly child: ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable };
  private readonly exited: Promise<unknown>;
  private output = '';
  private errors = '';
  private typed = 0;

  constructor(
    private readonly folder: string,
    env: NodeJS.ProcessEnv,
  ) {
    this.child = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, env, detached: true });
    this.exited = once(this.child, 'exit');
    this.child.stdout.on('data', (data: Buffer) => (this.output += data.toString()));
    this.child.stderr.on('data', (data: Buffer) => (this.errors += data.toString()));
  }

  async type(text: string): Promise<Said> {
    const file = path.join(this.folder, `typed-${++this.typed}.sh`);
    // `trap` and not `set -e`: the shell stays, and every command counts, not only the last.
    writeFileSync(file, `${text}\n`);
    this.output = '';
    this.errors = '';
    this.child.stdin.write(
      `failed=0; trap 'failed=$?' ERR; . ${file} </dev/null; trap - ERR; echo; echo "${END} $failed"\n`,
    );
    for (;;) {
      const end = this.output.indexOf(`\n${END} `);
      const status = end < 0 ? null : /^\d+(?=\n)/.exec(this.output.slice(end + END.length + 2));
      if (status !== null)
        return { status: Number(status[0]), output: this.output.slice(0, end), errors: this.errors };
      if (this.child.exitCode !== null) throw new Error(`The shell has ended: ${this.errors}`);
      await Promise.race([once(this.child.stdout, 'data'), this.exited]);
    }
  }

  /** Also what was left in the background. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.pid === undefined) return;
    process.kill(-this.child.pid, 'SIGKILL');
    await this.exited;
  }
}
