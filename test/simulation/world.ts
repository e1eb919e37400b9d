import { DataSource } from 'typeorm';
import { Experiment } from '@app/model';
import { createDataSource, Database, ReceivedEvent } from '@app/store';
import { Saboteur } from '../faults/saboteur';
import { PATIENT } from '../support/patience';
import { aCandidate } from '../support/people';
import { Random } from '../support/random';
import { Stores, storesOf } from '../support/stores';
import { Life } from './lives';

/** How many statements a job sends at most: a crash at a later one does not happen. */
const STATEMENTS = 24;
const MOST_EVENTS = 250;

type Step = (worker: Worker) => Promise<unknown>;

/** A process with connections of its own that break. */
class Worker {
  readonly stores: Stores;
  private readonly saboteur: Saboteur;

  private constructor(readonly source: DataSource) {
    this.stores = storesOf(new Database(source));
    this.saboteur = new Saboteur(source);
  }

  static async start(url: string, number: number): Promise<Worker> {
    const options = { url, poolSize: 2, application: `simulated-${number}`, patience: PATIENT };
    return new Worker(await createDataSource(options).initialize());
  }

  /** Does a step, perhaps losing the connection somewhere in the middle; false when it must be done again. */
  async attempt(step: Step, random: Random): Promise<boolean> {
    const crashes = random.below(4) === 0;
    if (crashes) this.saboteur.arm(1 + random.below(STATEMENTS), random.pick(['before', 'after'] as const));
    try {
      await step(this);
    } catch (error) {
      if (this.saboteur.disarm() === null) throw error;
      return false;
    }
    this.saboteur.disarm();
    // The worker may also die between the commit and its acknowledgement.
    return random.below(8) !== 0;
  }
}

/** Workers and a queue that duplicates, reorders, delays and delivers again whatever was not acknowledged. */
export class World {
  private constructor(private readonly workers: Worker[]) {}

  static async start(url: string, workers: number): Promise<World> {
    return new World(await Promise.all(Array.from({ length: workers }, (_, i) => Worker.start(url, i))));
  }

  async stop(): Promise<void> {
    for (const { source } of this.workers) await source.destroy();
  }

  /** Lets everything in these lives happen; resolves when nothing is left to do. */
  async play(lives: readonly Life[], experiments: readonly Experiment[], random: Random): Promise<void> {
    const steps = [...this.jobs(lives, random), ...this.imports(lives, experiments, random)];
    for (const part of random.split(
      lives.flatMap((life) => this.candidates(life, experiments)),
      20,
    ))
      steps.push(({ stores }) => stores.assignments.assign(part));
    for (const { user, overridden } of lives)
      for (const [i, isOn] of overridden.entries())
        if (isOn)
          steps.push(({ stores }) =>
            stores.overrides.put(experiments[i].id, user, experiments[i].variants[0].id),
          );
    await this.drain(random.shuffled(steps), random);
  }

  private async drain(queue: Step[], random: Random): Promise<void> {
    const lanes = this.workers.map((worker) => ({ worker, random: new Random(random.below(2 ** 31)) }));
    await Promise.all(
      lanes.map(async ({ worker, random: own }) => {
        for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
          // What fails or is not acknowledged comes again, at once or much later; some comes again all the same.
          const isDone = await worker.attempt(step, own);
          if (!isDone || own.below(10) === 0) queue.splice(own.below(queue.length + 1), 0, step);
        }
      }),
    );
  }

  /** Requests become jobs, and jobs that are there together share a transaction. */
  private jobs(lives: readonly Life[], random: Random): Step[] {
    const requests = random.shuffled(lives.flatMap((life) => life.requests));
    const batches: ReceivedEvent[][] = [];
    for (const request of requests) {
      const last = batches.at(-1);
      if (last !== undefined && last.length < MOST_EVENTS && random.below(60) !== 0) last.push(...request);
      else batches.push([...request]);
    }
    return batches.map(
      (batch) =>
        ({ stores }) =>
          stores.ingest.ingest(batch),
    );
  }

  private imports(lives: readonly Life[], experiments: readonly Experiment[], random: Random): Step[] {
    return experiments.flatMap(({ id }, experiment) => {
      const rows = lives.flatMap((life) => life.imports.filter((one) => one.experiment === experiment));
      const parts = random.split(random.shuffled(rows), 120);
      const rule = experiment === 0 ? 'earliest' : 'contaminate';
      return parts.map(
        (part) =>
          ({ stores }: Worker) =>
            stores.imports.importAll(
              id,
              part.map(({ row }) => row),
              rule,
            ),
      );
    });
  }

  private candidates({ user, hashed }: Life, experiments: readonly Experiment[]) {
    return hashed.map(({ experiment, variant, enroll }) =>
      aCandidate(experiments[experiment], user, { variant, enroll }),
    );
  }
}
