import type { Experiment } from '@app/model';
import { Recent } from '@app/platform';
import { clockOf } from './calendar';

/** An answer, of which experiment, and in which state of the database (TotalsStore.states) it was made. */
export interface Made<Answer> {
  experiment: Experiment;
  state: string;
  answer: Answer;
}

interface Entry<Answer> extends Made<Answer> {
  madeAt: number;
  clock: string;
}

/**
 * Answers as they were made last. One is stale as soon as
 * - the state of the database is another: an experiment, its totals or the declaration of one of its metrics has changed. Whoever asks has
 *   read the state after the request came, so no answer lacks what was committed before;
 * - the clock says something else of the experiment (`clockOf`): another day, status, number of days, or the planned end has come;
 * - it is older than RESULTS_CACHE_TTL, for whatever else there may be.
 * What an answer says besides, such as how far the queue is behind, must be part of its name or be added to it later. Those who ask for
 * the same in the same state at the same time share one making.
 */
export class ResultsCache<Answer> {
  private readonly entries: Recent<Entry<Answer>>;
  private readonly underway = new Map<string, Promise<Made<Answer>>>();

  constructor(
    private readonly ttlMs: number,
    limit: { most: number; weightOf: (answer: Answer) => number },
    private readonly now: () => number = () => performance.now(),
  ) {
    this.entries = new Recent(limit.most, ({ answer }) => limit.weightOf(answer));
  }

  async get(
    name: string,
    { state, at }: { state: string; at: Date },
    make: () => Promise<Made<Answer>>,
  ): Promise<Answer> {
    const known = this.entries.get(name);
    if (known !== undefined && known.state === state && this.isInTime(known, at)) return known.answer;
    const flight = `${state} ${name}`;
    const making = this.underway.get(flight) ?? this.begin(flight, name, { at, make });
    return (await making).answer;
  }

  private begin(
    flight: string,
    name: string,
    { at, make }: { at: Date; make: () => Promise<Made<Answer>> },
  ): Promise<Made<Answer>> {
    const madeAt = this.now();
    const keep = (made: Made<Answer>): Made<Answer> => {
      this.entries.set(name, { ...made, madeAt, clock: clockOf(made.experiment, at) });
      return made;
    };
    const making = make()
      .then(keep)
      .finally(() => this.underway.delete(flight));
    this.underway.set(flight, making);
    return making;
  }

  private isInTime({ madeAt, experiment, clock }: Entry<Answer>, at: Date): boolean {
    return this.now() - madeAt < this.ttlMs && clockOf(experiment, at) === clock;
  }
}
