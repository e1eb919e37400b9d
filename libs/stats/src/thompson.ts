import { betaPosterior, logOddsBreaks } from './bayes';
import { betaDensityTimesXY, betaTails, fromLogit } from './beta';
import { requirePositive, requireProbability } from './domain';
import { normalCdf, normalPdf, normalSf } from './normal';
import type { Proportion } from './proportion';
import { panelNodes, type QuadratureNode } from './quadrature';

/** Allocation by Thompson sampling, one entry per arm; deterministic, no draws. */
export interface ThompsonWeights {
  /** P(arm has the best posterior value); adds up to 1. */
  bestArmProbability: number[];
  /** Half of P(best) + P(second best): top-two sampling; 1/2 each for two arms. */
  topTwoWeight: number[];
  /** floor + (1 - k floor) P(best); equal shares when the floors use up everything. */
  weights: number[];
}

/** Density and both tails of every arm at one node. */
interface ArmAtNode {
  density: number;
  cdf: number;
  sf: number;
}

/** Weights for conversion rates with Beta posteriors. Scott 2010; Russo et al. 2018. */
export function thompsonBeta(input: {
  arms: readonly Proportion[];
  priorAlpha?: number;
  priorBeta?: number;
  /** Least share of an arm. */
  minimumWeight?: number;
}): ThompsonWeights {
  const { arms, priorAlpha = 1, priorBeta = 1, minimumWeight = 0 } = input;
  const shapes = arms.map((arm) => betaPosterior(arm, priorAlpha, priorBeta));
  const nodes = panelNodes(shapes.flatMap(logOddsBreaks));
  return allocate(nodes, minimumWeight, shapes.length, (u) => {
    const [x, y] = fromLogit(u);
    return shapes.map(({ a, b }) => ({ density: betaDensityTimesXY(x, y, a, b), ...betaTails(x, a, b, y) }));
  });
}

/** Weights for normal posteriors given by means and standard deviations; `inverse`: lower is better. */
export function thompsonGaussian(input: {
  means: readonly number[];
  sds: readonly number[];
  inverse?: boolean;
  minimumWeight?: number;
}): ThompsonWeights {
  const { means, sds, inverse = false, minimumWeight = 0 } = input;
  if (means.length !== sds.length) throw new RangeError('means and sds differ in length');
  sds.forEach((sd) => requirePositive(sd, 'sd'));
  const sign = inverse ? -1 : 1;
  const steps = [-9, -7, -5.5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5.5, 7, 9];
  const nodes = panelNodes(means.flatMap((mean, i) => steps.map((step) => sign * mean + step * sds[i])));
  return allocate(nodes, minimumWeight, means.length, (x) =>
    means.map((mean, i) => {
      const z = (x - sign * mean) / sds[i];
      return { density: normalPdf(z) / sds[i], cdf: normalCdf(z), sf: normalSf(z) };
    }),
  );
}

/** p_i = integral of f_i times the product of the other arms' cdf; the second best leaves one arm above. */
function allocate(
  nodes: readonly QuadratureNode[],
  floor: number,
  count: number,
  armsAt: (x: number) => ArmAtNode[],
): ThompsonWeights {
  requireProbability(floor, 'minimumWeight');
  if (count === 0) throw new RangeError('no arms');
  const best = new Array<number>(count).fill(0);
  const second = new Array<number>(count).fill(0);
  for (const { x, weight } of nodes) {
    const arms = armsAt(x);
    arms.forEach((arm, i) => {
      const mass = weight * arm.density;
      if (mass === 0) return;
      let allBelow = 1;
      let oneAbove = 0;
      arms.forEach(({ cdf, sf }, j) => {
        if (j === i) return;
        oneAbove = oneAbove * cdf + allBelow * sf;
        allBelow *= cdf;
      });
      best[i] += mass * allBelow;
      second[i] += mass * oneAbove;
    });
  }
  const free = 1 - count * floor;
  return {
    bestArmProbability: best,
    topTwoWeight: best.map((p, i) => (count === 1 ? 1 : (p + second[i]) / 2)),
    weights: best.map((p) => (free <= 0 ? 1 / count : floor + free * p)),
  };
}
