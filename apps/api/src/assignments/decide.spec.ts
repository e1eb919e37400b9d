import { bucketOf } from '@app/bucketing';
import { Experiment, Facts, instantOfDate, parseInstant } from '@app/model';
import { Assignment } from '@app/store';
import { decide as decideFor, Stored } from './decide';
import type { Eligibility } from './entry';

const NOW = instantOfDate(new Date('2026-11-21T12:00:00Z'));
const USER = 'user-1';

/** Two variants half and half; arms 1 and 2 belong to epoch 1. */
function experiment(options: Partial<Experiment> = {}): Experiment {
  return {
    id: 'e', key: 'key', name: 'n', description: null, hypothesis: null, status: 'running', timezone: 'UTC',
    analysisPopulation: 'assigned', primaryMetric: null, metrics: [], analysisMode: 'sequential',
    plannedUsers: null, horizonAt: null, preregistration: null, hashAlgorithm: 'fnv1a', hashSeed: 'seed',
    targeting: null, layer: null, holdout: true,
    startsAt: null, endsAt: null, startedAt: null, endedAt: null, winner: null, version: 1,
    createdAt: '2026-11-01T00:00:00.000Z', updatedAt: '2026-11-01T00:00:00.000Z',
    variants: [
      { id: 'v-a', key: 'a', name: 'A', isControl: true, config: null },
      { id: 'v-b', key: 'b', name: 'B', isControl: false, config: { color: 'green' } },
    ],
    epochs: [{ number: 1, coverageBp: 10_000, openedAt: '2026-11-01T00:00:00.000Z' }],
    arms: [
      { id: 1, epoch: 1, variantId: 'v-a', weightBp: 5000 },
      { id: 2, epoch: 1, variantId: 'v-b', weightBp: 5000 },
    ],
    ...options,
  }; // prettier-ignore
}

const assignment: Assignment = {
  experiment_id: 'e', user_id: USER, arm_id: 1, variant_id: 'v-a', epoch: 1, bucket: 77, source: 'hash',
  assigned_at: '2026-11-20T00:00:00.000Z', exposed_at: null, attributes: null,
}; // prettier-ignore
const unknown = { assignment: undefined, overrideVariantId: undefined };

const nobodyHeldOut: Eligibility = { segments: new Map(), holdout: { shareBp: 0, seed: 'holdout' } };

function decide(
  of: Experiment,
  userId: string,
  stored: Stored,
  nowUs: number,
  { facts = {}, eligibility = nobodyHeldOut }: { facts?: Facts; eligibility?: Eligibility } = {},
) {
  return decideFor(of, stored, { subject: { userId, facts }, eligibility }, nowUs);
}

function answer(what: ReturnType<typeof decide>) {
  if (!('answer' in what)) throw new Error('there is no answer yet');
  return what.answer;
}

describe('deciding what to answer a user', () => {
  it('sends a new user to the arm that owns the bucket', () => {
    const bucket = bucketOf('seed', USER);
    expect(decide(experiment(), USER, unknown, NOW)).toEqual({ armId: bucket < 5000 ? 1 : 2, bucket });
  });

  it('uses the arms of the newest epoch', () => {
    const epochs = [
      ...experiment().epochs,
      { number: 2, coverageBp: 10_000, openedAt: '2026-11-02T00:00:00.000Z' },
    ];
    const arms = [
      ...experiment().arms,
      { id: 3, epoch: 2, variantId: 'v-a', weightBp: 0 },
      { id: 4, epoch: 2, variantId: 'v-b', weightBp: 10_000 },
    ];
    expect(decide(experiment({ epochs, arms }), USER, unknown, NOW)).toMatchObject({ armId: 4 });
  });

  it('pairs weights with variants by their ids, whatever the order of the arms', () => {
    const arms = experiment().arms.toReversed();
    expect(decide(experiment({ arms }), USER, unknown, NOW)).toEqual(
      decide(experiment(), USER, unknown, NOW),
    );
  });

  it('takes nobody at coverage 0', () => {
    const epochs = [{ number: 1, coverageBp: 0, openedAt: '2026-11-01T00:00:00.000Z' }];
    const decision = decide(experiment({ epochs }), USER, unknown, NOW);
    expect(answer(decision)).toMatchObject({
      variant: null,
      reason: 'not_in_traffic',
      bucket: bucketOf('seed', USER),
    });
  });

  it('lets a stored assignment win over the hash in every status', () => {
    for (const status of ['draft', 'running', 'paused', 'completed', 'archived'] as const) {
      const decision = decide(experiment({ status }), USER, { ...unknown, assignment }, NOW);
      expect(answer(decision)).toMatchObject({
        variant: { key: 'a' },
        bucket: 77,
        source: 'hash',
        reason: 'assigned',
      });
    }
  });

  it('lets an override win over everything', () => {
    const decision = decide(
      experiment({ status: 'archived' }),
      USER,
      { assignment, overrideVariantId: 'v-b' },
      NOW,
    );
    expect(answer(decision)).toMatchObject({
      variant: { key: 'b', config: { color: 'green' } }, source: 'override', reason: 'override', bucket: null, assigned_at: null,
    }); // prettier-ignore
  });

  it.each([
    ['draft', null, null, 'not_started', null],
    ['paused', null, null, 'paused', null],
    ['completed', null, null, 'completed', null],
    ['archived', null, null, 'archived', null],
    ['completed', 'b', null, 'winner', 'b'],
    ['archived', 'b', null, 'winner', 'b'],
    ['running', null, '2026-11-21T12:00:00Z', 'completed', null],
  ] as const)(
    'answers a new user of a %s experiment with winner %s and end %s: %s',
    (status, winner, endsAt, reason, key) => {
      const decision = answer(decide(experiment({ status, winner, endsAt }), USER, unknown, NOW));
      expect(decision).toMatchObject({ reason, source: null, assigned_at: null });
      expect(decision.variant?.key ?? null).toBe(key);
    },
  );

  it('begins at the very instant of starts_at', () => {
    const planned = experiment({ status: 'draft', startsAt: '2026-11-21T12:00:00Z' });
    const start = parseInstant('2026-11-21T12:00:00Z') as number;
    expect(answer(decide(planned, USER, unknown, start - 1)).reason).toBe('not_started');
    expect(decide(planned, USER, unknown, start)).toHaveProperty('armId');
  });
});
