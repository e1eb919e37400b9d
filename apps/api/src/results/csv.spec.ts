import { cell, csvName, csvOf } from './csv';
import { EXPERIMENT, material, OPTIONS } from './fixture';
import { report } from './report';
import { TABLES } from './results.schema';

describe('a cell', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-cmd', "'-cmd"],
    ['@sum', "'@sum"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['=a,"b"', '"\'=a,""b"""'],
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ['two\nlines', '"two\nlines"'],
  ])('is no formula: %j', (text, expected) => {
    expect(cell(text)).toBe(expected);
  });

  it('keeps numbers numbers, and is empty without a value', () => {
    expect([-0.5, 1e-7, 0, true, null, undefined].map(cell)).toEqual(['-0.5', '1e-7', '0', 'true', '', '']);
  });
});

describe('a table', () => {
  const answer = report(EXPERIMENT, material({}), { ...OPTIONS, granularity: 'day' });

  it.each(TABLES)('has a header and lines of the same length: %s', (table) => {
    const lines = csvOf(table, answer).split('\r\n');
    expect(lines.pop()).toBe('');
    const widths = new Set(lines.map((line) => line.split(',').length));
    expect(widths.size).toBe(1);
    expect(lines[0]).toMatch(/^[a-z_,]+$/);
  });

  it('of variants has a row for each variant of each metric', () => {
    expect(
      csvOf('variants', answer)
        .split('\r\n')
        .slice(1, 3)
        .map((line) => line.split(',').slice(0, 7)),
    ).toEqual([
      ['purchase', 'conversion', 'primary', 'a', 'true', '0', '0'],
      ['purchase', 'conversion', 'primary', 'b', 'false', '0', '0'],
    ]);
  });

  it('has a name that every system takes', () => {
    expect(csvName('a/b"c', 'epochs')).toBe('a_b_c-epochs.csv');
  });
});
