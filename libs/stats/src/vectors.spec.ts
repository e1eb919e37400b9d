import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { adapters } from '../vectors/adapter';
import { mismatches, type Vector } from '../vectors/compare';

const folder = join(__dirname, '../vectors');

describe('reference vectors', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'index.json');
  for (const file of files) {
    const { function: name, cases } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      function: string;
      cases: Vector[];
    };
    describe(name, () => {
      for (const vector of cases) {
        it(vector.name, () => {
          expect(mismatches(vector, adapters[name]!(vector.input as never))).toEqual([]);
        });
      }
    });
  }
});
