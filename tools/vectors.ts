import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failuresOf, isImplemented, readVectors } from '../libs/stats/vectors/read';

type Print = (line: string) => void;

/** What the index of a folder says of a function. */
interface Listed {
  function: string;
  tier: string;
}

/**
 * Checks the statistics library against every vector file of a folder. Prints how many cases of each function pass,
 * which optional functions there are, each failed case with what differs and, last, `N passed, N failed`. Gives the
 * exit code, which is 1 too when the folder holds no case at all.
 */
export function main(folder: string, print: Print): number {
  const listed = readIndex(folder);
  const tiers = new Map(listed.map((entry) => [entry.function, entry.tier]));
  const files = readVectors(folder).map((file) => {
    const failed = file.cases
      .map((vector) => ({ name: vector.name, failures: failuresOf(file.function, vector) }))
      .filter(({ failures }) => failures.length > 0);
    return { function: file.function, total: file.cases.length, failed };
  });
  table(
    files.map((file) => [
      file.function,
      tiers.get(file.function) ?? '-',
      `${file.total - file.failed.length}/${file.total}`,
    ]),
  ).forEach(print);
  printOptional(listed, print);
  for (const file of files) {
    for (const { name, failures } of file.failed) {
      print(`FAILED ${file.function}: ${name}`);
      for (const failure of failures) print(`  ${failure}`);
    }
  }
  const failed = files.reduce((sum, file) => sum + file.failed.length, 0);
  const passed = files.reduce((sum, file) => sum + file.total, 0) - failed;
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** Empty when the folder has no index. */
function readIndex(folder: string): Listed[] {
  const file = join(folder, 'index.json');
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as { files?: Listed[] }).files ?? [];
}

function printOptional(listed: readonly Listed[], print: Print): void {
  const optional = listed.filter(({ tier }) => tier === 'optional');
  if (optional.length === 0) return;
  print('optional functions:');
  table(
    optional.map(({ function: name }) => [
      `  ${name}`,
      isImplemented(name) ? 'implemented' : 'not implemented: the library has no such function',
    ]),
  ).forEach(print);
}

/** Columns two spaces apart. */
function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}

if (require.main === module) {
  const folder = process.argv[2];
  if (folder === undefined || !existsSync(folder)) {
    process.stderr.write(
      folder === undefined
        ? 'Usage: npm run vectors -- [folder of vector files]\n'
        : `There is no folder ${folder}\n`,
    );
    process.exitCode = 2;
  } else {
    process.exitCode = main(folder, (line) => process.stdout.write(`${line}\n`));
  }
}
