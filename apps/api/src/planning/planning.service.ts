import { Injectable } from '@nestjs/common';
import { notFound } from '@app/model';
import { Reader } from '@app/store';
import { metricOf, PlanRequest } from './baseline';
import { Figures, figuresOf } from './experiment-figures';
import {
  ArmUsers,
  ComparisonMde,
  DetectableEffect,
  methodOf,
  planMde,
  planPower,
  planSize,
  planWarnings,
} from './plan';
import {
  MdeAnswer,
  MOST_USERS,
  PlanMde,
  PlanPower,
  PlanSampleSize,
  PowerAnswer,
  SampleSizeAnswer,
  TrafficAnswer,
} from './planning.schema';
import { effectOf, Question, questionOf, requireFindable, tooSmall } from './question';
import { splitOf, usersOf } from './split';
import { dayIn, traffic } from './traffic';

@Injectable()
export class PlanningService {
  constructor(private readonly reader: Reader) {}

  /** @throws AssayError not_found, invalid_request */
  async sampleSize(request: PlanSampleSize): Promise<SampleSizeAnswer> {
    const figures = await this.figures(request);
    const { arms, source } = splitOf(request, figures);
    const question = questionOf(request, figures, arms.length - 1);
    const { design, power } = question;
    const effect = effectOf(request, design.baseline);
    requireFindable(design, effect.absolute, arms, request);
    const planned = planSize(design, arms, effect.absolute, power);
    if (totalOf(planned) > MOST_USERS) throw tooSmall(request);
    const comparisons = planPower(design, planned, effect.absolute);
    return {
      inputs: question.inputs({ effect, power, allocation: source, users: null }),
      ...described(question, planned, effect.absolute, forecast(request, figures, planned)),
      power: Math.min(...comparisons.map((comparison) => comparison.power)),
      comparisons,
    };
  }

  /** @throws AssayError not_found, invalid_request */
  async power(request: PlanPower): Promise<PowerAnswer> {
    const figures = await this.figures(request);
    const { arms, allocation, source } = usersOf(request, figures);
    const question = questionOf(request, figures, arms.length - 1);
    const effect = effectOf(request, question.design.baseline);
    const comparisons = planPower(question.design, arms, effect.absolute);
    return {
      inputs: question.inputs({ effect, power: null, allocation, users: source }),
      ...described(question, arms, effect.absolute, forecast(request, figures, arms)),
      power: Math.min(...comparisons.map((comparison) => comparison.power)),
      comparisons,
    };
  }

  /** @throws AssayError not_found, invalid_request */
  async mde(request: PlanMde): Promise<MdeAnswer> {
    const figures = await this.figures(request);
    const { arms, allocation, source } = usersOf(request, figures);
    const question = questionOf(request, figures, arms.length - 1);
    const comparisons = planMde(question.design, arms, question.power);
    return {
      inputs: question.inputs({ effect: null, power: question.power, allocation, users: source }),
      ...described(question, arms, 0, forecast(request, figures, arms)),
      increase: hardest(comparisons, 'increase'),
      decrease: hardest(comparisons, 'decrease'),
      comparisons,
    };
  }

  /** Reads totals only: what this costs does not depend on the number of users or events. */
  private async figures(request: PlanRequest): Promise<Figures | null> {
    if (request.experiment === undefined) return null;
    const experiment = await this.reader.experiments.find(request.experiment);
    if (experiment === null) throw notFound('experiment', request.experiment);
    const now = new Date();
    const range = { start: null, end: null };
    const maturedBefore = dayIn(experiment.timezone, now);
    const totals = await this.reader.totals.read(experiment.id, range, { maturedBefore });
    return figuresOf(experiment, totals, metricOf(request, experiment.primaryMetric), now);
  }
}

function described(
  { design }: Question,
  arms: ArmUsers[],
  effect: number,
  pace: TrafficAnswer | null,
): Pick<SampleSizeAnswer, 'method' | 'users_total' | 'arms' | 'traffic' | 'warnings'> {
  const whole = arms.reduce((sum, { weight }) => sum + weight, 0);
  return {
    method: methodOf(design),
    users_total: totalOf(arms),
    arms: arms.map(({ name, weight, users }) => ({
      arm: name,
      allocation_pct: (weight * 100) / whole,
      users,
    })),
    traffic: pace,
    warnings: planWarnings(design, arms, effect),
  };
}

/** An arm that lags behind its share waits for its own users; until it has them, more than its share come in elsewhere. */
function forecast(request: PlanRequest, figures: Figures | null, arms: ArmUsers[]): TrafficAnswer | null {
  if (figures === null) return null;
  const isOther = request.allocation_pct !== undefined || request.allocation_ratio !== undefined;
  const shares = isOther || figures.arms.length !== arms.length ? arms : figures.arms;
  const whole = shares.reduce((sum, { weight }) => sum + weight, 0);
  const hasSameArms = figures.arms.length === arms.length;
  const missing = arms.map(
    ({ users }, index) => ((users - figures.arms[index]?.users) * whole) / shares[index].weight,
  );
  const target = totalOf(arms);
  const { daily, today, isOpen } = figures;
  return {
    ...traffic({ daily, today, isOpen, target, missing: hasSameArms ? Math.max(...missing) : undefined }),
    target_users: target,
  };
}

/** One that cannot be found at all is harder than any size. */
function hardest(comparisons: ComparisonMde[], direction: 'increase' | 'decrease'): DetectableEffect {
  const size = ({ absolute }: DetectableEffect): number =>
    absolute === null ? Infinity : Math.abs(absolute);
  return comparisons.map((comparison) => comparison[direction]).reduce((a, b) => (size(b) > size(a) ? b : a));
}

function totalOf(arms: ArmUsers[]): number {
  return arms.reduce((sum, { users }) => sum + users, 0);
}
