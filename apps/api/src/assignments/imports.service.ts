import { Injectable } from '@nestjs/common';
import {
  AssayError,
  endOf,
  epochAt,
  Experiment,
  FieldError,
  instantOfDate,
  parseInstant,
  readAttributes,
  statusAt,
} from '@app/model';
import { validator } from '@app/platform';
import { ImportRow, ImportsStore } from '@app/store';
import { FORMATS } from '../http/schema';
import { ImportAnswer, ImportAssignments, ImportedAssignment } from './assignments.schema';

const MICROSECONDS = 1_000_000;

@Injectable()
export class ImportsAssignmentsService {
  private readonly check = validator(ImportedAssignment, FORMATS);

  constructor(private readonly imports: ImportsStore) {}

  /** Stores what is right, itemises what is not. */
  async import(experiment: Experiment, input: ImportAssignments): Promise<ImportAnswer> {
    const status = statusAt(experiment, instantOfDate(new Date()));
    if (status === 'draft' || status === 'archived') {
      throw new AssayError(
        'invalid_transition',
        status === 'draft'
          ? 'A draft experiment does not take assignments; start it first.'
          : 'An archived experiment does not take assignments.',
      );
    }
    const rejected: ImportAnswer['rejected'] = [];
    const rows = input.assignments.flatMap((item, index): ImportRow[] => {
      const row = this.toRow(experiment, item);
      if (!('pointer' in row)) return [row];
      const userId = (item as { user_id?: unknown } | null)?.user_id;
      rejected.push({
        index,
        user_id: typeof userId === 'string' ? userId.slice(0, 100) : null,
        code: row.code,
        message: `${row.pointer} ${row.message}`.trim(),
      });
      return [];
    });
    if (rows.length === 0) {
      const errors = rejected.map(({ index, code, message }) => ({
        pointer: `/assignments/${index}`,
        code,
        message,
      }));
      throw new AssayError('invalid_request', 'None of the assignments can be imported.', { errors });
    }
    const counts = await this.imports.importAll(experiment.id, rows, input.on_conflict ?? 'earliest');
    return { ...counts, rejected };
  }

  private toRow(experiment: Experiment, item: unknown): ImportRow | FieldError {
    const checked = this.check(item);
    if (!checked.ok) return checked.findings[0];
    const { user_id, variant_key, assigned_at, exposed_at } = checked.value;
    const assigned = parseInstant(assigned_at) as number;
    const exposed =
      exposed_at === undefined || exposed_at === null ? null : (parseInstant(exposed_at) as number);
    const known = readAttributes(checked.value.attributes);
    if ('errors' in known) return known.errors[0];
    const end = parseInstant(endOf(experiment) ?? '') ?? Infinity;
    const variant = experiment.variants.find((candidate) => candidate.key === variant_key);
    if (variant === undefined)
      return { pointer: '/variant_key', code: 'unknown_variant', message: 'No variant has this key.' };
    if (assigned > Date.now() * 1000)
      return { pointer: '/assigned_at', code: 'in_the_future', message: 'Lies in the future.' };
    if (assigned >= end)
      return { pointer: '/assigned_at', code: 'after_end', message: 'Lies after the end of the experiment.' };
    if (exposed !== null && (exposed < assigned || exposed >= end)) {
      return {
        pointer: '/exposed_at',
        code: 'out_of_range',
        message: 'Must lie between the assignment and the end.',
      };
    }
    return {
      user_id,
      variant_id: variant.id,
      arm_id: armAt(experiment, variant.id, assigned),
      assigned_at: sortable(assigned),
      exposed_at: exposed === null ? null : sortable(exposed),
      attributes: known.attributes,
    };
  }
}

/** The arm of the variant in the epoch that was open then. */
function armAt(experiment: Experiment, variantId: string, at: number): number {
  const open = epochAt(experiment, at);
  const arm = experiment.arms.find(
    (candidate) => candidate.epoch === open.number && candidate.variantId === variantId,
  );
  if (arm === undefined) throw new Error(`no arm for variant ${variantId} in epoch ${open.number}`);
  return arm.id;
}

/** RFC 3339 with six digits always, so that the order of texts is the order of times. */
export function sortable(us: number): string {
  const fraction = ((us % MICROSECONDS) + MICROSECONDS) % MICROSECONDS;
  const seconds = new Date((us - fraction) / 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(fraction).padStart(6, '0')}Z`;
}
