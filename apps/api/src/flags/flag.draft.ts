import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { AssayError, checkFlag, FieldError, Flag, FlagVariant, invalid } from '@app/model';
import type { NewFlag } from '@app/store';
import { CreateFlag, PatchFlag } from './flags.schema';
import { readRules } from './rule.schema';

// Pure: what a request says about a flag, checked and complete.

/** There is an address of this name where a flag would be. */
const RESERVED = new Set(['stream']);
const SWITCH: readonly FlagVariant[] = [
  { key: 'off', name: 'off', value: false },
  { key: 'on', name: 'on', value: true },
];

export function contradictory(errors: FieldError[]): AssayError {
  return new AssayError('invalid_flag', errors[0].message, { errors });
}

/** @throws AssayError invalid_request, invalid_flag */
export function toNewFlag(input: CreateFlag): NewFlag {
  const { key, type, name = key, description = null, state = 'enabled' } = input;
  if (RESERVED.has(key)) throw invalid('/key', 'reserved', 'Is the name of something else; choose another.');
  const variants = variantsOf(input);
  const flag: NewFlag = {
    id: uuidv7(),
    key,
    name,
    description,
    type,
    state,
    variants,
    default_variant: input.default_variant ?? variants[0].key,
    off_variant: input.off_variant ?? (input.off_variant === undefined ? offOf(variants) : null),
    rules: readRules(input.rules ?? []),
  };
  return checked(flag);
}

/** @throws AssayError invalid_request, invalid_flag */
export function patched(before: Flag, input: PatchFlag): NewFlag {
  const { version: _version, created_at: _created, updated_at: _updated, ...flag } = before;
  const { variants, rules, ...rest } = input;
  return checked({
    ...flag,
    ...rest,
    ...(variants && { variants: named(variants) }),
    ...(rules && { rules: readRules(rules) }),
  });
}

/** Names of the fields that differ; in whatever order the database keeps the members of JSON. */
export function changedFields(before: NewFlag, after: NewFlag): string[] {
  const fields = Object.keys(after) as (keyof NewFlag)[];
  return fields.filter((field) => !isDeepStrictEqual(plain(before[field]), plain(after[field])));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

function checked(flag: NewFlag): NewFlag {
  const errors = checkFlag(flag);
  if (errors.length > 0) throw contradictory(errors);
  return flag;
}

function variantsOf({ type, variants, value }: CreateFlag): FlagVariant[] {
  if (variants !== undefined && value !== undefined)
    throw invalid('/value', 'contradiction', 'Give either `value` or `variants`.');
  if (variants !== undefined) return named(variants);
  if (value !== undefined) return [{ key: 'default', name: 'default', value }];
  if (type === 'boolean') return [...SWITCH];
  throw invalid('/variants', 'required', 'A flag that is not boolean needs variants, or a value.');
}

function named(variants: NonNullable<CreateFlag['variants']>): FlagVariant[] {
  return variants.map(({ key, name = key, value }) => ({ key, name, value }));
}

/** A switch that nobody described otherwise is off when it is switched off. */
function offOf(variants: readonly FlagVariant[]): string | null {
  return isDeepStrictEqual(variants, SWITCH) ? 'off' : null;
}
