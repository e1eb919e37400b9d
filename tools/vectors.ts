import { failuresOf, readVectors } from '../libs/stats/vectors/read';

/**
 * Checks the statistics library against every vector file of a folder. Prints each failed case with what differs,
 * then `N passed, N failed`; gives the exit code, which is 1 too when the folder holds no case at all.
 */
export function main(folder: string, print: (line: string) => void): number {
  let passed = 0;
  let failed = 0;
  for (const { function: name, cases } of readVectors(folder)) {
    for (const vector of cases) {
      const failures = failuresOf(name, vector);
      if (failures.length === 0) {
        passed += 1;
        continue;
      }
      failed += 1;
      print(`FAILED ${name}: ${vector.name}`);
      for (const failure of failures) print(`  ${failure}`);
    }
  }
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

if (require.main === module) {
  const folder = process.argv[2];
  if (folder === undefined) {
    process.stderr.write('Usage: node dist/tools/vectors.js <folder of vector files>\n');
    process.exitCode = 2;
  } else {
    process.exitCode = main(folder, (line) => process.stdout.write(`${line}\n`));
  }
}
