import * as fc from 'fast-check';
import { MetricDefinition } from '@app/model';
import { Json, startApp, TestApp } from '../support/app';
import { Random } from '../support/random';
import { seed } from '../support/seed';
import { storesOf } from '../support/stores';
import { addDays, dayOf } from './calendar';
import { peopleOf, Person, Range } from './results-oracle';
import {
  breakdownFaults,
  hourFaults,
  dayFaults,
  metricFaults,
  populationFaults,
  shownTypes,
} from './results-faults';
import { Done, perform, Sketch, sketch, WINDOW_DAYS } from './study';

// LAW_RUNS=... looks longer.
const runs = Number(process.env.LAW_RUNS ?? 10);
const order = fc.integer({ min: 1, max: 2 ** 31 - 1 });

describe(`results (SEED=${seed})`, () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ worker: false });
  });
  afterAll(() => app.close());

  it(
    'are what a naive recount of users and events says',
    async () => {
      const place = { app, stores: storesOf(app.database.db) };
      await fc.assert(
        fc.asyncProperty(sketch, order, async (given, orderSeed) => {
          const random = new Random(orderSeed);
          const done = await perform(place, given, random);
          const people = peopleOf(done.study);
          const faults = [
            ...(await ofRange(done, people, EVER, {})),
            ...(await ofRange(done, people, aRange(random, given), {})),
            ...(await ofRange(done, people, aRange(random, given), { granularity: 'day' })),
            ...(shownTypes(people).includes('view')
              ? await ofRange(done, people, aRange(random, given), {
                  granularity: 'day',
                  metric: 'view:value',
                })
              : []),
            ...(await ofHours(done, people, aRange(random, given))),
            ...(await ofSegments(done, people, EVER, random)),
            ...(await ofSegments(done, people, aRange(random, given), random)),
          ];
          expect(faults.slice(0, 12)).toEqual([]);
        }),
        { numRuns: runs, endOnFailure: process.env.LAW_SHRINK === undefined },
      );
    },
    Math.max(120_000, runs * 8_000),
  );

  async function ofRange(
    { study, metrics }: Done,
    people: Person[],
    range: Range,
    query: Record<string, string>,
  ): Promise<string[]> {
    const answer = await read(study.id, range, query);
    const declared = new Map(Object.entries(metrics));
    const known = (key: string): MetricDefinition => declared.get(key) ?? eventTypeMetric(key);
    const keys = new Set<string>(answer.metrics.map((metric: Json) => metric.key));
    const wanted = query.metric === undefined ? [...declared.keys(), ...shownTypes(people)] : [];
    const missing = wanted.filter((key) => !keys.has(key));
    const faults = [
      ...missing.map((key) => `${key} is not shown`),
      ...populationFaults(study, people, range, answer.population),
      ...answer.metrics.flatMap((metric: Json) =>
        metricFaults(study, people, range, { key: metric.key, definition: known(metric.key), metric }),
      ),
      ...(query.granularity === 'day'
        ? withSeries(keys, people, query.metric).flatMap((key) => {
            const points = answer.timeseries.filter((point: Json) => point.metric === key);
            return dayFaults(study, people, range, { key, definition: known(key), points });
          })
        : []),
    ];
    return faults.map((fault) => told(fault, range, known));
  }

  async function ofHours({ study, metrics }: Done, people: Person[], range: Range): Promise<string[]> {
    const end = [range.end, addDays(range.start, WINDOW_DAYS)].sort()[0];
    const short = { start: range.start, end };
    const answer = await read(study.id, short, { granularity: 'hour' });
    const known = (key: string): MetricDefinition => metrics[key] ?? eventTypeMetric(key);
    const keys = new Set<string>(answer.metrics.map((metric: Json) => metric.key));
    const faults = withSeries(keys, people).flatMap((key) => {
      const points = answer.timeseries.filter((point: Json) => point.metric === key);
      return hourFaults(study, people, short, { key, definition: known(key), points });
    });
    return faults.map((fault: string) => told(fault, short, known));
  }

  async function ofSegments(
    { study, metrics }: Done,
    people: Person[],
    range: Range,
    random: Random,
  ): Promise<string[]> {
    const [key, definition] = random.pick(Object.entries(metrics));
    const attribute = random.pick(['plan', 'city']);
    const { breakdown } = await read(study.id, range, { metric: key, breakdown: attribute });
    const faults = breakdownFaults(study, people, range, { key, attribute, definition, breakdown });
    return faults.map((fault) => told(fault, range, () => definition));
  }

  async function read(id: string, range: Range, query: Record<string, string>): Promise<Json> {
    const days: Record<string, string> =
      range === EVER ? {} : { start_date: range.start, end_date: range.end };
    const path = `/api/v1/experiments/${id}/results?${new URLSearchParams({ ...days, ...query })}`;
    const { status, body } = await app.call('GET', path);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
});

const EVER: Range = { start: '0001-01-01', end: '9999-01-01' };

/** What an event type is without being declared: who did it, and what the values add up to. */
function eventTypeMetric(key: string): MetricDefinition {
  const [type, value] = key.split(':');
  return { kind: value === undefined ? 'conversion' : 'mean', event_types: [type] };
}

/** Values of event types have a series when asked for by name; event types that count nowhere have none. */
function withSeries(keys: ReadonlySet<string>, people: readonly Person[], named?: string): string[] {
  const types = shownTypes(people);
  return [...keys].filter((key) => key.startsWith('metric-') || types.includes(key) || key === named);
}

/** A fault with what is needed to see it by hand. */
function told(fault: string, { start, end }: Range, known: (key: string) => MetricDefinition): string {
  const [key] = fault.split(/[/ ]/);
  return `${start}..${end} ${fault} of ${JSON.stringify(known(key))}`;
}

function aRange(random: Random, { window, timezone }: Sketch): Range {
  const day = (): string =>
    dayOf((Date.parse(window) + random.below(WINDOW_DAYS + 2) * 86_400_000) * 1000, timezone);
  const [start, last] = [day(), day()].sort();
  return { start, end: addDays(last, 1) };
}
