import { Experiment, parseInstant } from '@app/model';
import { Database } from '@app/store';
import { OracleEvent, Person } from '../laws/oracle';
import { Life } from './lives';

/** Who takes part, by what was imported and hashed. Only the times at which the hash assigned are read back. */
export async function peopleOf(
  db: Database,
  lives: readonly Life[],
  experiments: readonly Experiment[],
  number: number,
): Promise<Person[]> {
  const { id, arms } = experiments[number];
  const rows = await db.rows<{ user_id: string; assigned_at: string; enrolled_at: string | null }>(
    'SELECT user_id, assigned_at, enrolled_at FROM assignments WHERE experiment_id = $1',
    [id],
  );
  const stored = new Map(rows.map((row) => [row.user_id, row]));
  return lives.flatMap((life): Person[] => {
    const row = stored.get(life.user);
    const own = life.imports.filter((one) => one.experiment === number).map((one) => one.row);
    const hash = life.hashed.find((one) => one.experiment === number);
    if (own.length === 0 && hash === undefined) {
      if (row !== undefined) throw new Error(`${life.user} was assigned by nobody`);
      return [];
    }
    const overridden = life.overridden[number];
    // Who is overridden already is not assigned by the hash.
    if (row === undefined && hash !== undefined && overridden) return [];
    if (row === undefined) throw new Error(`${life.user} was assigned and is not there`);
    if (hash !== undefined) {
      return [
        {
          arm: arms[hash.variant].id,
          user: life.user,
          assignedAt: at(row.assigned_at) as number,
          enrolledAt: at(row.enrolled_at),
          overridden,
          contaminated: false,
        },
      ];
    }
    const [winner] = own.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const isContaminated = number === 1 && new Set(own.map((one) => one.variant_id)).size > 1;
    return [
      {
        arm: winner.arm_id,
        user: life.user,
        assignedAt: at(winner.assigned_at) as number,
        enrolledAt: at(winner.exposed_at),
        overridden,
        contaminated: isContaminated,
      },
    ];
  });
}

export function eventsOf(lives: readonly Life[]): OracleEvent[] {
  return lives.flatMap(({ events }) =>
    events.map(({ user_id, type, timestamp, value, properties, experiment_id }) => ({
      user: user_id,
      type,
      at: at(timestamp) as number,
      value: value ?? null,
      properties: properties ?? null,
      experiment: experiment_id ?? null,
    })),
  );
}

const at = (instant: string | null): number | null => (instant === null ? null : parseInstant(instant));

const keyOf = (row: Life['imports'][number]['row']): string =>
  [row.assigned_at, row.variant_id, row.exposed_at ?? '~'].join(' ');
