import { bucketOf } from '@app/bucketing';
import { Experiment, Facts, instantOfDate, parseInstant } from '@app/model';
import { Assignment } from '@app/store';
import { decide as decideFor, Stored } from './decide';
import type { Eligibility } from './entry';
import { anExperiment as experiment } from './fixture';

const NOW = instantOfDate(new Date('2026-11-21T12:00:00Z'));
const USER = 'user-1';

const assignment: Assignment = {
  experiment_id: 'e', user_id: USER, arm_id: 1, variant_id: 'v-a', epoch: 1, bucket: 77, source: 'hash',
  assigned_at: '2026-11-20T00:00:00.000Z', exposed_at: null, attributes: null,
}; // prettier-ignore
/** A slot in which USER does not lie, and a traffic that takes nobody. */
const NOBODYS = { id: 'l', key: 'l', seed: 'l', fromBp: 0, toBp: bucketOf('l', USER) };
const nobodysTraffic = { epochs: [{ number: 1, coverageBp: 0, openedAt: '2026-11-01T00:00:00.000Z' }] };
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

  it.each<[string, Partial<Experiment>, Eligibility['holdout'], string]>([
    ['the condition', { targeting: { attribute: 'x', operator: 'exists' } }, { shareBp: 10_000, seed: 'h' }, 'targeting'],
    ['the holdout', { layer: NOBODYS, ...nobodysTraffic }, { shareBp: 10_000, seed: 'h' }, 'holdout'],
    ['the layer', { layer: NOBODYS, ...nobodysTraffic, holdout: false }, { shareBp: 10_000, seed: 'h' }, 'layer'],
    ['the traffic', { ...nobodysTraffic }, { shareBp: 0, seed: 'h' }, 'not_in_traffic'],
  ])('asks the rules in their order: %s before those below it', (_name, options, holdout, reason) => {
    const eligibility = { segments: new Map(), holdout };
    const decision = decide(experiment(options), USER, unknown, NOW, { eligibility });
    expect(answer(decision)).toMatchObject({ reason, variant: null, bucket: bucketOf('seed', USER), epoch: null });
    const kept = decide(experiment(options), USER, { ...unknown, assignment }, NOW, { eligibility });
    expect(answer(kept)).toMatchObject({ reason: 'assigned', variant: { key: 'a' } });
    const ended = decide(experiment({ ...options, status: 'completed', winner: 'b' }), USER, unknown, NOW, { eligibility });
    expect(answer(ended)).toMatchObject({ reason: 'winner', variant: { key: 'b' } });
  }); // prettier-ignore

  it('begins at the very instant of starts_at', () => {
    const planned = experiment({ status: 'draft', startsAt: '2026-11-21T12:00:00Z' });
    const start = parseInstant('2026-11-21T12:00:00Z') as number;
    expect(answer(decide(planned, USER, unknown, start - 1)).reason).toBe('not_started');
    expect(decide(planned, USER, unknown, start)).toHaveProperty('armId');
  });
});
