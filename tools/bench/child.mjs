// Programs that are told over IPC what to prepare and when to run.
import { fork } from 'node:child_process';

export class Child {
  #child;

  constructor(entry, args = []) {
    this.#child = fork(entry, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  get pid() {
    return this.#child.pid;
  }

  prepare(what) {
    return this.#ask({ prepare: what });
  }

  run(how = true) {
    return this.#ask({ run: how });
  }

  /** The first thing it says. */
  said() {
    return this.#answer();
  }

  #ask(question) {
    const answer = this.#answer();
    this.#child.send(question);
    return answer.then(({ result, error }) => {
      if (error !== undefined) throw new Error(error);
      return result;
    });
  }

  #answer() {
    return new Promise((resolve, reject) => {
      const ended = (code) => reject(new Error(`a program of the bench ended with code ${code}`));
      this.#child.once('exit', ended);
      this.#child.once('message', (message) => {
        this.#child.off('exit', ended);
        resolve(message);
      });
    });
  }

  stop() {
    return new Promise((resolve) => {
      if (this.#child.exitCode !== null) return resolve();
      this.#child.once('exit', resolve);
      this.#child.kill('SIGKILL');
    });
  }
}
