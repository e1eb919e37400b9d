import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

// The folder as somebody else would have it: beside a program of theirs, with openapi-fetch and nothing of ours.

const dir = mkdtempSync(join(tmpdir(), 'assay-client-'));
beforeAll(() => {
  cpSync(__dirname, join(dir, 'assay'), {
    recursive: true,
    filter: (name) => !name.endsWith('.spec.ts'),
  });
  symlinkSync(join(__dirname, '../../../node_modules'), join(dir, 'node_modules'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const HEAD = `import { assay, data } from './assay';
const client = assay({ url: 'http://localhost:3000', token: 'x' });`;

const VARIANTS = `variants: [{ key: 'a', allocation_pct: 50 }, { key: 'b', allocation_pct: 50 }]`;
const RIGHT = [
  `const made = data(client.POST('/api/v1/experiments', { body: { key: 'x', name: 'X', ${VARIANTS} } }));`,
  `export const key: Promise<string> = made.then((experiment) => experiment.variants[0].key);`,
  `export const sent = client.POST('/api/v1/events', { body: { user_id: 'u', type: 'purchase' } });`,
];
const WRONG = [
  `void client.POST('/api/v1/experiments', { body: { key: 'x', ${VARIANTS} } });`,
  `void client.POST('/api/v1/experiments', { body: { key: 'x', name: 'X', variants: [{ key: 'a', allocation_pct: '50' }] } });`,
  `void client.POST('/api/v1/events/batch', { body: { events: [{ type: 'purchase' }] } });`,
  `void client.GET('/api/v1/experimentz');`,
  `void client.GET('/api/v1/experiments/{id}', { params: { path: { key: 'x' } } });`,
  `void data(client.GET('/api/v1/experiments')).then((page) => page.rows);`,
];

describe('the client in a program of somebody else', () => {
  it('compiles strictly, and makes a compile error of a wrong body, address, parameter, and field of an answer', () => {
    writeFileSync(join(dir, 'program.ts'), [HEAD, ...RIGHT, ...WRONG].join('\n'));
    const said = diagnostics(join(dir, 'program.ts'));
    expect(said.map(({ line }) => line)).toEqual(WRONG);
  }, 120_000);
});

/** What the compiler says, and of which line. */
function diagnostics(program: string): { line: string; message: string }[] {
  const found = ts.getPreEmitDiagnostics(
    ts.createProgram([program], {
      strict: true,
      noEmit: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      types: [],
    }),
  );
  return found.map(({ file, start = 0, messageText }) => {
    const text = file?.text ?? '';
    const from = text.lastIndexOf('\n', start) + 1;
    const [line] = text.slice(from).split('\n', 1);
    return { line, message: ts.flattenDiagnosticMessageText(messageText, ' ') };
  });
}
