import { toBasisPoints, WHOLE_BP } from './experiment';
import type { FieldError } from './errors';
import { fitsType, Flag, FlagRule, RolloutRule } from './flag';
import { isStorableJson, mostBytes } from './text';

// Pure: a flag that has the right shape goes in, everything that makes no sense about it comes out, each with its place.

export const FLAG_LIMITS = { variants: 50, rules: 50, valueBytes: 65_536 } as const;

type Fault = (pointer: string, code: string, message: string) => void;
export type FlagDraft = Pick<Flag, 'type' | 'variants' | 'default_variant' | 'off_variant' | 'rules'>;

export function checkFlag(flag: FlagDraft): FieldError[] {
  const errors: FieldError[] = [];
  const fault: Fault = (pointer, code, message) => errors.push({ pointer, code, message });
  checkVariantsOf(flag, fault);
  const keys = new Set(flag.variants.map(({ key }) => key));
  const known: Known = (key, pointer) => {
    if (!keys.has(key)) fault(pointer, 'unknown_variant', 'Is no variant of the flag.');
  };
  known(flag.default_variant, '/default_variant');
  if (flag.off_variant !== null) known(flag.off_variant, '/off_variant');
  flag.rules.forEach((rule, index) => checkRule(rule, `/rules/${index}`, known, fault));
  return errors;
}

type Known = (key: string, pointer: string) => void;

function checkVariantsOf({ type, variants }: FlagDraft, fault: Fault): void {
  const seen = new Set<string>();
  variants.forEach(({ key, value }, index) => {
    if (seen.has(key)) fault(`/variants/${index}/key`, 'duplicate', 'Is the key of another variant.');
    seen.add(key);
    const at = `/variants/${index}/value`;
    if (!fitsType(type, value))
      fault(at, 'invalid_type', type === 'json' ? 'Must be an object or a list.' : `Must be a ${type}.`);
    else if (!isStorableJson(value))
      fault(at, 'invalid_format', 'Must nest at most 32 deep and hold no NUL and no half a character.');
    else if (mostBytes(value) > FLAG_LIMITS.valueBytes && bytesOf(value) > FLAG_LIMITS.valueBytes)
      fault(at, 'too_long', 'Must have at most 64 KB.');
  });
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function checkRule(rule: FlagRule, at: string, known: Known, fault: Fault): void {
  if (rule.kind === 'variant') known(rule.variant, `${at}/variant`);
  if (rule.kind === 'rollout') checkRollout(rule, at, known, fault);
  if (rule.kind !== 'experiment') return;
  for (const [of, key] of Object.entries(rule.variants ?? {})) known(key, `${at}/variants/${of}`);
}

function checkRollout({ coverage_pct, variants }: RolloutRule, at: string, known: Known, fault: Fault): void {
  const message = 'Must be 0 to 100 with at most two decimals.';
  if (toBasisPoints(coverage_pct) === null) fault(`${at}/coverage_pct`, 'invalid_allocation', message);
  const shares = variants.map(({ allocation_pct }) => toBasisPoints(allocation_pct));
  const seen = new Set<string>();
  variants.forEach(({ key }, index) => {
    known(key, `${at}/variants/${index}/key`);
    if (seen.has(key)) fault(`${at}/variants/${index}/key`, 'duplicate', 'Is there already.');
    seen.add(key);
    if (shares[index] === null)
      fault(`${at}/variants/${index}/allocation_pct`, 'invalid_allocation', message);
  });
  const sum = shares.reduce((total: number, share) => total + (share ?? 0), 0);
  if (!shares.includes(null) && sum !== WHOLE_BP)
    fault(
      `${at}/variants`,
      'allocations_not_100',
      `The allocations add up to ${sum / 100}, not to exactly 100.`,
    );
}
