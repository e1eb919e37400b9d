import { AssayError, invalid } from '@app/model';
import { Figures } from './experiment-figures';
import { Baseline, LEAST } from './plan';
import { InputsAnswer, PlanMde, PlanPower, PlanSampleSize } from './planning.schema';

// Pure: what the request says about the control, completed from the experiment it names.

/** A request for any of the three; each has its own subset. */
export type PlanRequest = PlanSampleSize & PlanPower & PlanMde;

export interface KnownBaseline {
  baseline: Baseline;
  described: InputsAnswer['baseline'];
}

const OF_KIND = {
  conversion: ['baseline_rate'],
  mean: ['baseline_mean', 'standard_deviation'],
} as const;

/** @throws AssayError invalid_request */
export function baselineOf(request: PlanRequest, figures: Figures | null): KnownBaseline {
  const other = request.kind === 'mean' ? 'conversion' : 'mean';
  for (const field of OF_KIND[other]) {
    if (request[field] === undefined) continue;
    throw invalid(`/${field}`, 'contradiction', `${field} belongs to kind ${other}, not ${request.kind}.`);
  }
  if (request.metric !== undefined && figures === null) {
    throw invalid('/experiment', 'required', 'metric is a metric of an experiment; say of which.');
  }
  if (request.metric !== undefined && OF_KIND[request.kind].every((field) => request[field] !== undefined)) {
    throw invalid('/metric', 'contradiction', 'The baseline is given already; leave out one of the two.');
  }
  return request.kind === 'conversion' ? rateOf(request, figures) : meanOf(request, figures);
}

/** The metric to read from the experiment, null when nothing has to be read. */
export function metricOf(request: PlanRequest, primaryMetric: string | null): string | null {
  const isComplete = OF_KIND[request.kind].every((field) => request[field] !== undefined);
  return isComplete ? null : (request.metric ?? primaryMetric);
}

function rateOf(request: PlanRequest, figures: Figures | null): KnownBaseline {
  const rate = request.baseline_rate ?? figures?.control.rate ?? null;
  const read = request.baseline_rate === undefined;
  if (read) requireMetric(request, figures, 'baseline_rate', rate);
  if (rate === null || rate < LEAST || rate > 1 - LEAST) {
    throw outside(
      read,
      'baseline_rate',
      `must lie above 0 and below 1, got ${rate}; where nobody or everybody converts there is nothing to plan from`,
    );
  }
  return {
    baseline: { kind: 'conversion', rate },
    described: { rate, mean: null, standard_deviation: null, ...origin(request, figures, read) },
  };
}

function meanOf(request: PlanRequest, figures: Figures | null): KnownBaseline {
  const metric = metricOf(request, figures?.primaryMetric ?? null);
  const fits = figures?.plannable === 'both' || figures?.plannable === 'mean';
  const known = metric !== null && fits ? figures : null;
  const sd = request.standard_deviation ?? known?.control.sd ?? null;
  const mean = request.baseline_mean ?? known?.control.mean ?? null;
  const read =
    request.standard_deviation === undefined || (request.baseline_mean === undefined && mean !== null);
  if (request.standard_deviation === undefined) requireMetric(request, figures, 'standard_deviation', sd);
  if (sd === null || sd < LEAST) {
    throw outside(
      read,
      'standard_deviation',
      `must be above 0, got ${sd}; without spread there is nothing to plan from`,
    );
  }
  return {
    baseline: { kind: 'mean', mean, sd },
    described: { rate: null, mean, standard_deviation: sd, ...origin(request, figures, read) },
  };
}

function requireMetric(
  request: PlanRequest,
  figures: Figures | null,
  field: string,
  value: number | null,
): void {
  if (figures === null)
    throw invalid(`/${field}`, 'required', `Give ${field}, or an experiment to take it from.`);
  if (metricOf(request, figures.primaryMetric) === null) {
    throw invalid(
      '/metric',
      'required',
      'The experiment has no primary metric; name one, or give the baseline.',
    );
  }
  if (figures.plannable !== 'both' && figures.plannable !== request.kind) {
    const metric = metricOf(request, figures.primaryMetric);
    throw invalid(
      '/kind',
      'contradiction',
      figures.plannable === null
        ? `Plans are for conversions and means; ${metric} is neither. Give the baseline of what you plan.`
        : `${metric} is planned as kind ${figures.plannable}.`,
    );
  }
  if (value === null) {
    throw invalid(
      `/${field}`,
      'required',
      `The control of ${figures.key} has too few users to take it from; give ${field}.`,
    );
  }
}

function origin(
  request: PlanRequest,
  figures: Figures | null,
  read: boolean,
): Pick<InputsAnswer['baseline'], 'metric' | 'source'> {
  if (!read) return { metric: null, source: 'request' };
  return { metric: metricOf(request, figures?.primaryMetric ?? null), source: 'experiment' };
}

/** Points at the figure where the request has it, at the metric where the experiment has. */
function outside(read: boolean, field: string, fault: string): AssayError {
  return read
    ? invalid('/metric', 'out_of_range', `The ${field} of the control ${fault}.`)
    : invalid(`/${field}`, 'out_of_range', `${field} ${fault}.`);
}
