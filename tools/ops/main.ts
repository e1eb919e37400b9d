import { parseArgs } from 'node:util';
import { Client } from '../import/client';
import { serverOf, WrongUse } from '../import/server';
import { Stop } from '../import/stop';
import { discard, list, replay, replayAll, show, stats } from './dead-letters';

const HELP = `Looks after a running Assay.

  npm run ops -- dlq stats                          how many dead letters there are, by status and reason
  npm run ops -- dlq list [--status S] [--sqlstate C] [--limit N]
  npm run ops -- dlq show ID                        with the event as it was
  npm run ops -- dlq replay ID                      sends it again, the way that events go
  npm run ops -- dlq replay --all [--sqlstate C] [--since TIME]
  npm run ops -- dlq discard ID --reason TEXT       settles it without storing the event

  --status S       open, replayed or discarded
  --sqlstate C     the reason, five letters or digits
  --since TIME     died then or later; RFC 3339
  --limit N        most letters to list; 50
  --url URL        the server; ASSAY_URL, else http://127.0.0.1:3000
  --token TOKEN    a token with the scope admin; ASSAY_TOKEN, else that of npm start when the server is on this machine

A letter that was replayed or discarded stays as it is, so every command may be repeated.
`;

/** A person waits; the server is there or it is not. */
const PATIENCE_MS = 15_000;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  help: { ...flag, short: 'h' },
  all: flag,
  status: text,
  sqlstate: text,
  since: text,
  limit: text,
  reason: text,
  url: text,
  token: text,
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArguments();
  const [area, command = '', id] = positionals;
  if (values.help === true || area === undefined) return say(HELP.trimEnd());
  if (area !== 'dlq' || positionals.length > 3) throw new WrongUse(`There is no ${positionals.join(' ')}.`);
  const client = clientOf(values);
  const { status, sqlstate, since } = values;
  switch (command) {
    case 'stats':
      return say(await stats(client));
    case 'list':
      return say(await list(client, given({ status, sqlstate }), limitOf(values.limit)));
    case 'show':
      return say(await show(client, idOf(id)));
    case 'replay':
      if (values.all !== true) return say(await replay(client, idOf(id)));
      if (id !== undefined) throw new WrongUse('Give either an id or --all.');
      return say(await replayAll(client, given({ sqlstate, since })));
    case 'discard':
      if (values.reason === undefined) throw new WrongUse('--reason is missing.');
      return say(await discard(client, idOf(id), values.reason));
    default:
      throw new WrongUse(`There is no dlq ${command}.`);
  }
}

type Values = ReturnType<typeof parseArguments>['values'];

function parseArguments() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new WrongUse((error as Error).message);
  }
}

function clientOf(values: Values): Client {
  const { url, token } = serverOf(values);
  return new Client(url, token, (line) => void process.stderr.write(`${line}\n`), PATIENCE_MS);
}

function idOf(id: string | undefined): string {
  if (id === undefined) throw new WrongUse('The id of the letter is missing.');
  return id;
}

function limitOf(limit = '50'): number {
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new WrongUse('--limit must be a whole number above 0.');
  return Number(limit);
}

/** Without what was not given. */
function given<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: string }; // prettier-ignore
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  const hint = error instanceof WrongUse ? '\nnpm run ops -- --help explains the arguments.' : '';
  const words = error instanceof Stop ? error.message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`${words}${hint}\n`);
  process.exitCode = error instanceof WrongUse ? 2 : 1;
});
