import * as fc from 'fast-check';
import { bucketOf } from '@app/bucketing';
import { Experiment, Facts, instantOfDate, STATUSES, Targeting } from '@app/model';
import { answerUnwritten, decide, Stored } from './decide';
import type { Known } from './decision-facts';
import { explain, verdictOf } from './explain';
import { anExperiment } from './fixture';

const NOW = instantOfDate(new Date('2026-11-21T12:00:00Z'));
const NOTHING: Stored = { assignment: undefined, overrideVariantId: undefined };
const GERMANS: Targeting = { attribute: 'country', operator: 'eq', value: 'DE' };
const known = (userId: string, facts: Known['subject']['facts'] = {}, shareBp = 0): Known => ({
  subject: { userId, facts },
  eligibility: { segments: new Map([['home', GERMANS]]), holdout: { shareBp, seed: 'holdout' } },
});

const aStored = fc.constantFrom<Stored>(
  NOTHING,
  NOTHING,
  NOTHING,
  { assignment: undefined, overrideVariantId: 'v-b' },
  {
    overrideVariantId: undefined,
    assignment: {
      experiment_id: 'e', user_id: 'u', arm_id: 1, variant_id: 'v-a', epoch: 1, bucket: 77, source: 'hash',
      assigned_at: '2026-11-20T00:00:00.000Z', exposed_at: null, attributes: null,
    },
  },
); // prettier-ignore
const aWorld = fc.record({
  userId: fc.string({ minLength: 1, unit: 'binary' }),
  facts: fc.constantFrom<Facts>({ country: 'DE' }, { country: 'FR' }, {}),
  shareBp: fc.constantFrom(0, 3_000),
  status: fc.constantFrom(...STATUSES, 'running' as const, 'running' as const, 'running' as const),
  targeting: fc.constantFrom<Targeting | null>(null, GERMANS, { segment: 'home' }),
  layer: fc.constantFrom<Experiment['layer']>(null, { id: 'l', key: 'l', seed: 'layer', fromBp: 2_000, toBp: 9_000 }), // prettier-ignore
  holdout: fc.boolean(),
  coverageBp: fc.constantFrom(10_000, 6_000),
  stored: aStored,
});

describe('explaining an assignment', () => {
  it('names the rule by which it was decided, and gives the very answer', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(
        aWorld,
        ({ userId, facts, shareBp, status, targeting, layer, holdout, coverageBp, stored }) => {
          const experiment = anExperiment({
            status,
            targeting,
            layer,
            holdout,
            epochs: [{ number: 1, coverageBp, openedAt: '2026-11-01T00:00:00.000Z' }],
          });
          const decision = decide(experiment, stored, known(userId, facts, shareBp), NOW);
          const said = explain(experiment, stored, known(userId, facts, shareBp), NOW);
          seen.set(said.decided_by, (seen.get(said.decided_by) ?? 0) + 1);
          expect(said.answer).toEqual('answer' in decision ? decision.answer : answerUnwritten(experiment, userId, decision)); // prettier-ignore
          expect(said.decided_by).toBe(RULE_OF[said.answer.reason][said.answer.assigned_at === null ? 0 : 1]);
        },
      ),
      { numRuns: 1_000 },
    );
    expect([...seen.keys()].toSorted()).toEqual(
      ['arm', 'holdout', 'layer', 'override', 'status', 'stored', 'targeting', 'traffic'].toSorted(),
    );
  });

  it('shows what is hashed, where it falls, and the ranges', () => {
    const layer = { id: 'l', key: 'pages', seed: 'layer', fromBp: 2_000, toBp: 9_000 };
    const experiment = anExperiment({
      layer,
      epochs: [{ number: 1, coverageBp: 5_000, openedAt: '2026-11-01T00:00:00.000Z' }],
    });
    const { rules } = explain(experiment, NOTHING, known('zoë', {}, 100), NOW);
    const hashOf = (name: string) => rules.find(({ rule }) => rule === name)?.hash;
    const [held, slot, share] = ['holdout', 'layer', 'seed'].map((seed) => bucketOf(seed, 'zoë'));
    expect(hashOf('holdout')).toEqual({
      algorithm: 'fnv1a', seed: 'holdout', input: 'holdoutzoë', bucket: held,
      ranges: [{ name: 'held out', from: 0, to: 100, is_inside: held < 100 }],
    });
    expect(hashOf('layer')).toEqual({
      algorithm: 'fnv1a', seed: 'layer', input: 'layerzoë', bucket: slot,
      ranges: [{ name: 'key', from: 2_000, to: 9_000, is_inside: slot >= 2_000 && slot < 9_000 }],
    });
    expect(hashOf('traffic')).toEqual({
      algorithm: 'fnv1a', seed: 'seed', input: 'seedzoë', bucket: share,
      ranges: [
        { name: 'a', from: 0, to: 2_500, is_inside: share < 2_500 },
        { name: 'b', from: 5_000, to: 7_500, is_inside: share >= 5_000 && share < 7_500 },
      ],
    });
    expect(hashOf('status')).toBeNull();
  }); // prettier-ignore

  it('gives every part of a condition its own verdict, and what is known', () => {
    const { subject, eligibility } = known('u', { country: 'DE' });
    const targeting: Targeting = {
      any: [{ all: [GERMANS, { attribute: 'age', operator: 'gte', value: 18 }] }, { not: { segment: 'home' } }, { segment: 'gone' }],
    };
    const germans = { kind: 'comparison', ...GERMANS, holds: true, is_known: true, fact: 'DE' };
    expect(verdictOf(targeting, subject, eligibility.segments)).toEqual({
      kind: 'any', holds: false, parts: [
        { kind: 'all', holds: false, parts: [
          germans,
          { kind: 'comparison', attribute: 'age', operator: 'gte', value: 18, holds: false, is_known: false },
        ] },
        { kind: 'not', holds: false, parts: [{ kind: 'segment', segment: 'home', holds: true, parts: [germans] }] },
        { kind: 'segment', segment: 'gone', holds: false, parts: [] },
      ],
    });
  }); // prettier-ignore
});

/** Without and with a stored row. */
const RULE_OF: Record<string, [string, string?]> = {
  override: ['override'],
  assigned: ['arm', 'stored'],
  not_started: ['status'],
  paused: ['status'],
  completed: ['status'],
  archived: ['status'],
  winner: ['status'],
  targeting: ['targeting'],
  holdout: ['holdout'],
  layer: ['layer'],
  not_in_traffic: ['traffic'],
};
