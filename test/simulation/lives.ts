import { Experiment, formatInstant, instantOfDate, parseInstant } from '@app/model';
import { ImportRow, ReceivedEvent } from '@app/store';
import { anEvent } from '../support/builders';
import { anImport } from '../support/people';
import { Random } from '../support/random';

const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const START = parseInstant('2026-03-06T00:00:00Z') as number; // New York loses an hour on the 8th
const TYPES = ['view', 'purchase', 'exposure'];

/** What happens to one user: one scenario. Nobody meets anybody else's events, so a thousand of them share two experiments. */
export interface Life {
  user: string;
  imports: { experiment: number; row: ImportRow }[];
  /** Experiments in which the hash assigns the user now, and whether that is an exposure. */
  hashed: { experiment: number; variant: number; enroll: boolean }[];
  overridden: boolean[];
  events: ReceivedEvent[];
  /** The events as the client sends them: each request some of them, some more than once and in other company. */
  requests: ReceivedEvent[][];
}

export function livesOf(
  random: Random,
  experiments: readonly Experiment[],
  count: number,
  tag: string,
): Life[] {
  return Array.from({ length: count }, (_, i) => aLife(random, experiments, `${i}-${tag}`));
}

function aLife(random: Random, experiments: readonly Experiment[], user: string): Life {
  const isNew = random.below(5) === 0;
  const anchor = START + random.below(4 * DAY);
  const imports = isNew
    ? []
    : Array.from({ length: random.below(4) }, () => {
        const experiment = random.below(experiments.length);
        const at = anchor + random.pick([0, 0, 1, -1, HOUR, -DAY, 2 * DAY]);
        const exposedAt = random.below(2) === 0 ? null : at + random.pick([0, 1, 3 * HOUR, DAY]);
        const row = anImport(experiments[experiment], user, {
          variant: random.below(2),
          assignedAt: formatInstant(at),
          exposedAt: exposedAt === null ? null : formatInstant(exposedAt),
        });
        return { experiment, row };
      });
  const hashed = isNew
    ? experiments.map((_, experiment) => ({
        experiment,
        variant: random.below(2),
        enroll: random.below(2) === 0,
      }))
    : [];
  const now = instantOfDate(new Date());
  const events = Array.from({ length: 1 + random.below(9) }, () => {
    const type = random.pick(TYPES);
    const at = isNew ? now + random.pick([-HOUR, 60 * SECOND, 200 * SECOND]) : around(random, anchor);
    return anEvent({
      user_id: user,
      type,
      timestamp: formatInstant(at),
      received_at: formatInstant(Math.max(at - 60 * SECOND, isNew ? now : at)),
      value: random.below(2) === 0 ? random.below(100_000) / 100 - 200 : null,
      properties: random.below(3) === 0 ? { revenue: random.below(1000) / 8 } : null,
      experiment_id: type === 'exposure' || random.below(3) === 0 ? random.pick(experiments).id : null,
    });
  });
  return {
    user,
    imports,
    hashed,
    overridden: experiments.map(() => random.below(40) === 0),
    events,
    requests: sendings(random, events),
  };
}

/** Near the anchor and its neighbours, often to the microsecond. */
function around(random: Random, anchor: number): number {
  if (random.below(3) === 0) return anchor + random.pick([-1, 0, 1, HOUR - 1, HOUR, DAY]);
  return anchor + random.below(5 * DAY) - DAY;
}

/** A client that is not sure to have been heard sends again: the same request, or its events in other company. */
function sendings(random: Random, events: readonly ReceivedEvent[]): ReceivedEvent[][] {
  const requests = random.split(events, 4);
  const again = requests.filter(() => random.below(3) === 0);
  const regrouped = random.below(3) === 0 ? random.split(random.shuffled(events), 4) : [];
  return [...requests, ...again, ...regrouped];
}
