import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Stop } from './stop';

/** The arguments make no sense; the help does. */
export class WrongUse extends Stop {}

const DEFAULT_URL = 'http://127.0.0.1:3000';

/** The server that arguments or the environment name, and a token for it. @throws WrongUse */
export function serverOf(values: { url?: string; token?: string }): { url: string; token: string } {
  const url = values.url ?? process.env.ASSAY_URL ?? DEFAULT_URL;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new WrongUse(`--url ${url} is no address.`);
  return { url, token: values.token ?? process.env.ASSAY_TOKEN ?? ownToken(url) };
}

/** The token that npm start keeps. It is not sent to other machines. */
function ownToken(url: string): string {
  const file = path.resolve(__dirname, '../../../.assay/token');
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
  const token = isLocal && existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (token === '') throw new WrongUse('A token is needed: give --token or ASSAY_TOKEN.');
  return token;
}
