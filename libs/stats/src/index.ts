export type { Reason } from './reason';
export { hasLowCounts, type Proportion, type ProportionComparison } from './proportion';
export { normalCdf, normalCritical, normalPdf, normalQuantile, normalSf, normalTwoSidedP } from './normal';
export { logBeta, logGamma } from './gamma';
export { chiSquareCdf, chiSquareQuantile, chiSquareSf, chiSquareUpperQuantile } from './chi-square';
export { betaCdf, betaQuantile, betaSf } from './beta';
export { studentTCdf, studentTCritical, studentTQuantile, studentTSf, studentTTwoSidedP } from './student-t';
export { wilsonInterval, type WilsonInterval } from './wilson';
export { newcombeInterval, type NewcombeInterval } from './newcombe';
export { twoProportionZTest, type TwoProportionZTest, type ZTest } from './two-proportion-z';
export {
  deltaLift,
  fiellerLift,
  katzLift,
  moverLift,
  type DeltaLift,
  type KatzLift,
  type Lift,
} from './lift';
export {
  deltaRatio,
  fiellerRatio,
  logRatio,
  type DeltaRatio,
  type Estimate,
  type FiellerRatio,
  type LogRatio,
} from './ratio-interval';
export { fiellerMeanLift, meanLift, type MeanLift } from './lift-means';
export {
  addExact,
  covarianceFromSums,
  mergeMoments,
  mergeSums,
  momentsFromSums,
  type CentredMoments,
  type ExactSums,
  type Sample,
  type SampleComparison,
} from './moments';
export { welchTest, type WelchTest } from './welch';
export {
  leakedArms,
  srmAcrossEpochs,
  srmChiSquare,
  srmStatus,
  type SrmAcrossEpochs,
  type SrmArm,
  type SrmStatus,
  type SrmTest,
} from './srm';
export { benjaminiHochberg, holm } from './multiple-testing';
export {
  DEFAULT_TUNING_N,
  msprt,
  runningMinimum,
  sequentialInterval,
  type Msprt,
  type SequentialInput,
  type SequentialInterval,
} from './sequential';
export { sequentialSe, type StandardErrors } from './sequential-se';
export {
  powerProportions,
  mdeProportions,
  sampleSizeProportions,
  type MinimumEffect,
  type PowerMethod,
  type ProportionPowerInput,
  type ProportionSizeInput,
} from './power-proportions';
export {
  mdeMeans,
  powerMeans,
  sampleSizeMeans,
  type MeanPowerInput,
  type MeanPowerMethod,
} from './power-means';
export type { PlanTarget, SampleSize } from './power';
export { betaBinomial, type BetaBinomial } from './bayes';
export { gaussianPosterior, type GaussianPosterior, type LiftPrior } from './bayes-gaussian';
export {
  compareRatios,
  ratioEstimate,
  type RatioComparison,
  type RatioEstimate,
  type RatioSums,
} from './ratio';
export { cuped, type Cuped, type CupedSums } from './cuped';
export { quantileOfSorted } from './quantile';
export { pooledCaps, winsorizedMoments, type Caps, type CapShares } from './winsorize';
export { thompsonBeta, thompsonGaussian, type ThompsonWeights } from './thompson';
export { sequentialSrm, type SequentialSrm } from './sequential-srm';
export { alphaSpending, type Spending, type SpendingPlan } from './alpha-spending';
export {
  quantileDifference,
  type ClusterSums,
  type QuantileDifference,
  type QuantileSummary,
} from './quantile-difference';
export type { Stratified, Stratum } from './strata';
export { stratifiedProportions, type StratifiedProportions } from './stratified-proportions';
export { stratifiedMeans, type StratifiedMeans } from './stratified-means';
export { stratifiedRatios, type StratifiedRatios } from './stratified-ratios';
export { stratifiedCuped, type StratifiedCuped } from './stratified-cuped';
