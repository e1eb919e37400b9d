import { Injectable } from '@nestjs/common';
import { AssayError, endOf, Experiment, Facts, formatInstant, groupBy, parseInstant } from '@app/model';
import { NaturalBatch } from '@app/platform';
import type { AssignmentAnswer } from '../../assignments/assignments.schema';
import { AssignmentsService } from '../../assignments/assignments.service';
import { ImportsAssignmentsService } from '../../assignments/imports.service';
import { FlagsService } from '../../flags/flags.service';
import type { Exposure } from './wish';

const MOST_IN_ONE_WRITE = 1_000;

/** What was met: null for a variant that nobody named, or that is none. */
export interface Found {
  experiment: Experiment;
  variant: string | null;
  said: Facts;
}

/** A user has met a variant of an experiment, at a time. */
export interface Met extends Found {
  userId: string;
  atUs: number;
}

/**
 * Whoever evaluates all flags at once, or by themselves, has written no assignment: nobody knows yet which variants will be met. The first
 * exposure makes it, as of its own time, when the variant that was shown is the one that the user should have been shown.
 */
@Injectable()
export class ExposuresService {
  private readonly writes = new NaturalBatch<readonly Met[], void>(
    (met) => this.write(met.flat()),
    MOST_IN_ONE_WRITE,
    (met) => met.length,
  );

  constructor(
    private readonly assignments: AssignmentsService,
    private readonly imports: ImportsAssignmentsService,
    private readonly flags: FlagsService,
  ) {}

  /** Null when there is no such experiment, or the flag shows none to this user. */
  async find({ reference, variant, ofFlag, said }: Exposure, userId: string): Promise<Found | null> {
    try {
      if (!ofFlag) {
        const experiment = await this.assignments.experiment(reference);
        const shown = experiment.variants.find(({ key, id }) => key === variant || id === variant);
        return { experiment, variant: shown?.key ?? null, said };
      }
      const evaluated = await this.flags.evaluate(reference, { userId, facts: said });
      if (evaluated.experiment === null) return null;
      const experiment = await this.assignments.experiment(evaluated.experiment.id);
      const isShown = variant === evaluated.variant || variant === evaluated.experiment.variant;
      return { experiment, variant: isShown ? evaluated.experiment.variant : null, said };
    } catch (error) {
      if (error instanceof AssayError && error.code === 'not_found') return null;
      throw error;
    }
  }

  /** Writes the assignments that are missing, or are of a later exposure. */
  async enrol(met: readonly Met[]): Promise<void> {
    const possible = met.filter(isPossible).sort((a, b) => a.atUs - b.atUs);
    if (possible.length === 0) return;
    const answers = await this.assignments.answer(possible, { record: false });
    const missing = possible.filter((one, index) => isMissing(one, answers[index]));
    if (missing.length > 0) await this.writes.add(missing);
  }

  private async write(met: readonly Met[]): Promise<void> {
    for (const ofOne of groupBy(met, ({ experiment }) => experiment.id).values()) {
      const [{ experiment }] = ofOne;
      for (let from = 0; from < ofOne.length; from += MOST_IN_ONE_WRITE) {
        const rows = ofOne.slice(from, from + MOST_IN_ONE_WRITE).map(({ userId, variant, atUs }) => ({
          user_id: userId,
          variant_key: variant,
          assigned_at: formatInstant(Math.min(atUs, Date.now() * 1000)),
        }));
        await this.imports.import(experiment, { assignments: rows });
      }
      await this.assignments.changed(experiment.id);
    }
  }
}

/** Before the start and after the end nobody meets anything. */
function isPossible({ experiment, variant, atUs }: Met): boolean {
  if (variant === null || experiment.startedAt === null) return false;
  const end = parseInstant(endOf(experiment) ?? '') ?? Infinity;
  return atUs >= (parseInstant(experiment.startedAt) ?? Infinity) && atUs < end;
}

/** What the hash has written when it was asked is never moved. */
function isMissing(
  { variant, atUs }: Met,
  { reason, variant: right, source, assigned_at }: AssignmentAnswer,
): boolean {
  if (reason !== 'assigned' || right?.key !== variant) return false;
  return assigned_at === null || (source === 'import' && atUs < (parseInstant(assigned_at) as number));
}
