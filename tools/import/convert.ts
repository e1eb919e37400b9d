import { formatInstant, parseInstant } from '@app/model';
import { eventIds } from './event-id';
import { Condition, Mapping } from './mapping';
import { Row } from './rows';
import { TimeReader } from './times';

// Pure: one row in, the assignment and the events it stands for out. The same row gives the same ids at every import.

export interface ImportedAssignment {
  user_id: string;
  variant_key: string;
  assigned_at: string;
}

export interface ImportedEvent {
  event_id: string;
  experiment_id: string;
  user_id: string;
  type: string;
  timestamp: string;
  value?: number;
}

export interface Converted {
  row: number;
  assignment: ImportedAssignment | null;
  events: ImportedEvent[];
}

/** The row does not say what the mapping expects of it. */
export interface Faulty {
  row: number;
  fault: string;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

export function converter(mapping: Mapping, experimentId: string): (row: Row) => Converted | Faulty {
  const { columns, assignments, events } = mapping;
  const idOf = eventIds(mapping.source, mapping.experiment.key);
  const times = new TimeReader(mapping.timezone);
  const baseUs = parseInstant(mapping.base_time ?? '');

  const timeOf = (row: Row, column = columns.timestamp): string => {
    if (column === undefined)
      return formatInstant((baseUs as number) + (row.number - 1) * mapping.step_ms * 1000);
    const time = times.read(row.cells[column] ?? '');
    if (time === null) throw new Fault(`${column} is not a time: ${quote(row.cells[column])}`);
    return time;
  };
  const variantOf = (row: Row): string => {
    const written = row.cells[columns.variant as string] ?? '';
    const key = columns.variant_map === undefined ? written : columns.variant_map[written];
    if (key === undefined) throw new Fault(`variant_map has no variant for ${quote(written)}`);
    return key;
  };
  const assigns = (row: Row): boolean =>
    typeof assignments === 'boolean' ? assignments : holds(assignments.when, row);

  return (row) => {
    try {
      const { user } = columns;
      const user_id =
        typeof user === 'string' ? (row.cells[user] ?? '') : `${user.prefix ?? ''}${row.number}`;
      if (user_id === '') throw new Fault('there is no user');
      const assignment = assigns(row)
        ? { user_id, variant_key: variantOf(row), assigned_at: timeOf(row) }
        : null;
      const made = events.flatMap((rule, index): ImportedEvent[] => {
        if (rule.when !== undefined && !holds(rule.when, row)) return [];
        const event = {
          event_id: idOf(row.number, index),
          experiment_id: experimentId,
          user_id,
          type: rule.type,
        };
        return [{ ...event, timestamp: timeOf(row, rule.timestamp), ...valueOf(row, rule.value) }];
      });
      return { row: row.number, assignment, events: made };
    } catch (error) {
      if (error instanceof Fault) return { row: row.number, fault: error.message };
      throw error;
    }
  };
}

class Fault extends Error {}

function holds({ column, equals, above }: Condition, row: Row): boolean {
  const cell = row.cells[column] ?? '';
  if (equals !== undefined && ![equals].flat().includes(cell)) return false;
  if (above === undefined) return true;
  if (cell !== '' && !DECIMAL.test(cell)) throw new Fault(`${column} is not a number: ${quote(cell)}`);
  return cell !== '' && Number(cell) > above;
}

/** An empty cell is an event without a value, not one of zero. */
function valueOf(row: Row, column: string | undefined): { value?: number } {
  const cell = column === undefined ? '' : (row.cells[column] ?? '');
  if (cell === '') return {};
  if (!DECIMAL.test(cell)) throw new Fault(`${column} is not a number: ${quote(cell)}`);
  return { value: Number(cell) };
}

function quote(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 60));
}
