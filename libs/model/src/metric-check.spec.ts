import { Condition, MetricDefinition } from './metric';
import { checkMetric } from './metric-check';

const buy = { event_types: ['buy'] };
const conversion = (options: object = {}): MetricDefinition => ({ kind: 'conversion', ...buy, ...options });
const mean = (options: object = {}): MetricDefinition => ({ kind: 'mean', ...buy, ...options });
const where = (condition: object): MetricDefinition => conversion({ filter: [condition as Condition] });
const ratio = (numerator: object, denominator: object): MetricDefinition => ({
  kind: 'ratio',
  numerator: { ...buy, aggregation: 'sum', ...numerator },
  denominator: { ...buy, aggregation: 'count', ...denominator },
});
const retention = (from_day: number, to_day: number): MetricDefinition => ({
  kind: 'retention',
  ...buy,
  from_day,
  to_day,
});
const funnel = (steps: number): MetricDefinition => ({
  kind: 'funnel',
  steps: Array.from({ length: steps }, () => buy),
});
const many = (length: number): string[] => Array.from({ length }, (_, index) => `type-${index}`);

describe('checking a metric', () => {
  it.each<[string, MetricDefinition]>([
    ['one type', conversion()],
    ['20 types and 20 conditions', conversion({ event_types: many(20), filter: Array.from({ length: 20 }, () => ({ property: 'p', operator: 'exists' })) })],
    ['a year', conversion({ window_hours: 8760 })],
    ['caps', mean({ cap: { lower: 0, upper: 1 }, covariate_days: 90 })],
    ['caps by percentile', mean({ cap: { lower_percentile: 0.01, upper_percentile: 0.99 } })],
    ['one cap of each kind', mean({ cap: { lower: -5, upper_percentile: 0.5 } })],
    ['a count that is capped', { kind: 'count', ...buy, cap: { upper: 3 }, covariate_days: 1 }],
    ['value per event', ratio({}, {})],
    ['two filters of one type', ratio({ aggregation: 'count', filter: [{ property: 'a', operator: 'exists' }] }, {})],
    ['one day', retention(1, 1)],
    ['all year', retention(1, 365)],
    ['two steps of the same event', funnel(2)],
    ['ten steps', funnel(10)],
    ['an empty text', where({ property: 'p', operator: 'eq', value: '' })],
    ['a property of 128', where({ property: 'p'.repeat(128), operator: 'eq', value: false })],
    ['mixed kinds', where({ property: 'p', operator: 'in', value: ['a', 1, true] })],
  ])('takes %s', (_, definition) => {
    expect(checkMetric(definition)).toEqual([]);
  }); // prettier-ignore

  it.each<[string, MetricDefinition, string, string]>([
    ['no type', conversion({ event_types: [] }), '/event_types', 'too_few'],
    ['21 types', conversion({ event_types: many(21) }), '/event_types', 'too_many'],
    ['one type twice', conversion({ event_types: ['a', 'b', 'a'] }), '/event_types/2', 'duplicate'],
    ['a control character', conversion({ event_types: ['a\n'] }), '/event_types/0', 'invalid_format'],
    ['129 bytes', conversion({ event_types: ['é'.repeat(64) + 'x'] }), '/event_types/0', 'invalid_format'],
    ['21 conditions', conversion({ filter: Array.from({ length: 21 }, () => ({ property: 'p', operator: 'exists' })) }), '/filter', 'too_many'],
    ['no property', where({ property: '', operator: 'exists' }), '/filter/0/property', 'too_short'],
    ['a property of 129', where({ property: 'p'.repeat(129), operator: 'exists' }), '/filter/0/property', 'too_long'],
    ['a property with NUL', where({ property: 'p\u0000', operator: 'exists' }), '/filter/0/property', 'invalid_format'],
    ['half a character', where({ property: 'p', operator: 'eq', value: '\ud800' }), '/filter/0/value', 'invalid_format'],
    ['eq nothing', where({ property: 'p', operator: 'eq' }), '/filter/0/value', 'required'],
    ['eq a list', where({ property: 'p', operator: 'eq', value: ['a'] }), '/filter/0/value', 'invalid_type'],
    ['in one', where({ property: 'p', operator: 'in', value: 'a' }), '/filter/0/value', 'invalid_type'],
    ['in nothing', where({ property: 'p', operator: 'in', value: [] }), '/filter/0/value', 'too_few'],
    ['in 101', where({ property: 'p', operator: 'not_in', value: many(101) }), '/filter/0/value', 'too_many'],
    ['greater than a text', where({ property: 'p', operator: 'gt', value: '1' }), '/filter/0/value', 'invalid_type'],
    ['less than nothing', where({ property: 'p', operator: 'lte' }), '/filter/0/value', 'invalid_type'],
    ['less than NaN', where({ property: 'p', operator: 'lt', value: Number.NaN }), '/filter/0/value', 'invalid_type'],
    ['exists a value', where({ property: 'p', operator: 'exists', value: true }), '/filter/0/value', 'unknown_property'],
    ['no hour', conversion({ window_hours: 0 }), '/window_hours', 'out_of_range'],
    ['half an hour', conversion({ window_hours: 0.5 }), '/window_hours', 'out_of_range'],
    ['more than a year', conversion({ window_hours: 8761 }), '/window_hours', 'out_of_range'],
    ['an empty cap', mean({ cap: {} }), '/cap', 'too_few'],
    ['an endless cap', mean({ cap: { upper: Infinity } }), '/cap/upper', 'invalid_type'],
    ['caps the wrong way round', mean({ cap: { lower: 2, upper: 2 } }), '/cap/upper', 'out_of_range'],
    ['percentiles the wrong way round', mean({ cap: { lower_percentile: 0.9, upper_percentile: 0.1 } }), '/cap/upper_percentile', 'out_of_range'],
    ['the 99th percentile as 99', mean({ cap: { upper_percentile: 99 } }), '/cap/upper_percentile', 'out_of_range'],
    ['a percentile of 1', mean({ cap: { upper_percentile: 1 } }), '/cap/upper_percentile', 'out_of_range'],
    ['two upper caps', mean({ cap: { upper: 1, upper_percentile: 0.9 } }), '/cap/upper_percentile', 'contradiction'],
    ['two lower caps', mean({ cap: { lower: 1, lower_percentile: 0.1 } }), '/cap/lower_percentile', 'contradiction'],
    ['91 days before', mean({ covariate_days: 91 }), '/covariate_days', 'out_of_range'],
    ['a ratio of itself', ratio({ aggregation: 'count' }, {}), '/denominator', 'same_as_numerator'],
    ['a side without types', ratio({ event_types: [] }, {}), '/numerator/event_types', 'too_few'],
    ['a value of a count', ratio({}, { value_property: 'x' }), '/denominator/value_property', 'unknown_property'],
    ['day 0', retention(0, 1), '/from_day', 'out_of_range'],
    ['day 366', retention(1, 366), '/to_day', 'out_of_range'],
    ['days the wrong way round', retention(8, 7), '/to_day', 'ends_before_start'],
    ['one step', funnel(1), '/steps', 'too_few'],
    ['11 steps', funnel(11), '/steps', 'too_many'],
    ['a step without types', { kind: 'funnel', steps: [buy, { event_types: [] }] }, '/steps/1/event_types', 'too_few'],
  ])('refuses %s', (_, definition, pointer, code) => {
    const found = checkMetric(definition).map((error) => [error.pointer, error.code]);
    expect(found).toContainEqual([`/definition${pointer}`, code]);
  }); // prettier-ignore
});
