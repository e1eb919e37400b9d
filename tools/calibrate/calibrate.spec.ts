import { calibrate } from './calibrate';
import { above, atLeast, atMost, below, Count, covers, near, significant } from './row';

describe('calibrating the library', () => {
  const run = (runs: number, seed: number) => {
    const lines: string[] = [];
    return { code: calibrate({ runs, seed }, (line) => lines.push(line)), lines };
  };
  // Few runs: under jest each takes thirty times as long, because `Math` is looked up through its sandbox.
  const first = run(25, 11);

  it('finds it to be as theory says', () => {
    expect(first.lines.filter((line) => line.endsWith('FAIL'))).toEqual(['39 ok, 0 FAIL']);
    expect(first.code).toBe(0);
  });

  it('gives the same figures for the same seed', () => {
    expect(run(2, 3)).toEqual(run(2, 3));
    expect(run(2, 3).lines).not.toEqual(run(2, 4).lines);
  });

  it('shows the ramp that naive pooling cannot see through', () => {
    const naive = first.lines.find((line) => line.includes('pooled z over both epochs'));
    expect(naive).toMatch(/100 %/);
  });
});

describe('judging a rate', () => {
  const count = (hits: number, trials: number): Count => Object.assign(new Count(), { hits, trials });

  it.each([
    // 4 standard errors of 5 % in 10,000 are .87 points, and .3 more for the approximation.
    ['near', near('', count(610, 10_000), 0.05), 'ok'],
    ['near', near('', count(625, 10_000), 0.05), 'FAIL'],
    ['near', near('', count(380, 10_000), 0.05), 'FAIL'],
    ['at most', atMost('', count(0, 10_000), 0.05), 'ok'],
    ['at most', atMost('', count(625, 10_000), 0.05), 'FAIL'],
    ['at least', atLeast('', count(10_000, 10_000), 0.95), 'ok'],
    ['at least', atLeast('', count(9375, 10_000), 0.95), 'FAIL'],
    ['below', below('', count(500, 10_000), 0.05), 'FAIL'],
    ['below', below('', count(499, 10_000), 0.05), 'ok'],
    ['above', above('', count(9500, 10_000), 0.95), 'FAIL'],
    ['above', above('', count(9501, 10_000), 0.95), 'ok'],
    ['below, of a few', below('', count(2, 25), 0.05), 'ok'],
    ['above, of a few', above('', count(15, 25), 0.95), 'FAIL'],
    ['nothing at all', near('', count(0, 0), 0.05), 'FAIL'],
  ])('%s', (_, row, verdict) => {
    expect(row.verdict).toBe(verdict);
  });

  it('does not count what is not there', () => {
    expect(covers({ lower: null, upper: null }, 0)).toBe(false);
    expect(covers({ lower: 0, upper: Infinity }, 0)).toBe(true);
    expect(significant(null)).toBe(false);
  });
});
