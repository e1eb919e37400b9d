import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestApp } from '../support/app';
import { until } from '../support/wait';
import { isShown, Step, stepsOf } from './blocks';
import { Said, Shell } from './shell';

const ROOT = path.join(__dirname, '../..');

/** What a document says instead of the reader's own server and token. */
const SERVER = /http:\/\/(localhost|127\.0\.0\.1):3000/g;
const TOKEN = /^((?:export )?TOKEN)=\.\.\.$/m;
const INSTALL = /^npm install (.+)$/gm;

/** Does what a document tells its reader to do, against a real api and worker. @throws when something else comes out than it says */
export async function follow(document: string, markdown: string, app: TestApp): Promise<void> {
  const steps = stepsOf(markdown);
  if (steps.length === 0) throw new Error(`${document} tells its reader to do nothing.`);
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-quickstart-'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  const shell = new Shell(folder, { PATH: process.env.PATH, HOME: folder });
  try {
    for (const step of steps) {
      const text = ofReader(step.text, app);
      if (step.kind === 'file') writeFileSync(path.join(folder, step.name as string), text);
      else await take(document, step, () => shell.type(text));
    }
  } finally {
    await shell.close();
    rmSync(folder, { recursive: true });
  }
}

async function take(document: string, step: Step, type: () => Promise<Said>): Promise<void> {
  let said = await type();
  const isRight = (): boolean =>
    said.status === 0 && (step.shown === null || isShown(said.output, step.shown));
  const again = async (): Promise<boolean> => isRight() || ((said = await type()), isRight());
  const right = step.isRepeated ? await until(document, again).catch(() => false) : isRight();
  if (!right)
    throw new Error(`${document}:${step.line} comes out otherwise: ${JSON.stringify(said, null, 2)}`);
}

function ofReader(text: string, app: TestApp): string {
  return text
    .replace(SERVER, app.url)
    .replace(TOKEN, (_, name: string) => `${name}=${app.token}`)
    .replace(INSTALL, (_, packages: string) => installed(packages.split(' ')));
}

/** What a reader installs is installed here, in the same folder that all tests have. */
function installed(packages: string[]): string {
  const { devDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const missing = packages.filter((name) => !(name in devDependencies));
  return missing.length === 0 ? ':' : `echo 'no package of the tests: ${missing.join(' ')}' >&2; false`;
}
