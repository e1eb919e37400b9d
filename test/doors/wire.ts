import { connect, Socket } from 'node:net';

// A client that sends exactly the bytes it is given and mends nothing: fetch would tidy up most of what these tests are about.

export interface Reply {
  status: number;
  /** By name in lower case, every value in order. */
  headers: Map<string, string[]>;
  body: Buffer;
  /** Whether the server ended the connection. */
  closed: boolean;
  /** Statuses 1xx that came before. */
  interim: number[];
  ms: number;
}

/** Bytes as they are, or a source that goes on until the server has answered. */
export type Bytes = Buffer | string | (() => Generator<Buffer | string>);

export interface Way {
  timeoutMs?: number;
  /** The answer to HEAD has the length of a body that never comes. */
  head?: boolean;
  /** Bytes one at a time with so long between them, after what `bytes` holds. */
  drip?: { bytes: string; everyMs: number };
  /** Waits for the end of the connection, not only for the answer. */
  untilClosed?: boolean;
}

/** @returns null when the server ended the connection without an answer */
export async function exchange(port: number, bytes: Bytes, way: Way = {}): Promise<Reply | null> {
  const began = performance.now();
  const socket = connect({ port, host: '127.0.0.1' });
  let received = Buffer.alloc(0);
  let closed = false;
  let dripping: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Reply | null>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no answer in ${way.timeoutMs ?? 10_000} ms, only: ${received.toString()}`)),
        way.timeoutMs ?? 10_000,
      );
      const look = (): void => {
        const reply = parse(received, { closed, head: way.head ?? false });
        if (reply === null && !closed) return;
        if (way.untilClosed === true && !closed) return;
        clearTimeout(timer);
        resolve(reply === null ? null : { ...reply, closed, ms: performance.now() - began });
      };
      const ended = (): void => {
        closed = true;
        look();
      };
      socket.on('data', (data) => {
        received = Buffer.concat([received, data]);
        look();
      });
      socket.once('end', ended).once('close', ended);
      // A server that refuses a body resets the connection; what it said before that counts.
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (!['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) reject(error);
      });
      socket.once('connect', () => {
        if (typeof bytes === 'function') void pour(socket, bytes());
        else socket.write(bytes);
        if (way.drip !== undefined) dripping = drip(socket, way.drip);
      });
    });
  } finally {
    clearInterval(dripping);
    socket.destroy();
  }
}

async function pour(socket: Socket, source: Generator<Buffer | string>): Promise<void> {
  for (const part of source) {
    if (socket.destroyed || !socket.writable) return;
    if (socket.write(part)) continue;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        socket.off('drain', goOn).off('close', goOn);
        resolve();
      };
      socket.on('drain', goOn).on('close', goOn);
    });
  }
}

function drip(socket: Socket, { bytes, everyMs }: { bytes: string; everyMs: number }): NodeJS.Timeout {
  let next = 0;
  return setInterval(() => {
    if (socket.writable && next < bytes.length) socket.write(bytes[next++]);
  }, everyMs);
}

/** @returns null while the answer is not complete */
function parse(
  bytes: Buffer,
  { closed, head }: { closed: boolean; head: boolean },
): Pick<Reply, 'status' | 'headers' | 'body' | 'interim'> | null {
  const interim: number[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const [first, ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]);
    if (!(status >= 100)) throw new Error(`not an answer: ${first.slice(0, 100)}`);
    rest = rest.subarray(end + 4);
    if (status < 200) {
      interim.push(status);
      continue;
    }
    const headers = new Map<string, string[]>();
    for (const line of lines) {
      const name = line.slice(0, line.indexOf(':')).toLowerCase();
      headers.set(name, [...(headers.get(name) ?? []), line.slice(line.indexOf(':') + 1).trim()]);
    }
    const body = head || status === 204 || status === 304 ? Buffer.alloc(0) : bodyOf(rest, headers, closed);
    return body === null ? null : { status, headers, body, interim };
  }
}

function bodyOf(bytes: Buffer, headers: Map<string, string[]>, closed: boolean): Buffer | null {
  if (headers.get('transfer-encoding')?.[0] === 'chunked') return dechunk(bytes);
  const length = headers.get('content-length')?.[0];
  if (length === undefined) return closed ? bytes : null;
  return bytes.length >= Number(length) ? bytes.subarray(0, Number(length)) : null;
}

function dechunk(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return null;
    const size = Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16);
    if (bytes.length < end + 2 + size + 2) return null;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
