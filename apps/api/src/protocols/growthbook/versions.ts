import { compareVersions, parseVersion, TargetingOperator, Version } from '@app/model';

// GrowthBook's SDKs pad the numbers of a version to five digits and compare the texts. That is right for numbers of at most five digits,
// and for versions with as many numbers as each other; so versions of one, two and three numbers have a test each.

const NUMBER = '(0|[1-9]\\d{0,4})';
const IDENTIFIER = `(${NUMBER}|\\d*[A-Za-z][0-9A-Za-z]*)`;
const AFTER_THREE = `(-${IDENTIFIER}(\\.${IDENTIFIER})*)?(\\+[0-9A-Za-z.-]+)?`;
const SAYABLE = new RegExp(`^${IDENTIFIER}$`);
const LARGEST = 99_999;

/** Tests, of which one must hold; null when their comparison could differ from ours. */
export function comparedVersions(
  operator: TargetingOperator,
  text: string,
): Record<string, unknown>[] | null {
  const bound = parseVersion(text);
  if (bound === null || !isSayable(bound)) return null;
  return [1, 2, 3].flatMap((count) => {
    const head = bound.numbers.slice(0, count).join('.');
    const isWhole = count === 3;
    // Where what is written of a version is equal, zeros stand against the rest of the bound.
    const tie = isWhole ? 0 : compareVersions(parseVersion(head) as Version, bound);
    const test = TESTS[operator]?.(tie);
    if (test === undefined || test === null) return [];
    const against = isWhole && bound.pre.length > 0 ? `${head}-${bound.pre.join('.')}` : head;
    const numbers = Array.from({ length: count }, () => NUMBER).join('\\.');
    return [{ $type: 'string', $regex: `^v?${numbers}${isWhole ? AFTER_THREE : ''}$`, [test]: against }];
  });
}

/** The test for versions that may be equal as far as they are written; null: none of them can hold. */
const TESTS: Partial<Record<TargetingOperator, (tie: number) => string | null>> = {
  version_eq: (tie) => (tie === 0 ? '$veq' : null),
  version_gt: (tie) => (tie > 0 ? '$vgte' : '$vgt'),
  version_gte: (tie) => (tie >= 0 ? '$vgte' : '$vgt'),
  version_lt: (tie) => (tie < 0 ? '$vlte' : '$vlt'),
  version_lte: (tie) => (tie <= 0 ? '$vlte' : '$vlt'),
};

function isSayable({ numbers, pre }: Version): boolean {
  return numbers.every((number) => number <= LARGEST) && pre.every((identifier) => SAYABLE.test(identifier));
}
