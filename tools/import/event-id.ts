import { createHash } from 'node:crypto';

const MAX_ROW = 2 ** 46;
const HIGH = 2 ** 32;

/**
 * Names the event that one rule makes of one row, the same at every import: a UUIDv8 (RFC 9562) `SSSSSSSS-SSSS-8000-RRRR-RRRRRRRREEEE`.
 * S: first 48 bits of the SHA-256 of source and experiment key. R: the row number, 46 bits under the variant bits `10`.
 * E: the place of the rule in the mapping. Ids grow with the rows, which is what the ledger's index likes best.
 */
export function eventIds(source: string, experimentKey: string): (row: number, rule: number) => string {
  const digest = createHash('sha256').update(`${source}\n${experimentKey}`).digest('hex');
  const prefix = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8000`;
  return (row, rule) => {
    if (row >= MAX_ROW) throw new RangeError(`row ${row} does not fit in an event id`);
    return `${prefix}-${hex(0x8000 + Math.floor(row / HIGH), 4)}-${hex(row % HIGH, 8)}${hex(rule, 4)}`;
  };
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
