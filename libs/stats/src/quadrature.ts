// Integration over panels with 16 Gauss-Legendre nodes each: exact for polynomials up to degree 31 in every panel.

/** Positive nodes on [-1, 1] and their weights (Abramowitz & Stegun table 25.4, n = 16). */
const NODES: readonly (readonly [node: number, weight: number])[] = [
  [0.0950125098376374402, 0.189450610455068496],
  [0.281603550779258913, 0.182603415044923589],
  [0.458016777657227386, 0.169156519395002538],
  [0.617876244402643748, 0.149595988816576732],
  [0.755404408355003034, 0.124628971255533872],
  [0.865631202387831744, 0.0951585116824927848],
  [0.944575023073232576, 0.0622535239386478929],
  [0.989400934991649933, 0.0271524594117540949],
];

/** A node of a composite rule with its weight. */
export interface QuadratureNode {
  x: number;
  weight: number;
}

/** The nodes of all panels between neighbouring break points; repeated break points are harmless. */
export function panelNodes(breaks: readonly number[]): QuadratureNode[] {
  const ascending = [...breaks].sort((a, b) => a - b);
  return ascending.slice(1).flatMap((end, i) => {
    const half = (end - ascending[i]) / 2;
    if (half === 0) return [];
    const middle = ascending[i] + half;
    return NODES.flatMap(([node, weight]) => [
      { x: middle - half * node, weight: half * weight },
      { x: middle + half * node, weight: half * weight },
    ]);
  });
}

/** `count` equal panels between two points. */
export function evenBreaks(low: number, high: number, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count);
}
