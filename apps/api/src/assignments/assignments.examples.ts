import { Attributes, Experiment, Facts, instantOfDate } from '@app/model';
import type { Assignment } from '@app/store';
import { onePage, Shown } from '../http/examples';
import { ASSIGNED_AT, CHECKOUT_BUTTON, CHECKOUT_LAYOUT, ELIGIBILITY, USER } from '../http/story';
import { decide, Stored, unknownExperiment } from './decide';
import { explain } from './explain';
import type { Explanation } from './explain.schema';

const GERMAN = { country: 'DE' };
const NOTHING: Stored = { assignment: undefined, overrideVariantId: undefined };
const nowUs = instantOfDate(new Date('2026-11-21T17:20:00.000Z'));
const known = (userId: string, facts: Facts) => ({ subject: { userId, facts }, eligibility: ELIGIBILITY });

const explained = (experiment: Experiment, userId: string, stored: Stored, facts: Facts = {}): Explanation =>
  explain(experiment, stored, known(userId, facts), nowUs);

/** The row that the hash makes of a user. */
function rowOf(experiment: Experiment, user_id: string, attributes: Attributes | null): Assignment {
  const decision = decide(experiment, NOTHING, known(user_id, {}), nowUs);
  const arm = experiment.arms.find(({ id }) => 'armId' in decision && id === decision.armId);
  if (arm === undefined || !('bucket' in decision)) throw new Error(`${user_id} takes no part`);
  const { id: arm_id, variantId: variant_id, epoch } = arm;
  const { bucket } = decision;
  return {
    experiment_id: experiment.id,
    user_id,
    arm_id,
    variant_id,
    epoch,
    bucket,
    source: 'hash',
    assigned_at: ASSIGNED_AT,
    exposed_at: null,
    attributes,
  };
}

const stored = (userId: string, attributes: Attributes | null): Explanation =>
  explained(CHECKOUT_BUTTON, userId, {
    ...NOTHING,
    assignment: rowOf(CHECKOUT_BUTTON, userId, attributes),
  });

const WITH_VARIANT = stored(USER, GERMAN);
const ASSIGNED = WITH_VARIANT.answer;
const [FIRST, SECOND] = [stored('user-1', null).answer, stored('user-2', GERMAN).answer];
const SWEDISH = explained(CHECKOUT_LAYOUT, 'user-2', NOTHING, { country: 'SE' });
const LEFT_OUT = explained(CHECKOUT_LAYOUT, USER, NOTHING, { ...GERMAN, plan: 'pro' }).answer;
const [control, treatment] = CHECKOUT_BUTTON.variants;
const FORCED = explained(CHECKOUT_BUTTON, 'tester-1', { ...NOTHING, overrideVariantId: treatment.id }).answer;

const IMPORTED_AT = '2026-11-01T08:00:00.000Z';
const IMPORTED = explained(CHECKOUT_BUTTON, 'user-7', {
  ...NOTHING,
  assignment: {
    ...rowOf(CHECKOUT_BUTTON, 'user-7', null),
    variant_id: control.id,
    bucket: null,
    source: 'import',
    assigned_at: IMPORTED_AT,
  },
}).answer;

export const SHOWN = {
  assign: { answerExamples: { assigned: ASSIGNED, left_out: LEFT_OUT, forced: FORCED } },
  explain: { answerExamples: { has_a_variant: WITH_VARIANT, gets_none: SWEDISH } },
  assignExperiments: {
    example: { user_id: USER, experiment_ids: ['checkout-button', 'checkout-layout', 'checkout-fonts'] },
    answerExample: { data: [ASSIGNED, LEFT_OUT, unknownExperiment('checkout-fonts', USER)] },
  },
  assignUsers: {
    example: { user_ids: ['user-1', { user_id: 'user-2', attributes: GERMAN }] },
    answerExample: { data: [FIRST, SECOND] },
  },
  import: {
    example: {
      assignments: [
        { user_id: 'user-7', variant_key: 'control', assigned_at: IMPORTED_AT },
        { user_id: USER, variant_key: 'treatment', assigned_at: IMPORTED_AT },
        { user_id: 'user-8', variant_key: 'blue', assigned_at: IMPORTED_AT },
      ],
    },
    answerExample: {
      imported: 1,
      moved: 0,
      unchanged: 0,
      conflicts: 1,
      rejected: [
        {
          index: 2,
          user_id: 'user-8',
          code: 'unknown_variant',
          message: '/variant_key No variant has this key.',
        },
      ],
    },
  },
  list: { answerExample: onePage(SECOND, FIRST, ASSIGNED, IMPORTED) },
  override: { example: { variant_key: treatment.key } },
} satisfies Record<string, Shown>;
