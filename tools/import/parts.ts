export type Part<T> = { row: number; item: T }[];

/** The most that one request takes, with room for what stands around the items. */
export const MOST_ITEMS = 1_000;
const MOST_BYTES = 1_000_000;

/** Cuts items into as many requests as they need, in order. */
export function parts<T>(all: Part<T>): Part<T>[] {
  const cut: Part<T>[] = [];
  let bytes = 0;
  for (const entry of all) {
    const size = Buffer.byteLength(JSON.stringify(entry.item)) + 1;
    const last = cut.at(-1);
    if (last === undefined || last.length === MOST_ITEMS || bytes + size > MOST_BYTES) {
      cut.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
  return cut;
}
