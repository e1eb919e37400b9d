import { createServer, request, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a client and a server, and loses answers: the server has done its work, and the client does not know. */
export interface LosingProxy {
  url: string;
  /** Bodies that came by, in order. */
  seen: string[];
  close: () => Promise<void>;
}

/** @param losses how many answers are lost, from the first */
export async function losingProxy(target: string, losses: number): Promise<LosingProxy> {
  const seen: string[] = [];
  let left = losses;
  const server: Server = createServer((from, to) => {
    const chunks: Buffer[] = [];
    from.on('data', (chunk: Buffer) => chunks.push(chunk));
    from.on('end', () => {
      const body = Buffer.concat(chunks);
      seen.push(body.toString());
      const { connection: _, ...headers } = from.headers;
      const onward = request(
        new URL(from.url as string, target),
        { method: from.method, headers },
        (answer) => {
          answer.once('end', () => {
            if (left-- > 0) to.destroy();
          });
          if (left > 0) answer.resume();
          else answer.pipe(to.writeHead(answer.statusCode as number, answer.headers));
        },
      );
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, seen, close };
}
