import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Json } from './app';

export interface Listening {
  status: number;
  headers: IncomingMessage['headers'];
  /** The data of each message so far. */
  messages: Json[];
  /** Comments, which keep the connection alive. */
  comments: string[];
  lastEventId: string | undefined;
  /** Whether the server has ended it, and in order. */
  ended: 'no' | 'ended' | 'cut';
  close: () => void;
}

/** An EventSource that does not come back by itself; Node has none. Resolves when the answer has begun. */
export function listen(url: string, headers: Record<string, string> = {}): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { accept: 'text/event-stream', ...headers } }, (response) => {
      const listening: Listening = {
        status: response.statusCode ?? 0,
        headers: response.headers,
        messages: [],
        comments: [],
        lastEventId: undefined,
        ended: 'no',
        close: () => asked.destroy(),
      };
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) hear(block, listening);
      });
      response.on('end', () => (listening.ended = 'ended'));
      response.on('error', () => (listening.ended = 'cut'));
      resolve(listening);
    });
    asked.on('error', reject);
    asked.end();
  });
}

function hear(block: string, listening: Listening): void {
  let data = '';
  for (const line of block.split('\n')) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === '') listening.comments.push(value);
    if (field === 'id') listening.lastEventId = value;
    if (field === 'data') data += value;
  }
  if (data !== '') listening.messages.push(JSON.parse(data));
}
