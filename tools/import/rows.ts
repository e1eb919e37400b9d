import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { Stop } from './stop';

/** One record of the file. Cells are text: a user id must never pass through a number. */
export interface Row {
  /** From 1; header and empty lines do not count. */
  number: number;
  cells: Record<string, string>;
}

/** Reads a CSV or NDJSON file, compressed with gzip or not; `columns` must be among those of a CSV file. */
export async function* readRows(file: string, columns: readonly string[]): AsyncGenerator<Row> {
  try {
    const gzip = await isGzip(file);
    const stream = gzip ? pipeline(createReadStream(file), createGunzip(), () => {}) : createReadStream(file);
    const text = await peek(stream);
    yield* isJson(file, text.start) ? readNdjson(text.all) : readCsv(text.all, columns, file);
  } catch (error) {
    if (error instanceof CsvError) throw new Stop(`${file}: ${error.message}`);
    if (error instanceof Error && 'code' in error) throw new Stop(`${file} cannot be read: ${error.message}`);
    throw error;
  }
}

/** By content: names lie more often than the two bytes every gzip file begins with. */
async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

async function peek(stream: Readable): Promise<{ start: string; all: Readable }> {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await iterator.next();
  const start = first.done === true ? '' : first.value.toString('utf8', 0, 100);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
  }
  return { start, all: Readable.from(chunks(), { objectMode: false }) };
}

function isJson(file: string, start: string): boolean {
  const name = path.basename(file).replace(/\.gz$/i, '');
  if (/\.csv$/i.test(name)) return false;
  return /\.(ndjson|jsonl)$/i.test(name) || /^\uFEFF?\s*\{/.test(start);
}

async function* readCsv(text: Readable, columns: readonly string[], file: string): AsyncGenerator<Row> {
  const checkHeader = (header: string[]): string[] => {
    const missing = columns.filter((column) => !header.includes(column));
    if (missing.length > 0) {
      throw new Stop(
        `${file} has no column ${missing.join(', ')}, which the mapping names. It has: ${header.join(', ')}.`,
      );
    }
    const twice = columns.find((column) => header.indexOf(column) !== header.lastIndexOf(column));
    if (twice !== undefined) throw new Stop(`${file} has the column ${twice} twice.`);
    return header;
  };
  const parser = parse({ bom: true, columns: checkHeader, skip_empty_lines: true });
  let number = 0;
  for await (const cells of pipeline(text, parser, () => {}) as AsyncIterable<Record<string, string>>) {
    number += 1;
    yield { number, cells };
  }
}

async function* readNdjson(text: Readable): AsyncGenerator<Row> {
  let number = 0;
  for await (const line of createInterface({ input: text, crlfDelay: Infinity })) {
    const json = line.replace(/^\uFEFF/, '').trim();
    if (json === '') continue;
    number += 1;
    yield { number, cells: cellsOf(json, number) };
  }
}

function cellsOf(json: string, number: number): Record<string, string> {
  let object: unknown;
  try {
    object = JSON.parse(json);
  } catch (error) {
    throw new Stop(`Row ${number} is not valid JSON: ${(error as Error).message}`);
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object))
    throw new Stop(`Row ${number} is not a JSON object.`);
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, cellOf(value, name, number)]),
  );
}

function cellOf(value: unknown, name: string, number: number): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  // JSON.parse has rounded it already: 10329302124590727494 has become another user.
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new Stop(
      `Row ${number}: "${name}" is a number beyond 2^53; write it as a string, "${name}": "...".`,
    );
  return JSON.stringify(value);
}
