import { Injectable } from '@nestjs/common';
import { Experiment, notFound } from '@app/model';
import { ArmAge, DayRange, Reader, SLOW, Totals, Transaction } from '@app/store';
import { dayIn, experimentOf, isOver, maturedBefore } from './calendar';
import { broken, DeclaredMetric, Selection, selectionOf } from './catalogue';
import type { ReportOptions } from './context';
import { hourlyRange } from './hours';
import { hasAges, lastAge } from './novelty';
import { Material, showsDays } from './report';
import { capOf, Distribution } from './sums';

/** What a request needs beyond the totals; each costs a read of its own. */
export interface Extras {
  novelty: boolean;
  breakdown: string | null;
}

/** What a report is made of, all of one snapshot. */
export interface Found {
  experiment: Experiment;
  /** Of TotalsStore.states. */
  state: string;
  material: Material;
}

/** Reads what a report is made of, in one snapshot. Nothing here reads events. */
@Injectable()
export class MaterialService {
  constructor(private readonly reader: Reader) {}

  /** @throws AssayError not_found; invalid_request when too many days are asked for by the hour */
  read(id: string, options: ReportOptions, extras: Extras): Promise<Found> {
    const { metrics, experiments, totals } = this.reader;
    return this.reader.snapshot(async (tx) => {
      const [state] = await totals.states([id], tx);
      const experiment = await experiments.find(id, tx);
      if (experiment === null) throw notFound('experiment', id);
      const ids = experiment.metrics.flatMap(({ metric_id: metric }) => (metric === null ? [] : [metric]));
      const known = await metrics.withIds(ids, tx);
      // Rows per user take longer than totals.
      const readsUsers =
        extras.novelty ||
        extras.breakdown !== null ||
        known.some(({ definition }) => capOf(definition) !== null);
      const source = { experiment, known, tx: readsUsers ? await tx.limitedTo(SLOW) : tx };
      return { experiment, state: state.state, material: await this.material(source, options, extras) };
    });
  }

  private async material(
    { experiment, known, tx }: { experiment: Experiment; known: DeclaredMetric[]; tx: Transaction },
    options: ReportOptions,
    extras: Extras,
  ): Promise<Material> {
    const { range, now } = options;
    const hours = options.granularity === 'hour' ? hourlyRange(range, dayIn(experiment.timezone, now)) : null;
    const matured = maturedBefore(experiment, range, now);
    const asked = { maturedBefore: matured, byDay: showsDays(options) };
    const totals = await this.reader.totals.read(experiment.id, range, asked, tx);
    const declared = declaredNow(experiment, { totals, known }, now);
    const selection = selectionOf(experiment, { totals, declared }, options.metric);
    const source = { experiment, range, matured, selection, tx };
    return {
      totals,
      declared,
      distributions: await this.distributions(source),
      hours: hours === null ? null : await this.reader.totals.hours(experiment.id, hours, tx),
      breakdown: await this.segments(source, extras.breakdown),
      ages: extras.novelty ? await this.ages(source, now) : null,
    };
  }

  /** Of every capped metric, shown or not: corrections are made over the whole selection. */
  private async distributions({
    experiment,
    range,
    selection,
    tx,
  }: Source): Promise<Map<string, Distribution>> {
    const rows = new Map<string, Distribution>();
    for (const { key, definition, measureIds } of selection.all) {
      if (capOf(definition) === null || measureIds.length === 0) continue;
      rows.set(key, await this.reader.userTotals.distribution(experiment.id, range, measureIds[0], tx));
    }
    return rows;
  }

  private async segments(
    { experiment, range, matured, selection, tx }: Source,
    attribute: string | null,
  ): Promise<Material['breakdown']> {
    if (attribute === null) return null;
    const measureIds = [...new Set(broken(selection).flatMap((metric) => metric.measureIds))];
    const input = { attribute, measureIds, maturedBefore: matured };
    return { attribute, segments: await this.reader.userTotals.segments(experiment.id, range, input, tx) };
  }

  private async ages({ experiment, selection, tx }: Source, now: Date): Promise<Material['ages']> {
    const horizonDays = lastAge(experimentOf(experiment, now).days_running);
    const rows = new Map<string, ArmAge[]>();
    if (horizonDays === null) return { horizonDays, rows };
    const before = maturedBefore(experiment, { start: null, end: null }, now);
    const input = { lastAge: horizonDays, maturedBefore: before };
    for (const metric of selection.all.filter((one) => selection.asked.has(one.key) && hasAges(one)))
      rows.set(metric.key, await this.reader.userTotals.ages(experiment.id, metric.measureIds[0], input, tx));
    return { horizonDays, rows };
  }
}

/** What all reads of one answer have in common. */
interface Source {
  experiment: Experiment;
  range: DayRange;
  matured: string;
  selection: Selection;
  tx: Transaction;
}

/** As they are declared now. An experiment that is over keeps the definitions it has. */
function declaredNow(
  experiment: Experiment,
  { totals, known }: { totals: Totals; known: readonly DeclaredMetric[] },
  now: Date,
): DeclaredMetric[] {
  const held = new Set(isOver(experiment, now) ? totals.active.map(({ metric_id }) => metric_id) : []);
  return known.filter(({ id }) => !held.has(id));
}
