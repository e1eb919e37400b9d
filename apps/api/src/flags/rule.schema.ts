import { TProperties, Type } from '@sinclair/typebox';
import { v7 as uuidv7 } from 'uuid';
import {
  AssayError,
  checkTargeting,
  FieldError,
  FlagRule,
  MAX_VARIANTS,
  RULE_KINDS,
  Targeting,
} from '@app/model';
import { validator } from '@app/platform';
import { CodeKey, FORMATS, literals, named, Nullable, Pct, Text, Uuid } from '../http/schema';
import { TargetingSchema } from '../http/targeting.schema';

// One schema for each kind. A rule is checked against the one of its kind, because a union of three would list the faults of all.

const closed = { additionalProperties: false };
const variantOfFlag = CodeKey('Key of a variant of the flag.');
const id = Type.Optional(
  Uuid(
    'Keep it, and who got something by the rule gets it again: it is the seed of the bucket. A new one when absent.',
  ),
);
const name = Type.Optional(Nullable(Text(200, 'For people.')));

const KINDS = {
  variant: { variant: variantOfFlag },
  rollout: {
    coverage_pct: Pct(
      'Share of those it is for who get something, at most two decimals; the others go on to the next rule. Raising it moves nobody.',
    ),
    variants: Type.Array(
      Type.Object(
        {
          key: variantOfFlag,
          allocation_pct: Pct('At most two decimals. All variants together: exactly 100.'),
        },
        closed,
      ),
      { minItems: 1, maxItems: MAX_VARIANTS },
    ),
  },
  experiment: {
    experiment: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Key of an experiment, or its id. Whoever gets no variant of it goes on to the next rule.',
    }),
    variants: Type.Optional(
      Nullable(
        Type.Record(Type.String({ maxLength: 64 }), variantOfFlag, {
          maxProperties: MAX_VARIANTS,
          description:
            'Which variant of the flag stands for which variant of the experiment. What is absent has the same key, or its config is the value.',
        }),
      ),
    ),
  },
} satisfies Record<FlagRule['kind'], TProperties>;

const kind = (of: FlagRule['kind'], targeting: TProperties[string]) =>
  Type.Object({ kind: literals([of]), id, name, targeting: Type.Optional(targeting), ...KINDS[of] }, closed);

/** As people send it. */
export const RuleInput = named(
  'FlagRuleInput',
  Type.Unsafe<FlagRule>({ anyOf: RULE_KINDS.map((of) => kind(of, Nullable(TargetingSchema))) }),
);

/** As it is answered: nothing is left out. */
export const Rule = named(
  'FlagRule',
  Type.Unsafe<FlagRule>({
    anyOf: RULE_KINDS.map((of) => Type.Required(kind(of, Nullable(TargetingSchema)))),
  }),
);

const checkKind = validator(Type.Object({ kind: literals(RULE_KINDS) }), FORMATS);
const CHECKS = Object.fromEntries(
  RULE_KINDS.map((of) => [of, validator(kind(of, Type.Unknown()), FORMATS)]),
) as Record<FlagRule['kind'], ReturnType<typeof validator>>;

/** Gives ids to the rules that have none. @throws AssayError invalid_request */
export function readRules(input: readonly unknown[]): FlagRule[] {
  const errors: FieldError[] = [];
  const rules = input.flatMap((rule, index) => readRule(rule, `/rules/${index}`, errors) ?? []);
  const seen = new Set<string>();
  rules.forEach((rule, index) => {
    if (seen.has(rule.id))
      errors.push({
        pointer: `/rules/${index}/id`,
        code: 'duplicate',
        message: 'Is the id of another rule.',
      });
    seen.add(rule.id);
  });
  if (errors.length > 0)
    throw new AssayError('invalid_request', 'The rules do not have the right shape.', { errors });
  return rules;
}

function readRule(input: unknown, at: string, errors: FieldError[]): FlagRule | null {
  const told = checkKind(input);
  const checked = told.ok ? CHECKS[told.value.kind](input) : told;
  if (!checked.ok) {
    errors.push(...checked.findings.map((finding) => ({ ...finding, pointer: at + finding.pointer })));
    return null;
  }
  const given = checked.value as FlagRule & { targeting?: unknown };
  const targeting = readTargeting(given.targeting ?? null, `${at}/targeting`, errors);
  const rule = {
    ...given,
    id: (given.id as string | undefined)?.toLowerCase() ?? uuidv7(),
    name: given.name ?? null,
    targeting,
  };
  return rule.kind === 'experiment' ? { ...rule, variants: rule.variants ?? null } : rule;
}

function readTargeting(input: unknown, at: string, errors: FieldError[]): Targeting | null {
  if (input === null) return null;
  const read = checkTargeting(input, at);
  if ('targeting' in read) return read.targeting;
  errors.push(...read.errors);
  return null;
}
