import { parts } from './parts';

const rows = (count: number, item: unknown) => Array.from({ length: count }, (_, row) => ({ row, item }));

describe('the parts of an import', () => {
  it('have as many items as a request takes', () => {
    expect(parts([])).toEqual([]);
    expect(parts(rows(1_000, 1)).map((part) => part.length)).toEqual([1_000]);
    expect(parts(rows(2_001, 1)).map((part) => part.length)).toEqual([1_000, 1_000, 1]);
  });

  it('have as many bytes as a request takes, and every row once', () => {
    const all = rows(500, { properties: { text: 'é'.repeat(5_000) } });
    const cut = parts(all);
    for (const part of cut)
      expect(Buffer.byteLength(JSON.stringify({ events: part.map(({ item }) => item) }))).toBeLessThan(
        1_048_576,
      );
    expect(cut.length).toBeLessThan(7);
    expect(cut.flat()).toEqual(all);
    expect(parts(rows(2, 'x'.repeat(2_000_000))).map((part) => part.length)).toEqual([1, 1]);
  });
});
