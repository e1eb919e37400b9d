// Requests over kept-alive sockets, as cheap as they can be: on two cores the generator takes its time from what it measures.
// It speaks just enough HTTP for the answers of the api: a status line, Content-Length, no chunks.
import net from 'node:net';

const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/**
 * Sends `requests` (bytes each) over so many connections. Without `rate` every connection sends its next request when it has its
 * answer. With `rate` (requests per second) they are due at fixed instants, and the time of one counts from when it was due, so that
 * a server that falls behind is not spared.
 * Resolves to `{ requests, seconds, statuses, p50, p99, max }`, times in milliseconds.
 */
export async function send({ host, port, requests, connections, rate, onAnswer = () => {} }) {
  const times = new Float64Array(requests.length);
  const statuses = {};
  let next = 0;
  const began = performance.now();
  const work = async (socket) => {
    while (next < requests.length) {
      const index = next++;
      const due = rate === undefined ? performance.now() : began + (index / rate) * 1000;
      const wait = due - performance.now();
      if (wait > 0.5) await new Promise((resolve) => setTimeout(resolve, wait));
      const status = await exchange(socket, requests[index]);
      times[index] = performance.now() - due;
      statuses[status] = (statuses[status] ?? 0) + 1;
      onAnswer(index, status);
    }
    socket.destroy();
  };
  const sockets = await Promise.all(Array.from({ length: connections }, () => connect(host, port)));
  await Promise.all(sockets.map(work));
  const seconds = (performance.now() - began) / 1000;
  const sorted = times.sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { requests: requests.length, seconds, statuses, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** The bytes of a request. */
export function request(method, path, { token, body }) {
  const head = [`${method} ${path} HTTP/1.1`, 'Host: bench', `Authorization: Bearer ${token}`];
  if (body === undefined) return Buffer.from(`${head.join('\r\n')}\r\n\r\n`);
  const bytes = Buffer.from(body);
  const end = `Content-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n${end}`), bytes]);
}

function connect(host, port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function exchange(socket, bytes) {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const done = (settle, value) => {
      socket.off('data', take).off('close', lost);
      settle(value);
    };
    const lost = () => done(reject, new Error('the server closed the connection'));
    const take = (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const split = received.indexOf(END_OF_HEADERS);
      if (split < 0) return;
      const head = received.latin1Slice(0, split);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (received.length >= split + 4 + length) done(resolve, Number(head.slice(9, 12)));
    };
    socket.on('data', take).on('close', lost);
    socket.write(bytes);
  });
}
