import { once } from 'node:events';
import { AddressInfo, connect, createServer, Socket } from 'node:net';

/** A way to PostgreSQL on which whatever the change feeds are told comes late; everything else is quick. */
export interface LateNews {
  url: string;
  close: () => Promise<void>;
}

/** So ends the name under which a ChangeFeed connects. */
const FEED = '-changes\0';

/** @param ms how late */
export async function lateNews(databaseUrl: string, ms: number): Promise<LateNews> {
  const url = new URL(databaseUrl);
  const { hostname, port } = url;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(port), hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
    }
    let isFeed = false;
    client.once('data', (startup) => (isFeed = startup.includes(FEED)));
    client.pipe(database);
    database.on('data', (piece) => {
      if (isFeed) setTimeout(() => client.write(piece), ms);
      else client.write(piece);
    });
    database.once('close', () => client.destroySoon());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { url: url.href, close };
}
