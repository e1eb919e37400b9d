import * as fc from 'fast-check';
import { Attributes } from '@app/model';
import { ConflictRule, ImportRow, mergeImport, StoredRow } from './import-merge';

const DAYS = ['2026-11-01', '2026-11-02', '2026-11-03'].map((day) => `${day}T00:00:00.000000Z`);

const someRow: fc.Arbitrary<ImportRow> = fc.record({
  user_id: fc.constant('user'),
  variant_id: fc.constantFrom('a', 'b', 'c'),
  arm_id: fc.constant(0),
  assigned_at: fc.constantFrom(...DAYS),
  exposed_at: fc.constantFrom(null, '2026-11-04T00:00:00.000000Z', '2026-11-05T00:00:00.000000Z'),
  attributes: fc.constantFrom<Attributes | null>(null, { country: 'DE' }, { country: 'AT', age: '4' }, { age: '4', country: 'AT' }),
}).map((row) => ({ ...row, arm_id: row.variant_id.charCodeAt(0) })); // prettier-ignore

/** What is stored after these requests, one after the other. */
function after(start: StoredRow | null, requests: ImportRow[][], rule: ConflictRule): StoredRow | null {
  let stored = start;
  for (const rows of requests.filter((request) => request.length > 0)) {
    const { write } = mergeImport(stored, rows, rule);
    if (write !== null) stored = { ...write, source: stored?.source ?? 'import' };
  }
  return stored;
}

/** Any order of the rows, cut into any requests. */
const someArrival = fc
  .array(someRow, { minLength: 1, maxLength: 8 })
  .chain((rows) =>
    fc.tuple(
      fc.constant(rows),
      fc.shuffledSubarray(rows, { minLength: rows.length }),
      fc.array(fc.nat({ max: rows.length }), { maxLength: 4 }),
    ),
  )
  .map(([rows, shuffled, cuts]) => {
    const edges = [0, ...cuts.toSorted((a, b) => a - b), rows.length];
    return { rows, requests: edges.slice(1).map((edge, index) => shuffled.slice(edges[index], edge)) };
  });

const hashed: StoredRow = {
  user_id: 'user', variant_id: 'b', arm_id: 98, assigned_at: DAYS[1], exposed_at: null, source: 'hash', contaminated: false,
  attributes: null,
}; // prettier-ignore

describe.each<ConflictRule>(['earliest', 'contaminate'])('merging imports by the rule %s', (rule) => {
  it.each([
    ['nothing', null],
    ['a row of the hash', hashed],
  ])(
    // prettier-ignore
    'ends with the same row in any order and any split, starting from %s',
    (_, start) => {
      fc.assert(
        fc.property(someArrival, ({ rows, requests }) => {
          expect(after(start, requests, rule)).toEqual(after(start, [rows], rule));
        }),
        { numRuns: 500 },
      );
    },
  );

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(someArrival, ({ rows }) => {
        const once = after(null, [rows], rule);
        expect(mergeImport(once, rows, rule).write).toBeNull();
      }),
    );
  });

  it('leaves a row that the hash made in its variant, and moves it back in time by rows of the same', () => {
    fc.assert(
      fc.property(someArrival, ({ rows }) => {
        const times = rows.filter((row) => row.variant_id === 'b').map((row) => row.assigned_at);
        const [assigned_at] = [hashed.assigned_at, ...times].sort();
        expect(after(hashed, [rows], rule)).toMatchObject({ variant_id: 'b', assigned_at, source: 'hash' });
      }),
    );
  });
});

describe('merging one import', () => {
  const row = (variant_id: string, assigned_at: string): ImportRow => ({
    ...hashed,
    variant_id,
    assigned_at,
  });
  const stored: StoredRow = { ...hashed, source: 'import' };

  it('takes the earliest of several', () => {
    const merge = mergeImport(null, [row('a', DAYS[2]), row('c', DAYS[0])], 'earliest');
    expect(merge).toMatchObject({ outcome: 'imported', write: { variant_id: 'c', contaminated: false } });
  });

  it('says what became of a row', () => {
    expect(mergeImport(stored, [row('b', DAYS[1])], 'earliest').outcome).toBe('unchanged');
    expect(mergeImport(stored, [row('a', DAYS[0])], 'earliest').outcome).toBe('moved');
    expect(mergeImport(stored, [row('a', DAYS[2])], 'earliest').outcome).toBe('conflict');
  });

  it('marks a user found in two variants when told so, and keeps the mark', () => {
    const marked = mergeImport(stored, [row('a', DAYS[2])], 'contaminate').write;
    expect(marked).toMatchObject({ variant_id: 'b', contaminated: true });
    const again = mergeImport({ ...stored, contaminated: true }, [row('b', DAYS[0])], 'earliest').write;
    expect(again).toMatchObject({ assigned_at: DAYS[0], contaminated: true });
  });
});
