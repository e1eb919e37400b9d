// One of our programs as a process that is killed, frozen and ended by the harness, and started again whenever it is gone.
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from '../lib/processes.mjs';
import { afterDeath } from '../lib/guard.mjs';

const settled = 8_000; // who lived as long as this had started; ending without being told is then a crash

export class Program {
  /** Ends that nobody asked for. */
  crashes = [];
  isRunning = false;
  #wanted = false;
  #watching;
  #expected = false;
  #pause = 300;

  constructor(name, { entry, env, log }) {
    Object.assign(this, { name, entry, env, log });
  }

  start() {
    this.#wanted = true;
    this.#watching = this.#watch();
    return this;
  }

  async #watch() {
    while (this.#wanted) {
      const since = Date.now();
      this.current = startProgram({ entry: this.entry, env: this.env, log: this.log });
      // A frozen program cannot notice that its parent is gone.
      const guard = afterDeath('kill -CONT "$1"; sleep 15; kill -KILL "$1"', [String(this.current.pid)]);
      this.isRunning = true;
      const how = await this.current.exited;
      this.isRunning = false;
      guard.dismiss();
      // A program that starts while a store is away ends and says so; it is started again.
      const said = this.current.said();
      if (!this.#expected && this.#wanted && Date.now() - since > settled && !/could not start/.test(said))
        this.crashes.push({ how, said });
      this.#expected = false;
      if (this.#wanted) await sleep(this.#pause);
      this.#pause = 300;
    }
  }

  /** Resolves when it is gone; the next one starts after `downMs`. */
  async end(signal, downMs) {
    if (!this.isRunning) return;
    this.#expected = true;
    this.#pause = downMs;
    const { current } = this;
    this.signal(signal);
    await current.exited;
  }

  signal(signal) {
    if (!this.isRunning) return;
    try {
      process.kill(this.current.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }

  async stop(options) {
    this.#wanted = false;
    this.signal('SIGCONT');
    await this.current?.stop(options);
    await this.#watching;
  }
}
