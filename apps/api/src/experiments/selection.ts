import { Direction, FieldError, MetricRole, SelectedMetric } from '@app/model';

// Pure: what a request says about metrics, with what the experiment selects already, becomes what it selects from now on.

export type MetricChoice = string | { key: string; role?: MetricRole; direction?: Direction | null };

export interface Choices {
  metrics?: MetricChoice[];
  primary_metric?: string | null;
}

export interface Selection {
  metrics: SelectedMetric[];
  primaryMetric: string | null;
}

interface Chosen {
  key: string;
  role: MetricRole | undefined;
  direction: Direction | null | undefined;
}

/** The keys that `select` must know about. */
export function keysOf({ metrics = [], primary_metric: primary }: Choices): string[] {
  return [...new Set([...metrics.map((choice) => toChosen(choice).key), ...(primary ? [primary] : [])])];
}

/** What no schema can say: one role for a key, one primary metric. */
export function checkChoices({ metrics = [], primary_metric: primary }: Choices): FieldError[] {
  const chosen = metrics.map(toChosen);
  const errors: FieldError[] = [];
  chosen.forEach(({ key, role }, index) => {
    const twin = chosen.findIndex((other) => other.key === key);
    const first = chosen.findIndex((other) => other.role === 'primary');
    if (twin !== index)
      errors.push({
        pointer: `/metrics/${index}`,
        code: 'duplicate',
        message: `Is metric ${twin} already.`,
      });
    if (role === 'primary' && first !== index)
      errors.push({
        pointer: `/metrics/${index}/role`,
        code: 'several_primaries',
        message: 'Only one metric may be the primary one.',
      });
  });
  const named = chosen.find(({ role }) => role === 'primary')?.key;
  const other = chosen.find(({ key }) => key === primary)?.role;
  const contradicts =
    primary !== undefined &&
    ((named !== undefined && named !== primary) || (other !== undefined && other !== 'primary'));
  if (contradicts)
    errors.push({
      pointer: '/primary_metric',
      code: 'contradiction',
      message: 'The metrics give another role.',
    });
  return errors;
}

/**
 * A key keeps what it was resolved to when it was first selected. The primary metric stays until another one, or null, takes its place;
 * what it leaves becomes a goal unless the request leaves it out.
 * @param declared ids of the declared metrics among `keysOf`; every other key is an event type
 */
export function select(
  choices: Choices,
  current: Selection,
  declared: ReadonlyMap<string, string>,
  at: string,
): Selection {
  const known = new Map(current.metrics.map((metric) => [metric.key, metric]));
  const chosen = choices.metrics?.map(toChosen) ?? current.metrics;
  const primary =
    choices.primary_metric === undefined
      ? (chosen.find(({ role }) => role === 'primary')?.key ?? current.primaryMetric)
      : choices.primary_metric;
  const toSelected = ({ key, role, direction }: Chosen): SelectedMetric => {
    const before = known.get(key);
    const kept = role === 'primary' ? undefined : role;
    return {
      key,
      metric_id: before === undefined ? (declared.get(key) ?? null) : before.metric_id,
      role: key === primary ? 'primary' : (kept ?? 'goal'),
      direction: direction === undefined ? (before?.direction ?? null) : direction,
      selected_at: before?.selected_at ?? at,
    };
  };
  const missing = primary !== null && !chosen.some(({ key }) => key === primary);
  const all: Chosen[] = missing
    ? [{ key: primary, role: 'primary', direction: undefined }, ...chosen]
    : [...chosen];
  const metrics = all.map(toSelected);
  return {
    metrics: [
      ...metrics.filter(({ role }) => role === 'primary'),
      ...metrics.filter(({ role }) => role !== 'primary'),
    ],
    primaryMetric: primary,
  };
}

function toChosen(choice: MetricChoice): Chosen {
  return typeof choice === 'string'
    ? { key: choice, role: undefined, direction: undefined }
    : { key: choice.key, role: choice.role, direction: choice.direction };
}
