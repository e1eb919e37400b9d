import { Injectable } from '@nestjs/common';
import { Experiment } from '@app/model';
import { ArmAge, DayRange, MetricsStore, Totals, TotalsStore, UserTotalsStore } from '@app/store';
import { dayIn, experimentOf, isOver, maturedBefore } from './calendar';
import { AskedMetric, broken, DeclaredMetric, Selection, selectionOf } from './catalogue';
import type { ReportOptions } from './context';
import { hourlyRange } from './hours';
import { hasAges, lastAge } from './novelty';
import type { Material } from './report';
import { capOf, Distribution } from './sums';

/** What a request needs beyond the totals; each costs a read of its own. */
export interface Extras {
  novelty: boolean;
  breakdown: string | null;
}

/** Reads what a report is made of. Nothing here reads events. */
@Injectable()
export class MaterialService {
  constructor(
    private readonly totals: TotalsStore,
    private readonly userTotals: UserTotalsStore,
    private readonly metrics: MetricsStore,
  ) {}

  /** @throws AssayError invalid_request when too many days are asked for by the hour */
  async read(experiment: Experiment, options: ReportOptions, extras: Extras): Promise<Material> {
    const { range, now } = options;
    const hours = options.granularity === 'hour' ? hourlyRange(range, dayIn(experiment.timezone, now)) : null;
    const matured = maturedBefore(experiment, range, now);
    const totals = await this.totals.read(experiment.id, range, { maturedBefore: matured });
    const declared = await this.declared(experiment, totals, now);
    const selection = selectionOf(experiment, { totals, declared }, options.metric);
    return {
      totals,
      declared,
      distributions: await this.distributions(experiment, range, selection.all),
      hours: hours === null ? null : await this.totals.hours(experiment.id, hours),
      breakdown: await this.segments(experiment, { range, matured, selection }, extras.breakdown),
      ages: extras.novelty ? await this.ages(experiment, selection, options) : null,
    };
  }

  /** As they are declared now. An experiment that is over keeps the definitions it has. */
  private async declared(experiment: Experiment, totals: Totals, now: Date): Promise<DeclaredMetric[]> {
    const held = new Set(isOver(experiment, now) ? totals.active.map(({ metric_id }) => metric_id) : []);
    const ids = experiment.metrics.flatMap(({ metric_id: id }) => (id === null || held.has(id) ? [] : [id]));
    const found = await Promise.all(ids.map((id) => this.metrics.find(id)));
    return found.filter((metric) => metric !== null);
  }

  /** Of every capped metric, shown or not: corrections are made over the whole selection. */
  private async distributions(
    experiment: Experiment,
    range: DayRange,
    metrics: readonly AskedMetric[],
  ): Promise<Map<string, Distribution>> {
    const capped = metrics.filter(
      ({ definition, measureIds }) => capOf(definition) !== null && measureIds.length > 0,
    );
    const found = await Promise.all(
      capped.map(({ measureIds }) => this.userTotals.distribution(experiment.id, range, measureIds[0])),
    );
    return new Map(capped.map(({ key }, index) => [key, found[index]]));
  }

  private async segments(
    experiment: Experiment,
    { range, matured, selection }: { range: DayRange; matured: string; selection: Selection },
    attribute: string | null,
  ): Promise<Material['breakdown']> {
    if (attribute === null) return null;
    const measureIds = [...new Set(broken(selection).flatMap((metric) => metric.measureIds))];
    const input = { attribute, measureIds, maturedBefore: matured };
    return { attribute, segments: await this.userTotals.segments(experiment.id, range, input) };
  }

  private async ages(
    experiment: Experiment,
    { all, asked }: Selection,
    { now }: ReportOptions,
  ): Promise<Material['ages']> {
    const horizonDays = lastAge(experimentOf(experiment, now).days_running);
    const rows = new Map<string, ArmAge[]>();
    if (horizonDays === null) return { horizonDays, rows };
    const before = maturedBefore(experiment, { start: null, end: null }, now);
    for (const metric of all.filter((one) => asked.has(one.key) && hasAges(one))) {
      rows.set(
        metric.key,
        await this.userTotals.ages(experiment.id, metric.measureIds[0], horizonDays, before),
      );
    }
    return { horizonDays, rows };
  }
}
