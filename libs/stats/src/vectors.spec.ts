import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../../tools/vectors';
import { failuresOf, readVectors } from '../vectors/read';

const folder = join(__dirname, '../vectors');

describe('the reference vectors', () => {
  for (const { function: name, cases } of readVectors(folder)) {
    describe(name, () => {
      it.each(cases.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
        expect(failuresOf(name, vector)).toEqual([]);
      });
    });
  }

  it('are all there: 42 functions, 790 cases', () => {
    const files = readVectors(folder);
    expect(files.length).toBe(42);
    expect(files.reduce((total, file) => total + file.cases.length, 0)).toBe(790);
  });
});

describe('comparing with a vector', () => {
  const vector = (expected: never, tolerance = { rel: 1e-9, abs: 0 }) => ({
    name: 'case',
    input: { z: 1.96 } as never,
    expected,
    tolerance,
  });
  const failures = (expected: unknown) => failuresOf('normal_cdf', vector(expected as never));

  it.each([
    ['a wrong number', { cdf: 0.976 }],
    ['a null where a number is', { cdf: null }],
    ['a field that is missing', { other: 1 }],
    ['a missing field that should be null', { other: null }],
    ['an infinity where a number is', { cdf: 'Infinity' }],
    ['a list where a number is', { cdf: [0.975] }],
    ['an object where a number is', { cdf: { value: 0.975 } }],
  ])('finds %s', (_, expected) => {
    expect(failures(expected)).toHaveLength(1);
  });

  it('passes what lies within the tolerance and ignores fields not listed', () => {
    expect(failures({ cdf: 0.9750021048517795 * (1 + 9e-10) })).toEqual([]);
    expect(failures({ cdf: 0.9750021048517795 * (1 + 1.1e-9) })).toHaveLength(1);
  });

  it('fails a function it does not know and a call that throws', () => {
    expect(failuresOf('toString', vector({} as never))).toEqual(['no function toString']);
    expect(failuresOf('normal_quantile', vector({ z: 0 } as never))[0]).toMatch(/^threw p must lie/);
  });
});

describe('checking a folder of vectors', () => {
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'vectors-'));
  });
  afterEach(() => {
    rmSync(scratch, { recursive: true });
  });

  const check = (cases: object[]) => {
    const lines: string[] = [];
    const files = [
      { function: 'normal_cdf', tier: 'core' },
      { function: 'sequential_srm', tier: 'optional' },
      { function: 'fortune_telling', tier: 'optional' },
    ];
    writeFileSync(join(scratch, 'index.json'), JSON.stringify({ files }));
    if (cases.length > 0) {
      writeFileSync(join(scratch, 'normal_cdf.json'), JSON.stringify({ function: 'normal_cdf', cases }));
    }
    return { code: main(scratch, (line) => lines.push(line)), lines };
  };
  const good = { name: 'good', input: { z: 0 }, expected: { cdf: 0.5 }, tolerance: { rel: 0, abs: 0 } };

  const optional = [
    'optional functions:',
    '  sequential_srm   implemented',
    '  fortune_telling  not implemented: the library has no such function',
  ];

  it('counts by function and ends with all counts and code 0 when all pass', () => {
    const lines = ['normal_cdf  core  2/2', ...optional, '2 passed, 0 failed'];
    expect(check([good, good])).toEqual({ code: 0, lines });
  });

  it('does without an index', () => {
    const lines: string[] = [];
    const vectors = { function: 'normal_cdf', cases: [good] };
    writeFileSync(join(scratch, 'normal_cdf.json'), JSON.stringify(vectors));
    expect(main(scratch, (line) => lines.push(line))).toBe(0);
    expect(lines).toEqual(['normal_cdf  -  1/1', '1 passed, 0 failed']);
  });

  it('names every failed case and gives code 1', () => {
    expect(check([good, { ...good, name: 'bad', expected: { cdf: 0.4 } }])).toEqual({
      code: 1,
      lines: [
        'normal_cdf  core  1/2',
        ...optional,
        'FAILED normal_cdf: bad',
        '  cdf: expected 0.4, got 0.5',
        '1 passed, 1 failed',
      ],
    });
  });

  it('does not call an empty folder a success', () => {
    expect(check([])).toEqual({ code: 1, lines: [...optional, '0 passed, 0 failed'] });
  });
});
