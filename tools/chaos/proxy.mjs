// A TCP relay on loopback that can misbehave: what lies between two processes, made breakable.
import { once } from 'node:events';
import net from 'node:net';

/**
 * Modes:
 *   pass        hand on
 *   cut         connections end at once, new ones as soon as they are made
 *   blackhole   nothing goes through and nobody is told; what was on its way is lost, and connections end with the mode
 *   delay       every piece takes `ms` longer, in either direction
 *   drop-reply  requests arrive and are executed, but instead of its reply the caller sees the connection end
 */
export class Proxy {
  #pairs = new Set();
  #server;
  #mode = 'pass';
  #ms = 0;
  #left = 0;
  #moment;

  constructor(target) {
    this.target = target;
    this.#server = net.createServer((client) => this.#accept(client));
  }

  /** `target` is asked for its port at each connection: a service may come back elsewhere. */
  static async to(target) {
    const proxy = new Proxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.port = proxy.#server.address().port;
    return proxy;
  }

  set(mode, ms = 0) {
    const left = this.#mode;
    [this.#mode, this.#ms] = [mode, ms];
    if (mode === 'cut' || left === 'blackhole') this.#cutAll();
    if (mode === 'blackhole')
      for (const { client, server } of this.#pairs) [client, server].forEach((s) => s.pause());
  }

  /** Ends the connection of the n-th piece that clients send from now on: before it is handed on, or when it is answered. */
  breakAt(n, moment) {
    [this.#left, this.#moment] = [n, moment];
  }

  /** Whether that has happened. */
  get hasBroken() {
    return this.#left <= 0;
  }

  async close() {
    this.#cutAll();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #cutAll() {
    for (const { client, server } of this.#pairs) [client, server].forEach((socket) => socket.destroy());
    this.#pairs.clear();
  }

  #accept(client) {
    client.on('error', () => {});
    if (this.#mode === 'cut') return client.destroy();
    const server = net.connect(this.target(), '127.0.0.1');
    const pair = { client, server };
    this.#pairs.add(pair);
    for (const socket of [client, server]) socket.setNoDelay(true);
    this.#relay(client, server, () => this.#isTheOne(pair) && this.#moment === 'before');
    this.#relay(server, client, () => this.#mode === 'drop-reply' || pair.isMarked);
    if (this.#mode === 'blackhole') [client, server].forEach((socket) => socket.pause());
    client.once('close', () => this.#pairs.delete(pair));
  }

  #isTheOne(pair) {
    if (this.#left <= 0 || --this.#left > 0) return false;
    pair.isMarked = true;
    return true;
  }

  #relay(from, to, isDropped) {
    let due = 0; // a piece never overtakes the one before it
    from.on('data', (piece) => {
      if (isDropped()) return [from, to].forEach((socket) => socket.destroy());
      const now = Date.now();
      due = Math.max(due, this.#mode === 'delay' ? now + this.#ms : now);
      if (due > now) return setTimeout(() => to.destroyed || to.write(piece), due - now);
      if (to.write(piece)) return;
      from.pause();
      to.once('drain', () => this.#mode === 'blackhole' || from.resume());
    });
    from.on('error', () => {});
    from.once('close', () => to.destroySoon());
  }
}
