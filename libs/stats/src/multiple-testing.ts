// Adjusted p-values for several comparisons. In: p-values in any order, null where there is none. Out: the
// adjusted ones in the same order; null stays null and does not count. Law: never below the raw p, never above 1.

/** Step-down adjustment of the family-wise error, no assumption needed. Holm 1979, Scand J Stat 6:65. */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  return adjust(pValues, (ascending) => {
    let running = 0;
    return ascending.map((p, i) => (running = Math.max(running, Math.min(1, (ascending.length - i) * p))));
  });
}

/** Step-up adjustment of the false discovery rate. Benjamini & Hochberg 1995, JRSS B 57:289. */
export function benjaminiHochberg(pValues: readonly (number | null)[]): (number | null)[] {
  return adjust(pValues, (ascending) => {
    let running = 1;
    return ascending
      .map((p, i) => (ascending.length * p) / (i + 1))
      .reduceRight<number[]>((adjusted, p) => [(running = Math.min(running, p)), ...adjusted], []);
  });
}

function adjust(
  pValues: readonly (number | null)[],
  adjustAscending: (ascending: number[]) => number[],
): (number | null)[] {
  const present = pValues.flatMap((p, index) => (p === null ? [] : [{ p, index }]));
  for (const { p } of present) if (!(p >= 0 && p <= 1)) throw new RangeError(`p-value outside 0..1: ${p}`);
  present.sort((a, b) => a.p - b.p);
  const adjusted: (number | null)[] = pValues.map(() => null);
  adjustAscending(present.map(({ p }) => p)).forEach((p, i) => {
    adjusted[present[i].index] = p;
  });
  return adjusted;
}
