import { FieldError } from './errors';
import {
  Cap,
  Condition,
  EventSelection,
  fingerprint,
  MetricDefinition,
  measuresOf,
  RatioSide,
  Scalar,
} from './metric';
import { isIdentifier, isStorable } from './text';

// Pure: a definition that has the right shape goes in, everything that makes no sense about it comes out, each with its place.

export const METRIC_LIMITS = {
  eventTypes: 20,
  eventTypeBytes: 128,
  conditions: 20,
  propertyLength: 128,
  listed: 100,
  textLength: 1_000,
  windowHours: 8_760,
  covariateDays: 90,
  retentionDay: 365,
  steps: 10,
} as const;

type Fault = (pointer: string, code: string, message: string) => void;

/** @param at the pointer of the definition itself */
export function checkMetric(definition: MetricDefinition, at = '/definition'): FieldError[] {
  const errors: FieldError[] = [];
  const fault: Fault = (pointer, code, message) => errors.push({ pointer: at + pointer, code, message });
  switch (definition.kind) {
    case 'conversion':
      checkSelection(definition, '', fault);
      checkWindow(definition, fault);
      break;
    case 'count':
    case 'mean':
      checkSelection(definition, '', fault);
      checkWindow(definition, fault);
      checkCap(definition.cap, fault);
      if (definition.covariate_days !== undefined)
        within(definition.covariate_days, [1, METRIC_LIMITS.covariateDays], '/covariate_days', fault);
      if (definition.kind === 'mean') checkProperty(definition.value_property, '/value_property', fault);
      break;
    case 'ratio':
      checkSide(definition.numerator, '/numerator', fault);
      checkSide(definition.denominator, '/denominator', fault);
      checkWindow(definition, fault);
      if (new Set(measuresOf(definition).map(fingerprint)).size === 1)
        fault('/denominator', 'same_as_numerator', 'Is the numerator again, so that the ratio is always 1.');
      break;
    case 'retention':
      checkSelection(definition, '', fault);
      within(definition.from_day, [1, METRIC_LIMITS.retentionDay], '/from_day', fault);
      within(definition.to_day, [1, METRIC_LIMITS.retentionDay], '/to_day', fault);
      if (definition.to_day < definition.from_day)
        fault('/to_day', 'ends_before_start', 'Must not be less than from_day.');
      break;
    case 'funnel':
      counted(definition.steps.length, [2, METRIC_LIMITS.steps], '/steps', fault);
      definition.steps.forEach((step, index) => checkSelection(step, `/steps/${index}`, fault));
      checkWindow(definition, fault);
      break;
  }
  return errors;
}

function checkSelection({ event_types, filter = [] }: EventSelection, at: string, fault: Fault): void {
  counted(event_types.length, [1, METRIC_LIMITS.eventTypes], `${at}/event_types`, fault);
  event_types.forEach((type, index) => {
    const pointer = `${at}/event_types/${index}`;
    if (!isIdentifier(type, METRIC_LIMITS.eventTypeBytes))
      fault(pointer, 'invalid_format', 'Must be 1 to 128 bytes without control characters.');
    if (event_types.indexOf(type) !== index) fault(pointer, 'duplicate', 'Is listed already.');
  });
  counted(filter.length, [0, METRIC_LIMITS.conditions], `${at}/filter`, fault);
  filter.forEach((condition, index) => checkCondition(condition, `${at}/filter/${index}`, fault));
}

function checkCondition({ property, operator, value }: Condition, at: string, fault: Fault): void {
  checkProperty(property, `${at}/property`, fault);
  const pointer = `${at}/value`;
  switch (operator) {
    case 'exists':
    case 'not_exists':
      if (value !== undefined) fault(pointer, 'unknown_property', `Has no meaning with ${operator}.`);
      return;
    case 'in':
    case 'not_in':
      if (!Array.isArray(value)) return fault(pointer, 'invalid_type', 'Must be a list.');
      counted(value.length, [1, METRIC_LIMITS.listed], pointer, fault);
      value.forEach((item, index) => checkScalar(item, `${pointer}/${index}`, fault));
      return;
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      if (typeof value !== 'number' || !Number.isFinite(value))
        fault(pointer, 'invalid_type', 'Must be a number.');
      return;
    case 'eq':
    case 'neq':
      if (value === undefined) return fault(pointer, 'required', 'Is required.');
      if (Array.isArray(value)) return fault(pointer, 'invalid_type', 'Must be one value, not a list.');
      checkScalar(value, pointer, fault);
  }
}

function checkScalar(value: Scalar, pointer: string, fault: Fault): void {
  if (typeof value === 'number' && !Number.isFinite(value))
    fault(pointer, 'invalid_type', 'Must be a finite number.');
  if (typeof value !== 'string') return;
  if (value.length > METRIC_LIMITS.textLength) fault(pointer, 'too_long', 'Must be at most 1000 characters.');
  if (!isStorable(value)) fault(pointer, 'invalid_format', 'Must not hold NUL or half a character.');
}

function checkProperty(name: string | undefined, pointer: string, fault: Fault): void {
  if (name === undefined) return;
  if (name.length === 0) fault(pointer, 'too_short', 'Must not be empty.');
  if (name.length > METRIC_LIMITS.propertyLength)
    fault(pointer, 'too_long', 'Must be at most 128 characters.');
  if (!isStorable(name)) fault(pointer, 'invalid_format', 'Must not hold NUL or half a character.');
}

function checkSide(side: RatioSide, at: string, fault: Fault): void {
  checkSelection(side, at, fault);
  checkProperty(side.value_property, `${at}/value_property`, fault);
  if (side.aggregation === 'count' && side.value_property !== undefined)
    fault(`${at}/value_property`, 'unknown_property', 'Has no meaning when events are counted.');
}

function checkWindow({ window_hours }: { window_hours?: number }, fault: Fault): void {
  if (window_hours !== undefined)
    within(window_hours, [1, METRIC_LIMITS.windowHours], '/window_hours', fault);
}

function checkCap(cap: Cap | undefined, fault: Fault): void {
  if (cap === undefined) return;
  const { lower, upper, lower_percentile: low, upper_percentile: high } = cap;
  if (Object.values(cap).every((bound) => bound === undefined)) fault('/cap', 'too_few', 'Needs a bound.');
  for (const [name, bound] of Object.entries({ lower, upper })) {
    if (bound !== undefined && !Number.isFinite(bound))
      fault(`/cap/${name}`, 'invalid_type', 'Must be a finite number.');
  }
  for (const [name, share] of Object.entries({ lower_percentile: low, upper_percentile: high })) {
    if (share !== undefined && !(share > 0 && share < 1))
      fault(`/cap/${name}`, 'out_of_range', 'Must be a share between 0 and 1, such as 0.99.');
  }
  if (lower !== undefined && low !== undefined)
    fault('/cap/lower_percentile', 'contradiction', 'Give lower or lower_percentile, not both.');
  if (upper !== undefined && high !== undefined)
    fault('/cap/upper_percentile', 'contradiction', 'Give upper or upper_percentile, not both.');
  if (lower !== undefined && upper !== undefined && !(lower < upper))
    fault('/cap/upper', 'out_of_range', 'Must be greater than lower.');
  if (low !== undefined && high !== undefined && !(low < high))
    fault('/cap/upper_percentile', 'out_of_range', 'Must be greater than lower_percentile.');
}

function within(value: number, [least, most]: [number, number], pointer: string, fault: Fault): void {
  if (!Number.isInteger(value) || value < least || value > most)
    fault(pointer, 'out_of_range', `Must be a whole number from ${least} to ${most}.`);
}

function counted(count: number, [least, most]: [number, number], pointer: string, fault: Fault): void {
  if (count < least) fault(pointer, 'too_few', `Must have at least ${least}.`);
  if (count > most) fault(pointer, 'too_many', `Must have at most ${most}.`);
}
