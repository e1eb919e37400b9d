// Versions as in Semantic Versioning 2.0.0, and as applications write them: a leading v, and one or two numbers where zeros are meant.

export interface Version {
  numbers: [number, number, number];
  /** Identifiers of a pre-release; none of a release. */
  pre: string[];
}

const VERSION =
  /^v?(\d{1,9})(?:\.(\d{1,9})(?:\.(\d{1,9})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?)?)?$/;
const DIGITS = /^\d+$/;

/** @returns null for what is no version; only one with three numbers may have a pre-release or a build, which says nothing of the order */
export function parseVersion(text: string): Version | null {
  const found = VERSION.exec(text);
  if (found === null) return null;
  const [, major, minor = '0', patch = '0', pre] = found as (string | undefined)[];
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    pre: pre === undefined ? [] : pre.split('.'),
  };
}

/** Negative, zero or positive, by precedence: 1.0.0-alpha.9 < 1.0.0-alpha.10 < 1.0.0-beta < 1.0.0 < 1.0.1. */
export function compareVersions(one: Version, other: Version): number {
  for (const place of [0, 1, 2]) {
    const difference = one.numbers[place] - other.numbers[place];
    if (difference !== 0) return difference;
  }
  if (one.pre.length === 0 || other.pre.length === 0)
    return Number(one.pre.length === 0) - Number(other.pre.length === 0);
  for (const [place, identifier] of one.pre.entries()) {
    if (place >= other.pre.length) return 1;
    const difference = compareIdentifiers(identifier, other.pre[place]);
    if (difference !== 0) return difference;
  }
  return one.pre.length - other.pre.length;
}

function compareIdentifiers(one: string, other: string): number {
  const [isNumber, isOtherNumber] = [DIGITS.test(one), DIGITS.test(other)];
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  if (!isNumber) return compareTexts(one, other);
  // As numbers of any length.
  const [digits, otherDigits] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')];
  return digits.length - otherDigits.length || compareTexts(digits, otherDigits);
}

function compareTexts(one: string, other: string): number {
  return Number(one > other) - Number(one < other);
}
