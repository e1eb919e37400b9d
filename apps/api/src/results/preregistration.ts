import { changesSince, Experiment } from '@app/model';
import type { Totals } from '@app/store';
import type { ResultsAnswer } from './results.schema';

/** The plan as it was sealed, and everything that is not like it any more. */
export function registrationOf(
  experiment: Experiment,
  totals: Pick<Totals, 'active'>,
): ResultsAnswer['preregistration'] {
  const plan = experiment.preregistration;
  return plan === null ? null : { ...plan, changes: changesSince(plan, experiment, totals.active) };
}
