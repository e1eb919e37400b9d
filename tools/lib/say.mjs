// How the tools speak: progress lines with elapsed time, and problems that are told in one sentence without a stack.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const begun = Date.now();

export const elapsed = (since = begun) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

export function say(text) {
  console.log(`[${elapsed().padStart(7)}] ${text}`);
}

export const sizeOf = (file) => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Something that can be expected to go wrong: its message is all a person needs to see. */
export class Problem extends Error {}

/** The end of a log, indented, for the message of a Problem; `from` leaves out what is older than this run. */
export function lastLines(file, { count = 15, from = 0 } = {}) {
  let text;
  try {
    text = fs.readFileSync(file).subarray(from).toString().trimEnd();
  } catch {
    return '';
  }
  const lines = text.split('\n').slice(-count);
  return text === '' ? '' : `\n  last lines of ${file}:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}

/** A folder that belongs to somebody else, a full or read-only disk: the system's own words name the file, and no stack helps. */
const isExpected = (error) =>
  error instanceof Problem || ['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(error.code);

/** Runs a tool to its end: prints problems plainly, keeps the stack of anything unexpected, never leaves handles to decide. */
export async function run(main) {
  try {
    process.exit((await main()) ?? 0);
  } catch (error) {
    console.error(isExpected(error) ? `\n${error.message}\n` : error);
    process.exit(1);
  }
}
