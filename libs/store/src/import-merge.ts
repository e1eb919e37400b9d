import { Attributes, canonicalAttributes, groupBy } from '@app/model';

// Pure: which imported assignment of a user wins. The outcome is the least row by (assigned_at, variant, exposed_at, attributes), so it
// does not depend on the order or the batches in which rows arrive. Rows that say nothing come after those that do.

export interface ImportRow {
  user_id: string;
  variant_id: string;
  arm_id: number;
  /** RFC 3339 in UTC with a fixed number of digits, so that text order is time order. */
  assigned_at: string;
  exposed_at: string | null;
  attributes: Attributes | null;
}

export interface StoredRow extends ImportRow {
  source: 'hash' | 'import' | 'exposure';
  contaminated: boolean;
  /** Where the row came under another id of the user. */
  alias_id?: string | null;
}

export interface MergedRow extends ImportRow {
  contaminated: boolean;
  alias_id?: string | null;
  /** Where the hash says the same. */
  bucket?: number | null;
}

export interface Merge {
  /** What to write; absent when the stored row stays as it is. */
  write: MergedRow | null;
  outcome: 'imported' | 'moved' | 'unchanged' | 'conflict';
}

/** What to do when a user turns up in two variants: the earliest decides, or the user counts nowhere. */
export type ConflictRule = 'earliest' | 'contaminate';

/**
 * Merges the rows of one user in one request with the row already stored. A row that the hash or an exposure made stays in its variant: the
 * application has already acted on it. It can be moved back in time, as if the import had come first, and be marked as contaminated.
 */
export function mergeImport(stored: StoredRow | null, rows: readonly ImportRow[], rule: ConflictRule): Merge {
  const first = rows.toSorted(compareRows)[0];
  const variants = new Set([...rows, ...(stored === null ? [] : [stored])].map((row) => row.variant_id));
  const contaminated = (stored?.contaminated ?? false) || (rule === 'contaminate' && variants.size > 1);
  if (stored === null) return { write: { ...first, contaminated }, outcome: 'imported' };
  const [mover] = rows.flatMap((row) => movedTo(stored, row)).sort(compareRows);
  const isMoved = mover !== undefined && compareRows(mover, stored) < 0;
  if (isMoved) return { write: { ...mover, contaminated }, outcome: 'moved' };
  const write = contaminated === stored.contaminated ? null : { ...pick(stored), contaminated };
  return { write, outcome: variants.size > 1 ? 'conflict' : 'unchanged' };
}

/** What the row would become. What was said of the user when the application asked is not less true by an import. */
function movedTo({ source, variant_id, attributes }: StoredRow, row: ImportRow): ImportRow[] {
  if (source === 'import') return [row];
  return row.variant_id === variant_id ? [{ ...row, attributes }] : [];
}

/**
 * Merges rows that name a user by any id. Those of the id that the stored row came under are merged with it as ever. Those of another id
 * become one row, which is merged as a link does that comes after the import: the earlier one counts, with the earlier exposure; found in
 * two variants, the user stays in the stored one and counts in none.
 */
export function mergePerson(
  stored: StoredRow | null,
  rows: readonly (ImportRow & { alias_id?: string })[],
  rule: ConflictRule,
): Merge {
  const own = senderOf(stored);
  const rank = (sender: string): string => (sender === own ? '' : `.${sender}`);
  const senders = [...groupBy(rows, senderOf)].sort(([a], [b]) => order(rank(a), rank(b)));
  let known = stored;
  const merges = senders.map(([sender, sent]) => {
    const isOwn = known === null || senderOf(known) === sender;
    const merge = isOwn
      ? under(sender, mergeImport(known, sent, rule))
      : mergeOther(known as StoredRow, under(sender, mergeImport(null, sent, rule)).write as MergedRow);
    if (merge.write !== null) known = { ...merge.write, source: sourceOf(known, merge.write) };
    return merge;
  });
  return {
    write: merges.findLast(({ write }) => write !== null)?.write ?? null,
    outcome: OUTCOMES.find((outcome) => merges.some((merge) => merge.outcome === outcome)) ?? 'unchanged',
  };
}

/** Empty for the user's own id. */
function senderOf(row: { alias_id?: string | null } | null): string {
  return row?.alias_id ?? '';
}

function under(sender: string, merge: Merge): Merge {
  if (merge.write === null) return merge;
  return { ...merge, write: { ...merge.write, alias_id: sender === '' ? null : sender } };
}

/** The first of these says it for all. */
const OUTCOMES = ['conflict', 'imported', 'moved'] as const;

function mergeOther(stored: StoredRow, row: MergedRow): Merge {
  const differs = stored.variant_id !== row.variant_id;
  const exposures = [stored.exposed_at, row.exposed_at].filter((at) => at !== null).sort(order);
  const kept = !differs && row.assigned_at < stored.assigned_at ? row : stored;
  const write: MergedRow = {
    ...pick(kept),
    exposed_at: exposures[0] ?? null,
    contaminated: stored.contaminated || row.contaminated || differs,
    alias_id: kept.alias_id ?? null,
  };
  const isSame =
    write.assigned_at === stored.assigned_at &&
    write.exposed_at === stored.exposed_at &&
    write.contaminated === stored.contaminated;
  return { write: isSame ? null : write, outcome: differs ? 'conflict' : isSame ? 'unchanged' : 'moved' };
}

/** What the application has shown to an id stays so, wherever its time is from; WRITE_ROWS says it once more. */
function sourceOf(stored: StoredRow | null, row: MergedRow): StoredRow['source'] {
  if (stored === null) return 'import';
  const isShown = stored.source !== 'import' && senderOf(stored) === senderOf(row);
  return isShown || stored.assigned_at === row.assigned_at ? stored.source : 'import';
}

export function compareRows(a: ImportRow, b: ImportRow): number {
  return (
    order(a.assigned_at, b.assigned_at) ||
    order(a.variant_id, b.variant_id) ||
    order(a.exposed_at ?? '~', b.exposed_at ?? '~') ||
    order(canonicalAttributes(a.attributes) ?? '~', canonicalAttributes(b.attributes) ?? '~')
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function pick({ user_id, variant_id, arm_id, assigned_at, exposed_at, attributes }: ImportRow): ImportRow {
  return { user_id, variant_id, arm_id, assigned_at, exposed_at, attributes };
}
