import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startApp, TestApp } from '../support/app';
import { follow } from './follow';

const FOLDER = path.join(__dirname, '../../docs/quickstarts');

let app: TestApp;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app.close());

describe('whoever follows', () => {
  const documents = readdirSync(FOLDER).filter((name) => name.endsWith('.md'));

  it.each(documents)(
    '%s gets what it says',
    async (name) => {
      await follow(name, readFileSync(path.join(FOLDER, name), 'utf8'), app);
    },
    120_000,
  );
});

describe('a document', () => {
  const block = (fence: string, text: string): string => `\`\`\`${fence}\n${text}\n\`\`\`\n`;
  const ask = block('bash', 'curl -s http://127.0.0.1:3000/health/live');

  it('is right when everything comes out as it says', async () => {
    const right = [
      block('bash', 'npm install posthog-node\nexport TOKEN=...\nWHO=you'),
      block('js name.mjs', 'console.log(process.env.TOKEN.length > 10, process.argv[2], Date.now());'),
      block('bash', 'node name.mjs $WHO'),
      block('text', 'true you 1…'),
      ask,
      block('json', '{"status": "…"}'),
    ];
    await expect(follow('right.md', right.join('\n'), app)).resolves.toBeUndefined();
  });

  it.each([
    ['a command fails', block('bash', 'false\ntrue')],
    ['something else is said', ask + block('json', '{"status": "no"}')],
    ['nothing is said where something is shown', block('bash', 'true') + block('text', 'something')],
    ['it needs a package that nobody tests', block('bash', 'npm install left-pad')],
    ['the shell ends', block('bash', 'exit 0')],
    ['there is nothing to do', 'Only words.'],
  ])('is wrong when %s', async (_, markdown) => {
    await expect(follow('wrong.md', markdown, app)).rejects.toThrow(/wrong\.md|has ended/);
  });
});
