import type { Evaluation, Experiment, Flag, Segments } from '@app/model';
import type { Basis, Claim } from '../../assignments/claims.service';
import { evaluateExperiment, evaluateFlag } from '../../flags/evaluate';
import { flagDetail } from '../posthog/flags.answer';
import type { Exposure } from './wish';

// Pure: whether what a user says to have been shown is what somebody of these ids was to be shown.

/** What an exposure may be about. */
export interface Shown {
  /** null: the experiment was named itself. */
  flag: Flag | null;
  /** Those that may have been asked; the first of them when nothing else is known. */
  experiments: readonly [Experiment, ...Experiment[]];
}

export type Verdict =
  /** It was right. */
  | Pick<Claim, 'experiment' | 'answer'>
  /** The flag showed this, and no experiment. */
  | 'no_experiment'
  | 'wrong';

export function judge(
  shown: Shown,
  exposure: Exposure,
  bases: readonly Basis[],
  segments: Segments,
): Verdict {
  const verdicts = bases.map((basis) => judgeBy(basis, shown, exposure, segments));
  return verdicts.find((verdict) => typeof verdict === 'object') ?? verdicts.find((verdict) => verdict === 'no_experiment') ?? 'wrong'; // prettier-ignore
}

function judgeBy(
  { subject, answers }: Basis,
  { flag, experiments }: Shown,
  { variant, ofFlag }: Exposure,
  segments: Segments,
): Verdict {
  if (!ofFlag) {
    const [experiment] = experiments;
    const answer = answers.get(experiment.key);
    const isRight =
      answer?.reason === 'assigned' && [answer.variant?.key, answer.variant?.id].includes(variant as string);
    return isRight ? { experiment, answer } : 'wrong';
  }
  const evaluated = flag === null ? ofExperiment(experiments[0], answers) : ofRules(flag);
  if (evaluated === null || !isSaid(evaluated, variant)) return 'wrong';
  const experiment = experiments.find(({ id }) => id === evaluated.experiment?.id);
  const answer = answers.get(experiment?.key ?? '');
  return experiment === undefined || answer === undefined ? 'no_experiment' : { experiment, answer };

  function ofRules(of: Flag): Evaluation | null {
    const none = of.rules.flatMap((rule) => (rule.kind === 'experiment' ? [[rule.experiment, null] as const] : []));
    const found = evaluateFlag(of, subject, segments, new Map([...none, ...answers]));
    return 'evaluation' in found ? found.evaluation : null;
  } // prettier-ignore
}

function ofExperiment(experiment: Experiment, answers: Basis['answers']): Evaluation | null {
  const answer = answers.get(experiment.key);
  return answer === undefined ? null : evaluateExperiment(experiment, answer);
}

/** Clients say the variant, or of flags that are on or off which it is. */
function isSaid(evaluation: Evaluation, said: Exposure['variant']): boolean {
  const { variant, enabled } = flagDetail(evaluation);
  return said !== null && [variant ?? enabled, evaluation.variant, evaluation.experiment?.variant].includes(said);
} // prettier-ignore
