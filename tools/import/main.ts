import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { importFile, ImportOptions } from './import';
import { readMapping } from './mapping';
import { MOST_ITEMS } from './parts';
import { describe } from './progress';
import { serverOf, WrongUse } from './server';
import { Stop } from './stop';

const HELP = `Imports assignments and events of another system from a CSV or NDJSON file, compressed with gzip or not,
into a running Assay. Importing the same file twice changes nothing; an import that stopped is simply started again.

  npm run import -- --file FILE --mapping FILE [--create] [options]

  --file FILE      the data
  --mapping FILE   what its columns mean (docs/importing.md; examples in docs/examples)
  --create         make the experiment described in the mapping when its key is missing, and start it
  --url URL        the server; ASSAY_URL, else http://127.0.0.1:3000
  --token TOKEN    a token with the scope admin; ASSAY_TOKEN, else that of npm start when the server is on this machine
  --batch N        rows in one request, at most ${MOST_ITEMS}, which is the default
  --parallel N     clients sending at the same time; 2
  --skip N         leave out the first N rows
  --limit N        only so many rows

  For tests of the server (the file is read into memory):
  --reverse        last row first
  --shuffle SEED   rows in random order, in batches of random size; the same seed gives the same order
`;

async function main(): Promise<number> {
  const { values } = parseArguments();
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const options = await toOptions(values);
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  const summary = await importFile(options, tell);
  process.stdout.write(`${describe(summary)}\n`);
  return summary.rejected === 0 ? 0 : 1;
}

type Values = ReturnType<typeof parseArguments>['values'];

function parseArguments() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      options: {
        help: { ...flag, short: 'h' },
        file: text,
        mapping: text,
        url: text,
        token: text,
        create: flag,
        batch: text,
        parallel: text,
        skip: text,
        limit: text,
        reverse: flag,
        shuffle: text,
      },
    });
  } catch (error) {
    throw new WrongUse((error as Error).message);
  }
}

async function toOptions(values: Values): Promise<ImportOptions> {
  const file = fileNamed('--file', values.file);
  const mapping = fileNamed('--mapping', values.mapping);
  return {
    file,
    ...serverOf(values),
    create: values.create ?? false,
    parallel: wholeNumber('--parallel', values.parallel, { least: 1, most: 64 }) ?? 2,
    order: {
      batch: wholeNumber('--batch', values.batch, { least: 1, most: MOST_ITEMS }) ?? MOST_ITEMS,
      skip: wholeNumber('--skip', values.skip) ?? 0,
      limit: wholeNumber('--limit', values.limit) ?? Infinity,
      reverse: values.reverse ?? false,
      shuffle: wholeNumber('--shuffle', values.shuffle) ?? null,
    },
    mapping: await readMapping(mapping),
  };
}

/** npm changes into the project; names are meant from where the person stands. */
function fileNamed(option: string, name: string | undefined): string {
  if (name === undefined) throw new WrongUse(`${option} is missing.`);
  const file = path.resolve(process.env.INIT_CWD ?? '.', name);
  if (!existsSync(file)) throw new WrongUse(`${option}: there is no file ${file}.`);
  return file;
}

function wholeNumber(
  option: string,
  text: string | undefined,
  { least = 0, most = Number.MAX_SAFE_INTEGER } = {},
): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw new WrongUse(`${option} must be a whole number from ${least} to ${most}.`);
  return number;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const hint = error instanceof WrongUse ? '\nnpm run import -- --help explains the arguments.' : '';
    const text = error instanceof Stop ? error.message : String(error instanceof Error ? error.stack : error);
    process.stderr.write(`${text}${hint}\n`);
    process.exitCode = error instanceof WrongUse ? 2 : 1;
  },
);
