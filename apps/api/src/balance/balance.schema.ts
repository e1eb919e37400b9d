import { Type } from '@sinclair/typebox';
import { DISPOSITIONS } from '@app/model';
import { named } from '../http/schema';

const Day = (description: string) => Type.String({ format: 'date', description });
const Count = (description: string) => Type.Integer({ description });

export const BalanceRange = Type.Object(
  {
    start_date: Type.Optional(Day('First day of receipt.')),
    end_date: Type.Optional(Day('The day after the last.')),
  },
  { additionalProperties: false },
);

export const LedgerRange = Type.Object(
  {
    ...BalanceRange.properties,
    recount: Type.Optional(
      Type.Boolean({
        description: 'Count the rows too, and compare. Reads every event id that was ever stored.',
      }),
    ),
  },
  { additionalProperties: false },
);

const ledger = {
  received: Count('Events in jobs that workers were through with, copies included.'),
  stored: Count('New events, also those that were erased since.'),
  duplicate: Count('Copies of events that were stored, or dead, already.'),
  dead: Count('Events that could not be stored: dead letters.'),
  erased: Count('Events of erased people that came too late to be stored, or were dead letters.'),
  balanced: Type.Boolean({ description: '`received` is the sum of the other four.' }),
};
const recounted = Type.Optional(
  Type.Object(
    { stored: Type.Integer(), dead: Type.Integer(), erased: Type.Integer(), drift: Type.Integer() },
    {
      description:
        'With `recount`: what the rows say; `drift` is how far the ledger is from it, and must be 0.',
    },
  ),
);

export const LedgerAnswer = named(
  'Ledger',
  Type.Object({
    total: Type.Object({ ...ledger, rows: recounted }),
    days: Type.Array(Type.Object({ day: Type.String(), ...ledger, rows: recounted })),
  }),
);

const dispositions = {
  received: Count('Events of that day that concern the experiment.'),
  ...Object.fromEntries(DISPOSITIONS.map((name) => [name, Type.Integer()])),
  balanced: Type.Boolean({ description: '`received` is the sum of all dispositions.' }),
};

export const ExperimentBalance = named(
  'ExperimentBalance',
  Type.Object({
    experiment_id: Type.String(),
    timezone: Type.String(),
    total: Type.Object(dispositions),
    days: Type.Array(Type.Object({ day: Type.String(), ...dispositions })),
  }),
);
