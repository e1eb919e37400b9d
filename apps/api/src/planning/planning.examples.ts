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

const SIZE: PlanSampleSize = { kind: 'conversion', baseline_rate: 0.1, relative_lift: 0.1 };
const SIZED: SampleSizeAnswer = {
  inputs: {
    kind: 'conversion',
    mode: 'fixed',
    baseline: {
      rate: 0.1,
      mean: null,
      standard_deviation: null,
      metric: null,
      source: 'request',
    },
    effect: {
      absolute: 0.010000000000000002,
      relative: 0.1,
      treatment_value: 0.11000000000000001,
    },
    alpha: 0.05,
    treatments: 1,
    alpha_per_comparison: 0.05,
    correction: {
      method: 'none',
      note: 'One comparison: alpha is not divided.',
    },
    power: 0.8,
    allocation_source: 'default',
    users_source: null,
    experiment: null,
  },
  method: 'pooled_null',
  users_total: 29502,
  arms: [
    {
      arm: 'control',
      allocation_pct: 50,
      users: 14751,
    },
    {
      arm: 'treatment',
      allocation_pct: 50,
      users: 14751,
    },
  ],
  traffic: null,
  warnings: [],
  power: 0.8000065290879351,
  comparisons: [
    {
      arm: 'treatment',
      power: 0.8000065290879351,
      critical_value: 1.9599639845400514,
      tuning_users: null,
    },
  ],
};

const POWER: PlanPower = { ...SIZE, users: 20_000 };
const POWERED: PowerAnswer = {
  inputs: {
    kind: 'conversion',
    mode: 'fixed',
    baseline: {
      rate: 0.1,
      mean: null,
      standard_deviation: null,
      metric: null,
      source: 'request',
    },
    effect: {
      absolute: 0.010000000000000002,
      relative: 0.1,
      treatment_value: 0.11000000000000001,
    },
    alpha: 0.05,
    treatments: 1,
    alpha_per_comparison: 0.05,
    correction: {
      method: 'none',
      note: 'One comparison: alpha is not divided.',
    },
    power: null,
    allocation_source: 'default',
    users_source: 'request',
    experiment: null,
  },
  method: 'pooled_null',
  users_total: 20000,
  arms: [
    {
      arm: 'control',
      allocation_pct: 50,
      users: 10000,
    },
    {
      arm: 'treatment',
      allocation_pct: 50,
      users: 10000,
    },
  ],
  traffic: null,
  warnings: [],
  power: 0.6356078962786011,
  comparisons: [
    {
      arm: 'treatment',
      power: 0.6356078962786011,
      critical_value: 1.9599639845400514,
      tuning_users: null,
    },
  ],
};

const MDE: PlanMde = { kind: 'mean', baseline_mean: 20, standard_deviation: 60, users: 20_000 };
const DETECTED: MdeAnswer = {
  inputs: {
    kind: 'mean',
    mode: 'fixed',
    baseline: {
      rate: null,
      mean: 20,
      standard_deviation: 60,
      metric: null,
      source: 'request',
    },
    effect: null,
    alpha: 0.05,
    treatments: 1,
    alpha_per_comparison: 0.05,
    correction: {
      method: 'none',
      note: 'One comparison: alpha is not divided.',
    },
    power: 0.8,
    allocation_source: 'default',
    users_source: 'request',
    experiment: null,
  },
  method: 'normal',
  users_total: 20000,
  arms: [
    {
      arm: 'control',
      allocation_pct: 50,
      users: 10000,
    },
    {
      arm: 'treatment',
      allocation_pct: 50,
      users: 10000,
    },
  ],
  traffic: null,
  warnings: [],
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
  comparisons: [
    {
      arm: 'treatment',
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
      critical_value: 1.9599639845400514,
      tuning_users: null,
    },
  ],
};

export const SHOWN = {
  sampleSize: { example: SIZE, answerExample: SIZED },
  power: { example: POWER, answerExample: POWERED },
  mde: { example: MDE, answerExample: DETECTED },
} satisfies Record<string, Shown>;
