import { once } from 'node:events';
import { AddressInfo, connect, createServer, Server, Socket } from 'node:net';

interface Proxy {
  port: number;
  hasBroken: boolean;
  set: (mode: string, ms?: number) => void;
  breakAt: (n: number, moment: 'before' | 'after') => void;
  close: () => Promise<void>;
}
const { Proxy } = jest.requireActual<{ Proxy: { to: (target: () => number) => Promise<Proxy> } }>(
  './proxy.mjs',
);

describe('the proxy', () => {
  const heard: string[] = [];
  const open: Socket[] = [];
  let server: Server;
  let proxy: Proxy;
  beforeAll(async () => {
    // Answers everything with its own words.
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (piece) => {
        heard.push(String(piece));
        socket.write(piece);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await Proxy.to(() => (server.address() as AddressInfo).port);
  });
  beforeEach(() => {
    heard.length = 0;
    proxy.set('pass');
  });
  afterAll(async () => {
    for (const socket of open) socket.destroy();
    await proxy.close();
    server.close();
  });

  /** What came back: the echo, or the end of the connection. */
  async function say(words: string, socket = dial()): Promise<string> {
    const answer = Promise.race([
      once(socket, 'data').then(([piece]) => String(piece)),
      once(socket, 'close').then(() => 'closed'),
    ]);
    socket.write(words);
    return answer;
  }

  function dial(): Socket {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => undefined);
    open.push(socket);
    return socket;
  }

  it('hands on', async () => {
    expect(await say('hello')).toBe('hello');
  });

  it('cuts what there is and what comes', async () => {
    const socket = dial();
    expect(await say('hello', socket)).toBe('hello');
    proxy.set('cut');
    expect(await say('again', socket)).toBe('closed');
    expect(await say('anew')).toBe('closed');
    expect(heard).toEqual(['hello']);
  });

  it('lets a request arrive and drops its reply', async () => {
    proxy.set('drop-reply');
    expect(await say('hello')).toBe('closed');
    expect(heard).toEqual(['hello']);
  });

  it('is silent, and ends the connection with the silence', async () => {
    proxy.set('blackhole');
    const answer = say('hello');
    setTimeout(() => proxy.set('pass'), 50);
    expect(await answer).toBe('closed');
    expect(heard).toEqual([]);
  });

  it('takes its time, and keeps the order', async () => {
    proxy.set('delay', 30);
    const began = Date.now();
    expect(await say('hello')).toBe('hello');
    expect(Date.now() - began).toBeGreaterThanOrEqual(55);
  });

  it.each([
    ['before' as const, ['one']],
    ['after' as const, ['one', 'two']],
  ])('breaks at the second piece, %s it has arrived', async (moment, arrived) => {
    proxy.breakAt(2, moment);
    const socket = dial();
    expect(await say('one', socket)).toBe('one');
    expect(proxy.hasBroken).toBe(false);
    expect(await say('two', socket)).toBe('closed');
    expect({ heard, hasBroken: proxy.hasBroken }).toEqual({ heard: arrived, hasBroken: true });
  });
});
