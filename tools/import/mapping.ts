import { readFile } from 'node:fs/promises';
import { Static, Type } from '@sinclair/typebox';
import { isTimezone, parseInstant } from '@app/model';
import { validator } from '@app/platform';
import { Stop } from './stop';

// The mapping file: which column of a row is what. Every field is explained in docs/importing.md.

const closed = { additionalProperties: false };
const Column = Type.String({ minLength: 1, maxLength: 200 });

/** Holds when all that it says about the column holds. */
const Condition = Type.Object(
  {
    column: Column,
    equals: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })])),
    above: Type.Optional(Type.Number()),
  },
  { ...closed, minProperties: 2 },
);
export type Condition = Static<typeof Condition>;

const EventRule = Type.Object(
  {
    type: Type.String({ minLength: 1, maxLength: 128 }),
    when: Type.Optional(Condition),
    value: Type.Optional(Column),
    timestamp: Type.Optional(Column),
  },
  closed,
);
export type EventRule = Static<typeof EventRule>;

const Mapping = Type.Object(
  {
    source: Type.String({ minLength: 1, maxLength: 200 }),
    timezone: Type.String({ format: 'timezone', default: 'UTC' }),
    // The server checks the rest: it is the body of POST /experiments.
    experiment: Type.Object({ key: Type.String({ minLength: 1, maxLength: 64 }) }),
    columns: Type.Object(
      {
        user: Type.Union([
          Column,
          Type.Object({ row: Type.Literal(true), prefix: Type.Optional(Type.String()) }, closed),
        ]),
        variant: Type.Optional(Column),
        variant_map: Type.Optional(Type.Record(Type.String(), Type.String())),
        timestamp: Type.Optional(Column),
      },
      closed,
    ),
    base_time: Type.Optional(Type.String({ format: 'date-time' })),
    step_ms: Type.Integer({ minimum: 0, default: 1000 }),
    assignments: Type.Union([Type.Boolean(), Type.Object({ when: Condition }, closed)], { default: true }),
    events: Type.Array(EventRule, { default: [], maxItems: 100 }),
    on_conflict: Type.Optional(Type.Union([Type.Literal('earliest'), Type.Literal('contaminate')])),
  },
  closed,
);
export type Mapping = Static<typeof Mapping>;

const FORMATS = { timezone: isTimezone, 'date-time': (text: string) => parseInstant(text) !== null };
const check = validator(Mapping, FORMATS, { useDefaults: true, allErrors: true });

/** @throws Stop naming each fault by its JSON pointer */
export function parseMapping(text: string, name: string): Mapping {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Stop(`${name} is not valid JSON: ${(error as Error).message}`);
  }
  const checked = check(json);
  const faults = checked.ok
    ? contradictions(checked.value)
    : checked.findings.map(({ pointer, message }) => `${pointer || '/'}: ${message}`);
  if (!checked.ok || faults.length > 0) {
    throw new Stop(`${name} is not a usable mapping:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
  return checked.value;
}

export async function readMapping(file: string): Promise<Mapping> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Stop(`The mapping cannot be read: ${error.message}`);
  });
  return parseMapping(text, file);
}

/** What no schema can say. */
function contradictions({ columns, base_time, assignments, events }: Mapping): string[] {
  const faults: string[] = [];
  if (columns.timestamp === undefined && base_time === undefined)
    faults.push('/columns/timestamp: Is required, unless base_time stands for it.');
  if (columns.timestamp !== undefined && base_time !== undefined)
    faults.push('/base_time: Give either columns.timestamp or base_time.');
  if (assignments !== false && columns.variant === undefined)
    faults.push('/columns/variant: Is required, unless assignments is false.');
  if (assignments === false && events.length === 0)
    faults.push('/events: Neither assignments nor events would be imported.');
  return faults;
}

/** Every column that the mapping names: a file without one of them is the wrong file. */
export function columnsOf({ columns, assignments, events }: Mapping): string[] {
  const rules = typeof assignments === 'object' ? [assignments, ...events] : events;
  const conditions = rules.map((rule) => rule.when?.column);
  const values = events.flatMap((rule) => [rule.value, rule.timestamp]);
  const user = typeof columns.user === 'string' ? columns.user : undefined;
  const all = [user, columns.variant, columns.timestamp, ...conditions, ...values];
  return [...new Set(all.filter((column) => column !== undefined))];
}
