import { AssayError, invalid } from '@app/model';
import { baselineOf, PlanRequest } from './baseline';
import { Figures } from './experiment-figures';
import { Baseline, Design, LEAST } from './plan';
import { InputsAnswer, MOST_USERS } from './planning.schema';
import { Split } from './split';

// Pure: a checked request and what is known of the experiment in, the design that is computed out, and how it is told.

type Effect = NonNullable<InputsAnswer['effect']>;

const DEFAULT_ALPHA = 0.05;
const DEFAULT_POWER = 0.8;
/** Its square still is a double. No size finds it anyway. */
const SMALLEST_EFFECT = 1e-100;

export interface Question {
  design: Design;
  power: number;
  inputs: (parts: {
    effect: Effect | null;
    power: number | null;
    allocation: Split['source'];
    users: InputsAnswer['users_source'];
  }) => InputsAnswer;
}

/** @throws AssayError invalid_request */
export function questionOf(request: PlanRequest, figures: Figures | null, treatments: number): Question {
  const { baseline, described } = baselineOf(request, figures);
  const { alpha = DEFAULT_ALPHA, power = DEFAULT_POWER, mode = 'fixed', tuning_users } = request;
  if (power <= alpha) {
    throw invalid(
      '/power',
      'out_of_range',
      `power must be above alpha: any test of nothing has a power of ${alpha}.`,
    );
  }
  if (tuning_users !== undefined && mode === 'fixed') {
    throw invalid(
      '/tuning_users',
      'contradiction',
      'tuning_users tunes the always-valid interval; say mode sequential.',
    );
  }
  const perComparison = alpha / treatments;
  const experiment = figures === null ? null : { id: figures.id, key: figures.key };
  return {
    design: { baseline, mode, alpha: perComparison, tuningUsers: tuning_users ?? null },
    power,
    inputs: ({ effect, power: wanted, allocation, users }) => ({
      kind: request.kind,
      mode,
      baseline: described,
      effect,
      alpha,
      treatments,
      alpha_per_comparison: perComparison,
      correction: correction(treatments),
      power: wanted,
      allocation_source: allocation,
      users_source: users,
      experiment,
    }),
  };
}

/** The hypothetical effect, both ways. @throws AssayError invalid_request */
export function effectOf(request: PlanRequest, baseline: Baseline): Effect {
  const { relative_lift: lift, absolute_difference: difference } = request;
  if (lift !== undefined && difference !== undefined) {
    throw invalid(
      '/absolute_difference',
      'contradiction',
      'Give relative_lift or absolute_difference, not both.',
    );
  }
  const field = lift === undefined ? 'absolute_difference' : 'relative_lift';
  if (lift === undefined && difference === undefined) {
    throw invalid(
      '/relative_lift',
      'required',
      'Give the hypothetical effect: relative_lift or absolute_difference.',
    );
  }
  if ((lift ?? difference) === 0)
    throw invalid(`/${field}`, 'out_of_range', 'An effect of 0 is never found.');
  const value = baseline.kind === 'conversion' ? baseline.rate : baseline.mean;
  if (lift !== undefined && value === null) {
    throw invalid(
      '/baseline_mean',
      'required',
      'A lift is a share of the baseline; give it, or absolute_difference.',
    );
  }
  if (lift !== undefined && value !== null && value < LEAST) {
    throw invalid(
      '/relative_lift',
      'out_of_range',
      `A lift over a baseline of ${value} has no meaning; give absolute_difference.`,
    );
  }
  const absolute = difference ?? (lift as number) * (value as number);
  if (Math.abs(absolute) < SMALLEST_EFFECT) throw tooSmall(request);
  const treatmentValue = value === null ? null : value + absolute;
  if (baseline.kind === 'conversion' && (treatmentValue! < 0 || treatmentValue! > 1)) {
    throw invalid(
      `/${field}`,
      'out_of_range',
      `The treatment would have a rate of ${treatmentValue}, outside 0..1.`,
    );
  }
  const relative = lift ?? (value !== null && value >= LEAST ? absolute / value : null);
  return { absolute, relative, treatment_value: treatmentValue };
}

/** Keeps the search for a size within whole numbers. */
export function requireFindable(
  { baseline }: Design,
  effect: number,
  arms: Split['arms'],
  request: PlanRequest,
): void {
  const [control, ...treatments] = arms;
  const least = Math.min(...treatments.map(({ weight }) => weight / control.weight));
  const [own, theirs] =
    baseline.kind === 'mean'
      ? [baseline.sd ** 2, baseline.sd ** 2]
      : [baseline.rate * (1 - baseline.rate), (baseline.rate + effect) * (1 - baseline.rate - effect)];
  // Users are this times a factor of (z + z)², 1 to 100.
  if ((own + theirs / least) / effect ** 2 < MOST_USERS) return;
  throw tooSmall(request);
}

export function tooSmall(request: PlanRequest): AssayError {
  const field = request.relative_lift === undefined ? 'absolute_difference' : 'relative_lift';
  return invalid(`/${field}`, 'out_of_range', 'So small an effect needs more than 1,000,000,000,000 users.');
}

function correction(treatments: number): InputsAnswer['correction'] {
  if (treatments === 1) return { method: 'none', note: 'One comparison: alpha is not divided.' };
  const note =
    `Results adjust p-values by Holm, whose first step is Bonferroni: the smallest of ${treatments} p-values is held to ` +
    `alpha / ${treatments}. Later steps ask for less, so the power given here is the least there is.`;
  return { method: 'bonferroni', note };
}
