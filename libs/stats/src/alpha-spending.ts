import { requireAlpha } from './domain';
import { normalCritical, normalPdf, normalQuantile, normalSf } from './normal';
import { evenBreaks, panelNodes, type QuadratureNode } from './quadrature';
import { bisect } from './root';

/** How the error is spent over the information. */
export type Spending = 'obrien_fleming' | 'pocock' | 'linear' | 'power2';

/** One entry per planned look. */
export interface SpendingPlan {
  cumulativeAlphaPerSide: number[];
  /** Reject at a look when |z| is at or above its boundary. */
  zBoundaries: number[];
}

/** A node of the not yet stopped process, its weight times its density. */
interface Mass {
  x: number;
  mass: number;
}

/** Beyond this many standard deviations the process holds less mass than a double resolves. */
const REACH = 9;

/**
 * Two-sided symmetric group-sequential boundaries, alpha/2 spent per side. Lan & DeMets 1983, Biometrika 70:659; the
 * recursion over looks is Armitage, McPherson & Rowe 1969. `informationFractions` rise and end at 1 or below.
 */
export function alphaSpending(input: {
  informationFractions: readonly number[];
  alpha?: number;
  spending?: Spending;
}): SpendingPlan {
  const { informationFractions: fractions, alpha = 0.05, spending = 'obrien_fleming' } = input;
  requireAlpha(alpha);
  fractions.forEach((t, look) => {
    if (!(t > (fractions[look - 1] ?? 0) && t <= 1)) throw new RangeError('fractions must rise within 0..1');
  });
  const cumulative = fractions.map((t) => spent(spending, alpha / 2, t));
  const zBoundaries: number[] = [];
  let running: Mass[] = [{ x: 0, mass: 1 }];
  fractions.forEach((t, look) => {
    const sd = Math.sqrt(t - (fractions[look - 1] ?? 0));
    const increment = cumulative[look] - (cumulative[look - 1] ?? 0);
    const bound =
      look === 0 ? -normalQuantile(increment) * sd : exitBound(running, sd, increment, Math.sqrt(t));
    zBoundaries.push(bound / Math.sqrt(t));
    running = advance(running, sd, Math.min(bound, REACH * Math.sqrt(t)));
  });
  return { cumulativeAlphaPerSide: cumulative, zBoundaries };
}

function spent(spending: Spending, side: number, t: number): number {
  if (spending === 'obrien_fleming') return 2 * normalSf(normalCritical(side) / Math.sqrt(t));
  if (spending === 'pocock') return side * Math.log1p((Math.E - 1) * t);
  return spending === 'linear' ? side * t : side * t * t;
}

/** The bound that the process first passes upwards with the wanted probability; Infinity if that is 0. */
function exitBound(running: readonly Mass[], sd: number, increment: number, scale: number): number {
  if (increment <= 0) return Infinity;
  const exit = (bound: number) =>
    running.reduce((sum, { x, mass }) => sum + mass * normalSf((bound - x) / sd), 0);
  return bisect((bound) => increment - exit(bound), 0, 40 * scale);
}

/** Density of the process after one more step, kept between the bounds. */
function advance(running: readonly Mass[], sd: number, bound: number): Mass[] {
  const panels = Math.max(6, Math.ceil(bound / sd));
  return panelNodes(evenBreaks(-bound, bound, panels)).map(({ x, weight }: QuadratureNode) => ({
    x,
    mass: weight * running.reduce((sum, from) => sum + (from.mass * normalPdf((x - from.x) / sd)) / sd, 0),
  }));
}
