import { compareRows, ImportRow, MergedRow, StoredRow } from './import-merge';

// Pure: what is written of a person who was shown variants by others than us, for claims that were checked before. As with links, the
// earliest counts, and who was shown two variants counts in none; neither depends on the order or the batches in which claims arrive.

/** That a variant was shown, of which the hash says the same. Attributes and exposure it has none: the event itself is the exposure. */
export interface ClaimRow extends ImportRow {
  /** Of the id that was hashed. */
  bucket: number | null;
  /** The id that was sent, when that is an alias. */
  alias_id?: string;
}

/**
 * @param stored what the person has in this experiment
 * @returns what to write; null when it stays as it is
 */
export function mergeClaims(stored: StoredRow | null, claims: readonly ClaimRow[]): MergedRow | null {
  const sorted = claims.toSorted(compareRows);
  const rows: readonly (StoredRow | ClaimRow)[] = stored === null ? sorted : [stored, ...sorted];
  const contaminated =
    (stored?.contaminated ?? false) || new Set(rows.map(({ variant_id }) => variant_id)).size > 1;
  const variant = variantOf(rows);
  const kept = rows
    .filter(({ variant_id }) => variant_id === variant)
    .reduce((earliest, row) => (row.assigned_at < earliest.assigned_at ? row : earliest));
  if (kept === stored && contaminated === stored.contaminated) return null;
  const { user_id, variant_id, arm_id, assigned_at } = kept;
  return {
    user_id,
    variant_id,
    arm_id,
    assigned_at,
    contaminated,
    alias_id: kept.alias_id ?? null,
    bucket: 'bucket' in kept ? kept.bucket : null,
    // What was said of the user when another row was made is not less true.
    exposed_at: stored?.exposed_at ?? null,
    attributes: stored?.attributes ?? null,
  };
}

/** Who has a variant keeps it; but what the known id was shown goes before what an alias was, as with links. */
function variantOf(rows: readonly (StoredRow | ClaimRow)[]): string {
  const kept = rows.find((row) => (row.alias_id ?? null) === null) ?? rows[0];
  return kept.variant_id;
}
