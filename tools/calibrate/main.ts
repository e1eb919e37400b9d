import { parseArgs } from 'node:util';
import { calibrate } from './calibrate';

const USAGE = 'Usage: npm run calibrate -- [--runs 2000] [--seed 1]';

/** Exit codes: 0 as theory says, 1 something is not, 2 the arguments make no sense. */
function main(args: string[]): number {
  try {
    const { values } = parseArgs({
      args,
      options: { runs: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
    });
    const [runs, seed] = [Number(values.runs), Number(values.seed)];
    if (!Number.isSafeInteger(runs) || runs < 1)
      throw new Error(`--runs must be a whole number: ${values.runs}`);
    if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be a whole number: ${values.seed}`);
    return calibrate({ runs, seed }, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
