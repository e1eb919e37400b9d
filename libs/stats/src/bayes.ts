import { betaDensityTimesXY, betaQuantile, betaTails, fromLogit } from './beta';
import { requireAlpha, requirePositive } from './domain';
import { requireProportion, type Proportion, type ProportionComparison } from './proportion';
import { evenBreaks, panelNodes } from './quadrature';

/** Always defined: without users the posterior is the prior. Losses are in rate points. */
export interface BetaBinomial {
  /** P(treatment rate > control rate). Not 1 - p, and not immune to peeking. */
  probTreatmentBest: number;
  /** E max(control - treatment, 0): what shipping treatment may cost. */
  expectedLossTreatment: number;
  /** E max(treatment - control, 0): what staying with control may cost. */
  expectedLossControl: number;
  meanControl: number;
  meanTreatment: number;
  /** Equal-tailed posterior interval. */
  controlInterval: [lower: number, upper: number];
  treatmentInterval: [lower: number, upper: number];
}

/** Posterior of one rate. */
export interface BetaShape {
  a: number;
  b: number;
}

/** Break points in standard deviations of log odds. Measured: 16 nodes in two deviations reach 1e-12. */
const STEPS = [0, 2, 4, 6, 8, 12];
/** Below this many counts a tail is not yet normal but exponential in the log odds, with the count as its rate. */
const NORMAL_COUNT = 30;
const EXPONENTIAL_STEPS = [5, 10, 18, 27, 40];

/**
 * Two rates with independent Beta posteriors, by quadrature on the log-odds scale (deterministic, where the finite
 * sum of Miller 2013 underflows from about 1,100 conversions on). Losses as in Stucchio 2015.
 */
export function betaBinomial(
  input: ProportionComparison & { priorAlpha?: number; priorBeta?: number },
): BetaBinomial {
  const { control, treatment, alpha = 0.05, priorAlpha = 1, priorBeta = 1 } = input;
  requireAlpha(alpha);
  const c = betaPosterior(control, priorAlpha, priorBeta);
  const t = betaPosterior(treatment, priorAlpha, priorBeta);
  let probTreatmentBest = 0;
  let expectedLossTreatment = 0;
  let expectedLossControl = 0;
  for (const { x: u, weight } of panelNodes(breaksOf(c, t))) {
    const [x, y] = fromLogit(u);
    const inControl = betaTails(x, c.a, c.b, y);
    const inTreatment = betaTails(x, t.a, t.b, y);
    probTreatmentBest += weight * betaDensityTimesXY(x, y, c.a, c.b) * inTreatment.sf;
    expectedLossTreatment += weight * x * y * inTreatment.cdf * inControl.sf;
    expectedLossControl += weight * x * y * inControl.cdf * inTreatment.sf;
  }
  return {
    probTreatmentBest: Math.min(1, probTreatmentBest),
    expectedLossTreatment,
    expectedLossControl,
    meanControl: c.a / (c.a + c.b),
    meanTreatment: t.a / (t.a + t.b),
    controlInterval: [betaQuantile(alpha / 2, c.a, c.b), betaQuantile(1 - alpha / 2, c.a, c.b)],
    treatmentInterval: [betaQuantile(alpha / 2, t.a, t.b), betaQuantile(1 - alpha / 2, t.a, t.b)],
  };
}

/** Both arms' panels, and no panel wider than 6 between arms that lie far apart: x(1-x) bends on that scale. */
function breaksOf(c: BetaShape, t: BetaShape): number[] {
  const breaks = [...logOddsBreaks(c), ...logOddsBreaks(t)];
  const [low, high] = [Math.min(...breaks), Math.max(...breaks)];
  return [...breaks, ...evenBreaks(-36, 36, 12).filter((u) => u > low && u < high)];
}

/** Beta posterior of a rate under a Beta(priorAlpha, priorBeta) prior. */
export function betaPosterior(arm: Proportion, priorAlpha: number, priorBeta: number): BetaShape {
  requireProportion(arm);
  requirePositive(priorAlpha, 'priorAlpha');
  requirePositive(priorBeta, 'priorBeta');
  return { a: priorAlpha + arm.conversions, b: priorBeta + arm.users - arm.conversions };
}

/** Panels that cover a beta distribution on the log-odds scale, whose standard deviation is about `spread`. */
export function logOddsBreaks({ a, b }: BetaShape): number[] {
  const middle = Math.log(a / b);
  const spread = Math.sqrt(1 / a + 1 / b);
  return [
    ...STEPS.flatMap((step) => [middle - step * spread, middle + step * spread]),
    ...(a < NORMAL_COUNT ? EXPONENTIAL_STEPS.map((step) => middle - step / a) : []),
    ...(b < NORMAL_COUNT ? EXPONENTIAL_STEPS.map((step) => middle + step / b) : []),
  ];
}
