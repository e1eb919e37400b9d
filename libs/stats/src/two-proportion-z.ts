import { requireAlpha } from './domain';
import { normalCritical, normalTwoSidedP } from './normal';
import { bernoulliVariance, requireProportion, type ProportionComparison } from './proportion';
import type { Reason } from './reason';

/** One version of the z test; `z` and `pValue` are null with `zero_variance` when `se` is exactly 0. */
export interface ZTest {
  se: number | null;
  z: number | null;
  /** Two-sided. */
  pValue: number | null;
  reason: Reason | null;
}

/** Treatment - control; everything is null with `no_users` when an arm is empty. */
export interface TwoProportionZTest {
  diff: number | null;
  pooledRate: number | null;
  /** The test to report: standard error under equal rates. Its square is Pearson's chi-square. */
  pooled: ZTest;
  /** Standard error without assuming equal rates; feeds the Wald and the always-valid interval. */
  unpooled: ZTest & { lower: number | null; upper: number | null };
  reason: Reason | null;
}

/**
 * Two-sided z test of equal conversion rates, no continuity correction. Fleiss, Levin & Paik 2003, ch. 3; R
 * prop.test(correct = FALSE). The unpooled limits are Wald's, for information: report Newcombe's.
 */
export function twoProportionZTest({
  control,
  treatment,
  alpha = 0.05,
}: ProportionComparison): TwoProportionZTest {
  requireProportion(control);
  requireProportion(treatment);
  requireAlpha(alpha);
  if (control.users === 0 || treatment.users === 0) return noUsers;
  const diff = treatment.conversions / treatment.users - control.conversions / control.users;
  const both = {
    users: control.users + treatment.users,
    conversions: control.conversions + treatment.conversions,
  };
  const pooledSe = Math.sqrt(bernoulliVariance(both) * (1 / control.users + 1 / treatment.users));
  const unpooledSe = Math.sqrt(
    bernoulliVariance(control) / control.users + bernoulliVariance(treatment) / treatment.users,
  );
  const margin = unpooledSe === 0 ? null : normalCritical(alpha) * unpooledSe;
  const pooled = zTest(diff, pooledSe);
  return {
    diff,
    pooledRate: both.conversions / both.users,
    pooled,
    unpooled: {
      ...zTest(diff, unpooledSe),
      lower: margin === null ? null : diff - margin,
      upper: margin === null ? null : diff + margin,
    },
    reason: pooled.reason,
  };
}

function zTest(diff: number, se: number): ZTest {
  if (se === 0) return { se, z: null, pValue: null, reason: 'zero_variance' };
  return { se, z: diff / se, pValue: normalTwoSidedP(diff / se), reason: null };
}

const noTest: ZTest = { se: null, z: null, pValue: null, reason: 'no_users' };
const noUsers: TwoProportionZTest = {
  diff: null,
  pooledRate: null,
  pooled: noTest,
  unpooled: { ...noTest, lower: null, upper: null },
  reason: 'no_users',
};
