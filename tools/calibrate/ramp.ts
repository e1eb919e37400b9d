import {
  stratifiedCuped,
  stratifiedMeans,
  stratifiedProportions,
  stratifiedRatios,
  twoProportionZTest,
  welchTest,
  type Proportion,
  type Sample,
  type Stratum,
} from '@app/stats';
import type { Random } from './random';
import { Count, covers, near, percent, significant, told, type Row } from './row';
import { clicks, revenue, SPENDING_MEAN, spendings } from './users';

// A ramp: the treatment gets 1 % of the users first and half of them later, while the base rate moves. Pooled over
// both epochs the treatment consists of later users, so the drift passes for an effect.

const EPOCHS = [
  { users: 20_000, share: 0.01, rate: 0.05 },
  { users: 10_000, share: 0.5, rate: 0.1 },
];
const LIFT = 0.2;

const [first, second] = EPOCHS as [(typeof EPOCHS)[0], (typeof EPOCHS)[0]];

export const rampRatesSetting =
  `ramp ${percent(first.share)} to ${percent(second.share)}, base rate ${percent(first.rate)} to ` +
  `${percent(second.rate)}, ${first.users} and ${second.users} users; A/A, and A/B with a lift of ${percent(LIFT)}`;

/** Rates over a ramp: naive pooling against strata, and coverage of the stratified intervals. */
export function rampRates(random: Random, runs: number): Row[] {
  const naive = new Count();
  const size = new Count();
  const diff = new Count();
  const lift = new Count();
  for (let run = 0; run < runs; run++) {
    const same = EPOCHS.map((epoch) => drawEpoch(random, epoch, 0));
    naive.add(significant(twoProportionZTest(pooled(same)).pooled.pValue));
    size.add(significant(stratifiedProportions({ strata: same }).pValue));
    const strata = EPOCHS.map((epoch) => drawEpoch(random, epoch, LIFT));
    const got = stratifiedProportions({ strata });
    diff.add(
      covers(
        got,
        standardised(
          strata,
          EPOCHS.map(({ rate }) => LIFT * rate),
        ),
      ),
    );
    lift.add(covers(got.lift, LIFT));
  }
  return [
    told('pooled z over both epochs, p < .05', naive, 'wrong: near 100 %'),
    near('stratified (Cochran), p < .05', size, 0.05),
    near('stratified Newcombe, difference', diff, 0.95),
    near('stratified MOVER, lift', lift, 0.95),
  ];
}

const SIZES = [
  { control: 1980, treatment: 20, mean: 1 },
  { control: 400, treatment: 400, mean: 3 },
];
const MEAN_LIFT = 0.1;
const CLICK_RATES = [0.1, 0.3];

export const rampMeansSetting = `ramp of means, arms of 1980 and 20, then 400 and 400 users; A/A, and A/B with a lift of ${percent(MEAN_LIFT)}`;

/** The same for means, ratio metrics and CUPED. */
export function rampMeans(random: Random, runs: number): Row[] {
  const count = () => ({ size: new Count(), diff: new Count(), lift: new Count() });
  const naive = new Count();
  const means = count();
  const ratios = count();
  const adjusted = count();
  const drawMeans = (lift: number) =>
    SIZES.map(({ control, treatment, mean }) => ({
      control: revenue(random, control, mean),
      treatment: revenue(random, treatment, mean * (1 + lift)),
    }));
  const drawRatios = (lift: number) =>
    SIZES.map(({ control, treatment }, i) => ({
      control: clicks(random, control, CLICK_RATES[i]),
      treatment: clicks(random, treatment, CLICK_RATES[i] * (1 + lift)),
    }));
  const drawSpendings = (effect: number) =>
    SIZES.map(({ control, treatment }) => ({
      control: spendings(random, control, 0),
      treatment: spendings(random, treatment, effect),
    }));
  const effect = MEAN_LIFT * SPENDING_MEAN;
  for (let run = 0; run < runs; run++) {
    const same = drawMeans(0);
    naive.add(significant(welchTest(pooledMeans(same)).pValue));
    means.size.add(significant(stratifiedMeans({ strata: same }).pValue));
    const strata = drawMeans(MEAN_LIFT);
    const shifted = SIZES.map(({ mean }) => MEAN_LIFT * mean);
    record(means, stratifiedMeans({ strata }), standardised(strata, shifted));
    ratios.size.add(significant(stratifiedRatios({ strata: drawRatios(0) }).pValue));
    const more = drawRatios(MEAN_LIFT);
    record(ratios, stratifiedRatios({ strata: more }), MEAN_LIFT * standardised(more, CLICK_RATES));
    adjusted.size.add(significant(stratifiedCuped({ strata: drawSpendings(0) }).pValue));
    record(adjusted, stratifiedCuped({ strata: drawSpendings(effect) }), effect);
  }
  return [
    told('Welch over both epochs, p < .05', naive, 'wrong: near 100 %'),
    ...rowsOf('Welch', means),
    ...rowsOf('ratio', ratios),
    ...rowsOf('CUPED', adjusted),
  ];
}

interface Counts {
  size: Count;
  diff: Count;
  lift: Count;
}

interface Limits {
  lower: number | null;
  upper: number | null;
}

function record(counts: Counts, got: Limits & { lift: Limits }, diff: number): void {
  counts.diff.add(covers(got, diff));
  counts.lift.add(covers(got.lift, MEAN_LIFT));
}

function rowsOf(name: string, { size, diff, lift }: Counts): Row[] {
  return [
    near(`stratified ${name}, p < .05`, size, 0.05),
    near(`stratified ${name}, difference`, diff, 0.95),
    near(`stratified ${name}, Fieller lift`, lift, 0.95),
  ];
}

type Sized = { users: number } | { n: number };

/** The truth of a standardised figure: the weights are those of the users drawn. */
function standardised(strata: readonly Stratum<Sized>[], truths: readonly number[]): number {
  const size = (arm: Sized) => ('users' in arm ? arm.users : arm.n);
  const weights = strata.map(({ control, treatment }) => 1 / (1 / size(control) + 1 / size(treatment)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, i) => sum + (weight / total) * truths[i], 0);
}

function drawEpoch(
  random: Random,
  { users, share, rate }: { users: number; share: number; rate: number },
  lift: number,
): Stratum<Proportion> {
  const treated = random.binomial(users, share);
  return {
    control: { users: users - treated, conversions: random.binomial(users - treated, rate) },
    treatment: { users: treated, conversions: random.binomial(treated, rate * (1 + lift)) },
  };
}

/** What a comparison that knows no epochs sees. */
function pooled(strata: readonly Stratum<Proportion>[]): Stratum<Proportion> {
  const add = (a: Proportion, b: Proportion) => ({
    users: a.users + b.users,
    conversions: a.conversions + b.conversions,
  });
  return strata.reduce((all, { control, treatment }) => ({
    control: add(all.control, control),
    treatment: add(all.treatment, treatment),
  }));
}

function pooledMeans(strata: readonly Stratum<Sample>[]): Stratum<Sample> {
  const add = (a: Sample, b: Sample): Sample => {
    const n = a.n + b.n;
    const mean = (a.n * a.mean! + b.n * b.mean!) / n;
    const between = ((a.n * b.n) / n) * (a.mean! - b.mean!) ** 2;
    return { n, mean, variance: ((a.n - 1) * a.variance! + (b.n - 1) * b.variance! + between) / (n - 1) };
  };
  return strata.reduce((all, { control, treatment }) => ({
    control: add(all.control, control),
    treatment: add(all.treatment, treatment),
  }));
}
