import { Shown } from '../http/examples';
import type {
  MdeAnswer,
  PlanMde,
  PlanPower,
  PlanSampleSize,
  PowerAnswer,
  SampleSizeAnswer,
} from './planning.schema';

// planning.service.spec.ts sees to it that the answers are what the service answers to the questions.

const ASSUMED = {
  mode: 'fixed',
  alpha: 0.05,
  treatments: 1,
  alpha_per_comparison: 0.05,
  correction: { method: 'none', note: 'One comparison: alpha is not divided.' },
  allocation_source: 'default',
  experiment: null,
} as const;
const BASELINE = {
  rate: null,
  mean: null,
  standard_deviation: null,
  metric: null,
  source: 'request',
} as const;
const TENTH_MORE = { absolute: 0.010000000000000002, relative: 0.1, treatment_value: 0.11000000000000001 };
const CRITICAL = { arm: 'treatment', critical_value: 1.9599639845400514, tuning_users: null };
const halves = (users: number): SampleSizeAnswer['arms'] =>
  ['control', 'treatment'].map((arm) => ({ arm, allocation_pct: 50, users: users / 2 }));

const SIZE: PlanSampleSize = { kind: 'conversion', baseline_rate: 0.1, relative_lift: 0.1 };
const SIZED: SampleSizeAnswer = {
  inputs: {
    ...ASSUMED,
    kind: 'conversion',
    baseline: { ...BASELINE, rate: 0.1 },
    effect: TENTH_MORE,
    power: 0.8,
    users_source: null,
  },
  method: 'pooled_null',
  users_total: 29_502,
  arms: halves(29_502),
  traffic: null,
  warnings: [],
  power: 0.8000065290879351,
  comparisons: [{ ...CRITICAL, power: 0.8000065290879351 }],
};

const POWER: PlanPower = { ...SIZE, users: 20_000 };
const POWERED: PowerAnswer = {
  ...SIZED,
  inputs: { ...SIZED.inputs, power: null, users_source: 'request' },
  users_total: 20_000,
  arms: halves(20_000),
  power: 0.6356078962786011,
  comparisons: [{ ...CRITICAL, power: 0.6356078962786011 }],
};

const MDE: PlanMde = { kind: 'mean', baseline_mean: 20, standard_deviation: 60, users: 20_000 };
const DETECTABLE = {
  increase: {
    absolute: 2.3772209755752307,
    relative: 0.11886104877876154,
    treatment_value: 22.37722097557523,
    reason: null,
  },
  decrease: {
    absolute: -2.3772209755752307,
    relative: -0.11886104877876154,
    treatment_value: 17.62277902442477,
    reason: null,
  },
};
const DETECTED: MdeAnswer = {
  inputs: {
    ...ASSUMED,
    kind: 'mean',
    baseline: { ...BASELINE, mean: 20, standard_deviation: 60 },
    effect: null,
    power: 0.8,
    users_source: 'request',
  },
  method: 'normal',
  users_total: 20_000,
  arms: halves(20_000),
  traffic: null,
  warnings: [],
  ...DETECTABLE,
  comparisons: [{ ...CRITICAL, ...DETECTABLE }],
};

export const SHOWN = {
  sampleSize: { example: SIZE, answerExample: SIZED },
  power: { example: POWER, answerExample: POWERED },
  mde: { example: MDE, answerExample: DETECTED },
} satisfies Record<string, Shown>;
