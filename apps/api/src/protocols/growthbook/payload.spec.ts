import { GrowthBook } from '@growthbook/growthbook';
import { Experiment, Flag } from '@app/model';
import { Feature, featuresOf, World } from './payload';

const NOW = '2026-11-21T12:00:00.000Z';
const experiment = (options: Partial<Experiment> = {}): Experiment =>
  ({
    id: 'x-id', key: 'x', name: 'X', status: 'running', startsAt: null, endsAt: null, winner: null, targeting: null, layer: null, holdout: true, hashAlgorithm: 'fnv1a', hashSeed: 'seed',
    variants: [{ id: 'c', key: 'control', name: 'Control', isControl: true, config: 1 }, { id: 't', key: 'treatment', name: 'Treatment', isControl: false, config: 'no number' }],
    epochs: [{ number: 1, coverageBp: 10_000, openedAt: NOW }, { number: 2, coverageBp: 3_333, openedAt: NOW }],
    arms: [{ id: 1, epoch: 1, variantId: 'c', weightBp: 5_000 }, { id: 2, epoch: 1, variantId: 't', weightBp: 5_000 }, { id: 3, epoch: 2, variantId: 't', weightBp: 9_000 }, { id: 4, epoch: 2, variantId: 'c', weightBp: 1_000 }],
    ...options,
  }) as Experiment; // prettier-ignore
const flag = (options: Partial<Flag> = {}): Flag =>
  ({
    id: 'f', key: 'f', type: 'number', state: 'enabled', variants: [{ key: 'none', name: 'None', value: 0 }], default_variant: 'none', off_variant: null,
    rules: [{ id: 'r', name: null, targeting: null, kind: 'experiment', experiment: 'x', variants: null }],
    ...options,
  }) as Flag; // prettier-ignore
const world = (options: Partial<World> = {}): World => ({
  flags: [],
  experiments: [experiment()],
  segments: new Map(),
  holdout: { shareBp: 0, seed: 'h' },
  nowUs: Date.parse(NOW) * 1000,
  ...options,
});
const featureOf = (options: Partial<World>, key: string): Feature => featuresOf(world(options)).features[key];

describe('an experiment as a feature', () => {
  it('has the ranges of its newest epoch, in the order of its variants, to the bucket', () => {
    const [rule] = featureOf({}, 'x').rules ?? [];
    expect(rule).toMatchObject({
      key: 'x', phase: '2', seed: 'seed', hashVersion: 2, hashAttribute: 'id', variations: ['control', 'treatment'],
      ranges: [[0, 0.0334], [0.1, 0.4]], meta: [{ key: 'control' }, { key: 'treatment' }],
    }); // prettier-ignore
    expect(rule).not.toHaveProperty('filters');
  });

  it('filters by the holdout and the layer, each with its own seed', () => {
    const layer = { id: 'l', key: 'l', seed: 'layer', fromBp: 2_500, toBp: 5_000 };
    const holdout = { shareBp: 100, seed: 'held' };
    const filters = (options: Partial<Experiment>) =>
      featureOf({ experiments: [experiment(options)], holdout }, 'x').rules?.[0].filters;
    const held = { attribute: 'id', seed: 'held', hashVersion: 2, ranges: [[0.01, 1]] };
    const slot = { attribute: 'id', seed: 'layer', hashVersion: 2, ranges: [[0.25, 0.5]] };
    expect(filters({ layer })).toEqual([held, slot]);
    expect(filters({ layer, holdout: false })).toEqual([slot]);
    expect(filters({ holdout: false })).toBeUndefined();
  });

  it('begins and ends at its time', () => {
    const at = (startsAt: string | null, endsAt: string | null, winner: string | null = null) =>
      featureOf({ experiments: [experiment({ status: 'draft', startsAt, endsAt, winner })] }, 'x');
    expect(at('2026-11-21T12:00:00.001Z', null)).toEqual({ defaultValue: 'control' });
    expect(at(NOW, null).rules).toHaveLength(1);
    expect(at('2026-11-01T00:00:00Z', NOW)).toEqual({ defaultValue: 'control' });
    expect(at('2026-11-01T00:00:00Z', NOW, 'treatment')).toEqual({ defaultValue: 'treatment' });
  });

  it('keeps its winner when it is archived', () => {
    const experiments = [experiment({ status: 'archived', winner: 'control' })];
    expect(featureOf({ experiments }, 'x')).toEqual({ defaultValue: 'control' });
    expect(featureOf({ experiments, flags: [flag()] }, 'f').rules).toEqual([{ id: 'r', force: 1 }]);
  });
});

describe('a flag as a feature', () => {
  it('lets those go on whose variant it has no value for', () => {
    const next = { id: 'n', name: null, targeting: null, kind: 'variant', variant: 'none' } as const;
    const whole = experiment({ epochs: [{ number: 1, coverageBp: 10_000, openedAt: NOW }] });
    const of = flag({ rules: [...flag().rules, next] });
    const feature = featureOf({ flags: [of], experiments: [whole] }, 'f');
    const values = new Set(
      Array.from({ length: 50 }, (_, i) =>
        new GrowthBook({ attributes: { id: `u${i}` }, features: { f: feature as never } }).getFeatureValue('f', null),
      ),
    ); // prettier-ignore
    expect(values).toEqual(new Set([1, 0]));
    expect(feature.rules?.[0]).toMatchObject({
      meta: [{ key: 'control' }, { key: 'treatment', passthrough: true }],
    });
  });

  it('asks for the rule and for the experiment', () => {
    const [rule] = flag().rules;
    const condition = (own: boolean, inner: boolean) => {
      const of = flag({ rules: [{ ...rule, targeting: own ? { attribute: 'a', operator: 'eq', value: 1 } : null }] });
      const x = experiment({ targeting: inner ? { attribute: 'b', operator: 'eq', value: 2 } : null });
      return featureOf({ flags: [of], experiments: [x] }, 'f').rules?.[0].condition;
    };
    const [a, b] = [{ a: { $type: 'number', $eq: 1 } }, { b: { $type: 'number', $eq: 2 } }];
    expect([condition(false, false), condition(true, false), condition(false, true), condition(true, true)]).toEqual([undefined, a, b, { $and: [a, b] }]);
  }); // prettier-ignore

  it('is nothing but its off variant, or the default of the code, when it is disabled; and absent when archived', () => {
    expect(featureOf({ flags: [flag({ state: 'disabled', off_variant: 'none' })] }, 'f')).toEqual({ defaultValue: 0 });
    expect(featureOf({ flags: [flag({ state: 'disabled' })] }, 'f')).toEqual({});
    expect(featuresOf(world({ flags: [flag({ state: 'archived' }), flag({ key: 'x', state: 'archived' })] }))).toEqual({ features: {}, left_out: [] });
  }); // prettier-ignore
});
