import { Injectable } from '@nestjs/common';
import { AssayError, Experiment } from '@app/model';
import { AssignmentsService } from '../../assignments/assignments.service';
import { Claim, ClaimsService } from '../../assignments/claims.service';
import { EligibilityCache } from '../../assignments/eligibility-cache';
import { isTargeted } from '../../flags/evaluate';
import { FlagCatalogue } from '../../flags/flag-catalogue';
import { judge, Shown } from './shown';
import type { Exposure } from './wish';

const MOST_ROUNDS = 4;

/** A user says to have met a variant. */
export interface Met {
  exposure: Exposure;
  shown: Shown;
  userId: string;
  atUs: number;
}

/** What the event of an exposure is about. */
export interface Named {
  experimentId: string;
  variant: string | null;
}

/** Exposures in the words of other systems: of experiments, or of flags that show them. */
@Injectable()
export class ExposuresService {
  constructor(
    private readonly assignments: AssignmentsService,
    private readonly claims: ClaimsService,
    private readonly flags: FlagCatalogue,
    private readonly eligibility: EligibilityCache,
  ) {}

  /** Null when there is no such experiment, or the flag shows none to anybody. */
  async find({ reference, ofFlag }: Exposure): Promise<Shown | null> {
    if (!ofFlag) return shownOf(null, [await this.experiment(reference)]);
    const flag = (await this.flags.get()).flags.get(reference);
    if (flag === undefined) {
      const experiment = await this.experiment(reference);
      // By its id it is no flag.
      return experiment?.key === reference ? shownOf(null, [experiment]) : null;
    }
    const keys = flag.rules.flatMap((rule) => (rule.kind === 'experiment' ? [rule.experiment] : []));
    return shownOf(flag, await Promise.all(keys.map((key) => this.experiment(key))));
  }

  /**
   * Assigns whoever was shown what they should have been shown, as of then; durable when it resolves.
   * @returns in order, what the exposure is about; null for what was shown by a flag without an experiment
   */
  async enrol(met: readonly Met[]): Promise<(Named | null)[]> {
    const named = new Map<Met, Named | null>();
    let open = [...met];
    for (let round = 1; open.length > 0; round++) {
      if (round > MOST_ROUNDS)
        throw new AssayError('store_unavailable', 'The experiment keeps changing; try again.');
      open = await this.judgeAndEnrol(open, named, round > 1);
    }
    return met.map((one) => named.get(one) as Named | null);
  }

  /** What is remembered is enough for those who have their row. @returns those to judge by what is read anew */
  private async judgeAndEnrol(
    met: readonly Met[],
    named: Map<Met, Named | null>,
    refresh: boolean,
  ): Promise<Met[]> {
    const fresh = refresh ? await this.readAnew(met) : met;
    const showings = fresh.map(({ exposure: { said }, shown: { flag, experiments }, userId, atUs }) => ({ userId, atUs, said, experiments, needsFacts: flag !== null && isTargeted(flag) })); // prettier-ignore
    const [bases, { segments }] = await Promise.all([
      this.claims.basesOf(showings, refresh),
      this.eligibility.get(refresh),
    ]);
    const again: Met[] = [];
    const claims = new Map<Claim, Met>();
    for (const [index, one] of fresh.entries()) {
      const { exposure, shown, userId, atUs } = one;
      const verdict = judge(shown, exposure, bases[index], segments);
      if (typeof verdict === 'object') {
        const { experiment, answer } = verdict;
        named.set(met[index], { experimentId: experiment.id, variant: answer.variant?.key ?? null });
        if (answer.assigned_at !== null) continue;
        if (refresh) claims.set({ experiment, answer, userId, atUs }, met[index]);
      } else {
        named.set(met[index], verdict === 'no_experiment' ? null : unfit(one));
      }
      if (!refresh) again.push(met[index]);
    }
    const outdated = await this.claims.enrol([...claims.keys()]);
    return [...again, ...outdated.map((claim) => claims.get(claim) as Met)];
  }

  private async readAnew(met: readonly Met[]): Promise<Met[]> {
    const ids = new Set(met.flatMap(({ shown: { experiments } }) => experiments.map(({ id }) => id)));
    const read = await Promise.all([...ids].map((id) => this.experiment(id, true)));
    const anew = new Map(read.flatMap((experiment) => (experiment === null ? [] : [[experiment.id, experiment]]))); // prettier-ignore
    return met.map((one) => {
      const [first, ...others] = one.shown.experiments.map((known) => anew.get(known.id) ?? known);
      return { ...one, shown: { ...one.shown, experiments: [first, ...others] } };
    });
  }

  private async experiment(reference: string, refresh = false): Promise<Experiment | null> {
    try {
      return await this.assignments.experiment(reference, refresh);
    } catch (error) {
      if (error instanceof AssayError && error.code === 'not_found') return null;
      throw error;
    }
  }
}

function shownOf(flag: Shown['flag'], found: readonly (Experiment | null)[]): Shown | null {
  const [first, ...others] = found.filter((experiment) => experiment !== null);
  return first === undefined ? null : { flag, experiments: [first, ...others] };
}

/** What was said of the variant is kept where it is one. */
function unfit({ shown: { experiments }, exposure: { variant } }: Met): Named {
  const [{ id, variants }] = experiments;
  const named = variants.find((one) => one.key === variant || one.id === variant);
  return { experimentId: id, variant: named?.key ?? null };
}
