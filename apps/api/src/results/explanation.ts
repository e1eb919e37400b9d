import type { Experiment } from '@app/model';
import { dayIn } from './calendar';
import type { Selection } from './catalogue';
import type { ReportOptions } from './context';
import { explainResults } from './explain';
import { hourlyRange } from './hours';
import type { ResultsAnswer } from './results.schema';
import type { RetentionFrame } from './sums';

/** Of what is shown, in that order: pointers lead into the answer. */
export function explainOf(
  experiment: Experiment,
  { metrics, timeseries, confidence_level }: ResultsAnswer,
  { all }: Selection,
  { options, frame: retention }: { options: ReportOptions; frame: RetentionFrame },
): ResultsAnswer['explain'] {
  const { range, granularity, now } = options;
  const drawn = new Set(timeseries.map(({ metric }) => metric));
  const byHour = granularity === 'hour';
  return explainResults({
    experiment,
    range,
    maturedBefore: retention.maturedBefore,
    confidenceLevel: confidence_level,
    metrics: metrics.flatMap(({ key }) => all.filter((asked) => asked.key === key)),
    series: {
      by: byHour ? 'hour' : 'day',
      range: byHour ? hourlyRange(range, dayIn(experiment.timezone, now)) : range,
      metrics: all.filter(({ key }) => drawn.has(key)),
    },
  });
}
