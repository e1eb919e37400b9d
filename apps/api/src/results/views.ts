import type { ResultsAnswer, View } from './results.schema';

// Pure: which parts of an answer a view shows. Every part is always there; what a view leaves out is empty.

/** @param asked whether a metric was asked for: it is then shown in every view */
export function shownIn(view: View, answer: ResultsAnswer, asked: boolean): ResultsAnswer {
  const { metrics, flow } = answer;
  const only = (role: string) => (asked ? metrics : metrics.filter((metric) => metric.role === role));
  switch (view) {
    case 'full':
      return { ...answer, flow: [] };
    case 'executive':
      return { ...answer, metrics: only('primary'), timeseries: [], flow: [] };
    case 'monitoring':
      return { ...answer, metrics: only('guardrail'), timeseries: [], flow };
    case 'timeseries':
      return { ...answer, metrics: [], flow: [] };
  }
}

const INTERVALS = new Set(['interval', 'mean_interval', 'sequential_interval']);

/** `include_ci=false`: the same without intervals. */
export function withoutIntervals<T>(part: T): T {
  if (Array.isArray(part)) return part.map(withoutIntervals) as T;
  if (part === null || typeof part !== 'object') return part;
  const isEffect = 'estimate' in part && 'low' in part;
  const kept = Object.entries(part).filter(
    ([name]) => !INTERVALS.has(name) && !(isEffect && (name === 'low' || name === 'high')),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutIntervals(value as unknown)])) as T;
}
