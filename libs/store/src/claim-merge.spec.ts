import * as fc from 'fast-check';
import { ClaimRow, mergeClaims } from './claim-merge';
import { StoredRow } from './import-merge';

const TIMES = ['10', '11', '12'].map((hour) => `2026-11-21T${hour}:00:00.000000Z`);
const [EARLY, , LATE] = TIMES;

function aClaim(variant: string, at: string, alias?: string): ClaimRow {
  return {
    user_id: 'user',
    variant_id: variant,
    arm_id: variant.charCodeAt(0),
    bucket: 7,
    assigned_at: at,
    exposed_at: null,
    attributes: null,
    ...(alias !== undefined && { alias_id: alias }),
  };
}

const hashed: StoredRow = {
  ...aClaim('b', TIMES[1]),
  source: 'hash',
  contaminated: false,
  attributes: { country: 'DE' },
};

/** What is stored after these requests, one after the other. */
function after(start: StoredRow | null, requests: readonly ClaimRow[][]): StoredRow | null {
  return requests
    .filter((request) => request.length > 0)
    .reduce<StoredRow | null>((stored, claims) => {
      const write = mergeClaims(stored, claims);
      return write === null ? stored : { ...write, source: 'exposure' };
    }, start);
}

/** What a person was shown by several ids, in any order, cut into any requests. */
const someArrival = fc
  .array(
    fc
      .tuple(fc.constantFrom('a', 'b'), fc.constantFrom(...TIMES), fc.constantFrom(undefined, 'x', 'y'))
      .map((claim) => aClaim(...claim)),
    { minLength: 1, maxLength: 6 },
  )
  .chain((claims) =>
    fc.tuple(
      fc.constant(claims),
      fc.shuffledSubarray(claims, { minLength: claims.length }),
      fc.nat(claims.length),
    ),
  );

describe('merging what a person was shown', () => {
  it.each<[string, StoredRow | null]>([
    ['nothing', null],
    ['a row of the hash', hashed],
  ])(
    'ends the same in any order and any split, starting from %s',
    (_, start) => {
      fc.assert(
        fc.property(someArrival, ([claims, shuffled, cut]) => {
          const whole = after(start, [claims]);
          const parts = after(start, [shuffled.slice(0, cut), shuffled.slice(cut)]);
          expect(parts?.contaminated).toBe(whole?.contaminated);
          // Who counts nowhere need not have counted since the same time.
          const { variant_id, assigned_at } = whole as StoredRow;
          if (whole?.contaminated === false) expect(parts).toMatchObject({ variant_id, assigned_at });
        }),
      );
    },
  ); // prettier-ignore

  it('moves a row of the hash back, with what was known when it was made', () => {
    expect(mergeClaims(hashed, [aClaim('b', EARLY)])).toMatchObject({
      assigned_at: EARLY,
      bucket: 7,
      contaminated: false,
      attributes: { country: 'DE' },
    });
    expect(mergeClaims(hashed, [aClaim('b', LATE)])).toBeNull();
  });

  it('never moves anybody to another variant, but contaminates', () => {
    expect(mergeClaims(hashed, [aClaim('a', EARLY)])).toMatchObject({ variant_id: 'b', assigned_at: TIMES[1], contaminated: true }); // prettier-ignore
  });

  it('goes on with what the known id was shown', () => {
    const [known, alias] = [aClaim('b', LATE), aClaim('a', EARLY, 'x')];
    for (const requests of [[[known, alias]], [[alias, known]], [[alias], [known]], [[known], [alias]]])
      expect(after(null, requests)).toMatchObject({ variant_id: 'b', contaminated: true, alias_id: null });
  });
});
