import { Client, Refused } from './client';
import { Converted, converter, ImportedAssignment, ImportedEvent } from './convert';
import { columnsOf, Mapping } from './mapping';
import { inBatches, Order } from './order';
import { Part, parts } from './parts';
import { Progress, Summary } from './progress';
import { readRows, Row } from './rows';
import { Stop } from './stop';

export interface ImportOptions {
  file: string;
  mapping: Mapping;
  url: string;
  token: string;
  /** Make the experiment of the mapping when there is none, and start it when it is a draft. */
  create: boolean;
  parallel: number;
  order: Order;
}

interface ExperimentAnswer {
  id: string;
  status: string;
}

interface Rejection {
  index: number;
  message: string;
}

/** Imports a whole file. Doing so again changes nothing, so an import that stopped is simply started again. */
export async function importFile(options: ImportOptions, tell: (line: string) => void): Promise<Summary> {
  const { mapping } = options;
  const client = new Client(options.url, options.token, tell);
  const experiment = await findExperiment(client, mapping, options.create);
  const progress = new Progress(tell);
  const lane = new Lane(client, mapping, experiment.id, progress);
  const batches = inBatches(readRows(options.file, columnsOf(mapping)), options.order);

  // The clients share one source of batches; when one has to stop, all stop after the batch in hand.
  let stopped = false;
  const work = async (): Promise<void> => {
    try {
      for (;;) {
        const next = await batches.next();
        if (next.done === true || stopped) return;
        await lane.send(next.value);
      }
    } finally {
      stopped = true;
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: options.parallel }, work));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return progress.summary();
}

async function findExperiment(client: Client, mapping: Mapping, create: boolean): Promise<ExperimentAnswer> {
  const { key } = mapping.experiment;
  const path = `/experiments/${encodeURIComponent(key)}`;
  try {
    const found = await client.get<ExperimentAnswer>(path);
    return create && found.status === 'draft' ? await client.post(`${path}/start`) : found;
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.status !== 404) throw error;
    if (!create) throw new Stop(`There is no experiment "${key}". With --create the import makes it.`);
  }
  try {
    return await client.create<ExperimentAnswer>('/experiments', {
      status: 'running',
      ...mapping.experiment,
    });
  } catch (error) {
    if (error instanceof Refused) throw new Stop(explain(error, (place) => `experiment${place}`));
    throw error;
  }
}

/** Sends batches of rows: their assignments, then their events. The order saves the server work; the result does not depend on it. */
class Lane {
  private readonly convert: (row: Row) => ReturnType<ReturnType<typeof converter>>;

  constructor(
    private readonly client: Client,
    private readonly mapping: Mapping,
    private readonly experimentId: string,
    private readonly progress: Progress,
  ) {
    this.convert = converter(mapping, experimentId);
  }

  async send(rows: Row[]): Promise<void> {
    const converted = rows.map(this.convert).flatMap((result): Converted[] => {
      if (!('fault' in result)) return [result];
      this.progress.rejected(result.row, result.fault);
      return [];
    });
    const assignments = converted.flatMap(({ row, assignment }) =>
      assignment === null ? [] : { row, item: assignment },
    );
    const events = converted.flatMap(({ row, events: own }) => own.map((item) => ({ row, item })));
    for (const part of parts(assignments)) await this.sendAssignments(part);
    for (const part of parts(events)) await this.sendEvents(part);
    this.progress.sent(rows.length);
  }

  private async sendAssignments(part: Part<ImportedAssignment>): Promise<void> {
    const answer = await this.post<Summary['assignments'] & { rejected: Rejection[] }>(
      `/experiments/${this.experimentId}/assignments/import`,
      { assignments: part.map(({ item }) => item), on_conflict: this.mapping.on_conflict },
      part,
    );
    this.progress.assigned(answer);
    for (const { index, message } of answer.rejected) this.progress.rejected(part[index].row, message);
  }

  private async sendEvents(part: Part<ImportedEvent>): Promise<void> {
    const answer = await this.post<Summary['events'] & { rejected: Rejection[] }>(
      '/events/batch',
      { events: part.map(({ item }) => item) },
      part,
    );
    this.progress.accepted(answer);
    for (const { index, message } of answer.rejected) this.progress.rejected(part[index].row, message);
  }

  private async post<T>(path: string, body: unknown, part: Part<unknown>): Promise<T> {
    try {
      return await this.client.post<T>(path, body);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      const rowOf = (place: string): string => {
        const item = part[Number(/^\/\w+\/(\d+)/.exec(place)?.[1] ?? NaN)];
        return item === undefined ? place : `row ${item.row}`;
      };
      const reason = error instanceof Refused ? explain(error, rowOf) : error.message;
      throw new Stop(`Stopped between row ${part[0].row} and row ${part[part.length - 1].row}.\n${reason}`);
    }
  }
}

function explain({ message, problem }: Refused, nameOf: (pointer: string) => string): string {
  return [message, ...problem.errors.map((fault) => `  ${nameOf(fault.pointer)}: ${fault.message}`)].join(
    '\n',
  );
}
