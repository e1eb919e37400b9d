import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problem, PROBLEMS } from './problems';

const docs = readFileSync(join(__dirname, '../../../../docs/errors.md'), 'utf8');

describe('the problems of the api', () => {
  it('are all explained in docs/errors.md, and nothing else is', () => {
    const [table] = docs.split('\n## ');
    const rows = [...table.matchAll(/^\| `(\w+)` +\| (\d{3}) /gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(rows).toEqual(Object.entries(PROBLEMS).map(([code, [status]]) => [code, status]));
  });

  it('name at most 20 faults', () => {
    const errors = Array.from({ length: 50 }, () => ({ pointer: '', code: 'required', message: '' }));
    expect(problem('invalid_request', '', '', { errors }).errors).toHaveLength(20);
  });
});
