import { logGamma } from './gamma';
import { normalCdf, normalSf } from './normal';
import { evenBreaks, panelNodes } from './quadrature';
import { studentTCritical } from './student-t';

/**
 * P(|T| > c) for a noncentral t with `df` degrees of freedom, noncentrality `shift` and c the two-sided critical
 * value: the normal tail averaged over the chi distribution of the estimated standard deviation.
 */
export function noncentralTPower(shift: number, df: number, alpha: number): number {
  const critical = studentTCritical(alpha, df);
  const logScale = Math.log(2) + (df / 2) * Math.log(df / 2) - logGamma(df / 2);
  const width = 1 / Math.sqrt(2 * df);
  // s = exp(u), because for few degrees of freedom s crowds towards 0.
  const breaks = evenBreaks(Math.max(-40, -12 * width - 80 * width * width), Math.min(3, 12 * width), 16);
  return panelNodes(breaks).reduce((sum, { x: u, weight }) => {
    const s = Math.exp(u);
    const density = Math.exp(logScale + df * u - (df * s * s) / 2);
    if (density === 0) return sum;
    return sum + weight * density * (normalSf(critical * s - shift) + normalCdf(-critical * s - shift));
  }, 0);
}
