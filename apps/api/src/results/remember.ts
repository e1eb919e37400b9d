/** The same function, which keeps what it found for the arguments it was last asked about. For pure functions of numbers and words only. */
export function remember<A extends readonly (number | string)[], R>(
  compute: (...input: A) => R,
  most: number,
): (...input: A) => R {
  const known = new Map<string, R>();
  return (...input) => {
    const name = input.join(' ');
    const found = known.get(name);
    if (found !== undefined) return found;
    const result = compute(...input);
    known.set(name, result);
    if (known.size > most) known.delete(known.keys().next().value as string);
    return result;
  };
}
