import type { Facts, Subject } from '@app/model';
import type { TestApp } from '../support/app';
import { Random } from '../support/random';
import { anExperiment } from '../api/help';

// Something of everything that decides what a user gets.

const IN_GERMANY = { attribute: 'country', operator: 'eq', value: 'DE' };
const ADULTS = { all: [{ attribute: 'age', operator: 'gte', value: 18 }, { not: { attribute: 'age', operator: 'gt', value: 65 } }] }; // prettier-ignore
const VARIANTS = (...shares: number[]) =>
  shares.map((allocation_pct, index) => ({ key: ['control', 'second', 'third'][index], allocation_pct }));

async function make(app: TestApp, path: string, body?: object): Promise<void> {
  const answer = await app.call(path === 'holdout' ? 'PUT' : 'POST', `/api/v1/${path}`, body);
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
}

/** Flags, experiments, segments, a layer and a holdout. */
export async function aWorld(app: TestApp): Promise<void> {
  await make(app, 'holdout', { share_pct: 7.5 });
  await make(app, 'layers', { key: 'checkout' });
  await make(app, 'segments', {
    key: 'customers',
    targeting: { any: [{ attribute: 'plan', operator: 'in', value: ['pro', 'team'] }, { attribute: 'seats', operator: 'not_in', value: [0, 1] }] }, // prettier-ignore
  });
  await anExperiment(app, { key: 'thirds', variants: VARIANTS(33.33, 33.33, 33.34), holdout: false });
  await anExperiment(app, { key: 'partial', variants: VARIANTS(10, 20, 70), coverage_pct: 37.5 });
  await anExperiment(app, { key: 'left-half', layer: { key: 'checkout', from_pct: 0, to_pct: 50 }, targeting: IN_GERMANY });
  await anExperiment(app, { key: 'right-half', layer: { key: 'checkout', from_pct: 50, to_pct: 100 } });
  await anExperiment(app, {
    key: 'targeted',
    targeting: { all: [{ segment: 'customers' }, ADULTS, { attribute: 'app', operator: 'version_gte', value: '2.10' }] },
    variants: [
      { key: 'control', allocation_pct: 50, config: { color: 'grey', size: 1 } },
      { key: 'treatment', allocation_pct: 50, config: { color: 'green', size: 2 } },
    ],
  });
  await anExperiment(app, {
    key: 'newcomers',
    targeting: { any: [{ attribute: 'since', operator: 'after', value: '2026-06-01T00:00:00+02:00' }, { not: { attribute: 'since', operator: 'exists' } }] },
  });
  await anExperiment(app, { key: 'names', targeting: { any: [{ attribute: 'user_id', operator: 'contains', value: '日' }, { attribute: 'email', operator: 'ends_with', value: '@example.org' }] } });
  await anExperiment(app, { key: 'draft', status: 'draft' });
  const paused = await anExperiment(app, { key: 'paused' });
  await make(app, `experiments/${paused.id}/pause`);
  const won = await anExperiment(app, { key: 'won' });
  await make(app, `experiments/${won.id}/complete`, { winner: 'treatment' });
  const lost = await anExperiment(app, { key: 'lost' });
  await make(app, `experiments/${lost.id}/complete`);
  const old = await anExperiment(app, { key: 'old' });
  for (const step of ['complete', 'archive']) await make(app, `experiments/${old.id}/${step}`);
  const shipped = await anExperiment(app, { key: 'shipped' });
  await make(app, `experiments/${shipped.id}/complete`, { winner: 'treatment' });
  await make(app, `experiments/${shipped.id}/archive`);
  await makeFlags(app);
} // prettier-ignore

async function makeFlags(app: TestApp): Promise<void> {
  await make(app, 'flags', {
    key: 'new-search', type: 'boolean',
    rules: [
      { kind: 'variant', targeting: { attribute: 'email', operator: 'ends_with', value: '@example.org' }, variant: 'on' },
      { kind: 'variant', targeting: { attribute: 'beta', operator: 'eq', value: false }, variant: 'off' },
      { kind: 'rollout', coverage_pct: 12.34, variants: [{ key: 'on', allocation_pct: 100 }] },
      { kind: 'rollout', targeting: { segment: 'customers' }, coverage_pct: 50, variants: [{ key: 'on', allocation_pct: 66.67 }, { key: 'off', allocation_pct: 33.33 }] },
    ],
  });
  await make(app, 'flags', {
    key: 'greeting', type: 'string', variants: [{ key: 'plain', value: 'Hello' }, { key: 'warm', value: 'Good to see you' }], off_variant: 'plain',
    rules: [
      { kind: 'experiment', targeting: ADULTS, experiment: 'partial', variants: { control: 'plain', second: 'warm' } },
      { kind: 'experiment', experiment: 'paused' },
      { kind: 'experiment', targeting: IN_GERMANY, experiment: 'won', variants: { treatment: 'warm' } },
      { kind: 'experiment', experiment: 'old' },
    ],
  });
  await make(app, 'flags', {
    key: 'page-size', type: 'number', variants: [{ key: 'control', value: 20 }, { key: 'third', value: 50 }, { key: 'rest', value: 0 }], default_variant: 'control',
    rules: [
      { kind: 'experiment', targeting: IN_GERMANY, experiment: 'thirds', variants: { second: 'rest' } },
      { kind: 'rollout', coverage_pct: 50, variants: [{ key: 'rest', allocation_pct: 100 }] },
    ],
  });
  await make(app, 'flags', { key: 'sent-out', type: 'boolean', rules: [{ kind: 'experiment', experiment: 'shipped', variants: { control: 'off', treatment: 'on' } }] });
  await make(app, 'flags', { key: 'theme', type: 'json', variants: [{ key: 'dark', value: { ink: '#fff' } }, { key: 'light', value: [] }], rules: [{ kind: 'variant', variant: 'light' }] });
  for (const [key, off_variant] of [['hidden', null], ['shut', 'off']])
    await make(app, 'flags', { key, type: 'boolean', state: 'disabled', off_variant });
  await make(app, 'flags', { key: 'gone', type: 'boolean', state: 'archived' });
} // prettier-ignore

const LETTERS = ['日本', 'ü', '🏴‍☠️', '👩‍👩‍👧', 'é', 'e\u0301', 'Ж', '\u{1F600}', '名前', 'ß', 'ﷺ', '한'];

/** Users of whom this and that is known; every second id is not ASCII. */
export function people(count: number, seed: number): Subject[] {
  const random = new Random(seed);
  const one = <T>(items: readonly T[]): T => random.pick(items);
  return Array.from({ length: count }, (_, index) => {
    const userId = index % 2 === 0 ? `user-${index}` : `${one(LETTERS)}${index}${one(LETTERS)}`;
    const known: [string, () => Facts[string]][] = [
      ['country', () => one(['DE', 'FR', 'de', 'DE '])],
      ['plan', () => one(['pro', 'team', 'free', ''])],
      ['seats', () => one<string | number>([0, 1, 5, '5'])],
      ['age', () => random.below(90)],
      ['app', () => one(['2.9.9', '2.10', '2.10.0-rc.1', 'v2.11.3', '3', '10.0', 'latest'])],
      ['since', () => `2026-0${1 + random.below(9)}-15T08:00:00${one(['Z', '.000Z', '.123456Z'])}`],
      ['email', () => `${one(LETTERS)}@example.${one(['org', 'com'])}`],
      ['beta', () => random.next() < 0.5],
    ]; // prettier-ignore
    const facts = known.filter(() => random.next() < 0.7).map(([name, value]) => [name, value()]);
    return { userId, facts: Object.fromEntries(facts) as Facts };
  });
}
