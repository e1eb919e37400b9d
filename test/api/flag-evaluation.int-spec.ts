import { DataSource } from 'typeorm';
import { Evaluation, Subject } from '@app/model';
import { FlagsService } from '../../apps/api/src/flags/flags.service';
import { startApp, TestApp } from '../support/app';
import { statementsOf } from '../support/statements';
import { anExperiment, assignmentsOf, HALVES, variantOf } from './help';

let app: TestApp;
let flags: FlagsService;
beforeAll(async () => {
  app = await startApp({ worker: false });
  flags = app.api.get(FlagsService);
});
afterAll(() => app.close());

const who = (userId: string, facts: Subject['facts'] = {}): Subject => ({ userId, facts });
const byKey = (all: readonly Evaluation[], key: string) => all.find((one) => one.key === key);
const halfOn = { kind: 'rollout', coverage_pct: 50, variants: [{ key: 'on', allocation_pct: 100 }] };
const mapped = (experiment: string) => ({
  kind: 'experiment',
  experiment,
  variants: { control: 'off', treatment: 'on' },
});

async function aFlag(key: string, options: object = {}) {
  const { status, body } = await app.call('POST', '/api/v1/flags', { key, type: 'boolean', ...options });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}

const statementsHere = (work: () => Promise<unknown>) => statementsOf(app.api.get(DataSource), work);

describe('all flags of a user', () => {
  it('are read and never written, with one statement for assignments and one for facts', async () => {
    const experiments = await Promise.all([1, 2, 3].map((n) => anExperiment(app, { key: `bulk-${n}` })));
    await aFlag('bulk-targeted', { rules: [{ ...halfOn, targeting: { attribute: 'plan', operator: 'eq', value: 'pro' } }] }); // prettier-ignore
    await aFlag('bulk-backed', { rules: [mapped('bulk-1')] });
    await flags.evaluateAll(who('before'));
    let all: Evaluation[] = [];
    const statements = await statementsHere(async () => (all = await flags.evaluateAll(who('bulk'))));
    expect(statements).toHaveLength(2);
    expect(statements.filter((text) => /\b(insert|update|delete)\b/i.test(text))).toEqual([]);
    for (const { id } of experiments) expect(await assignmentsOf(app, id)).toBe(0);
    const keys = all.map(({ key }) => key);
    expect(keys).toEqual([...keys].sort());
    expect(keys).toEqual(
      expect.arrayContaining(['bulk-1', 'bulk-2', 'bulk-3', 'bulk-backed', 'bulk-targeted']),
    );
    expect(byKey(all, 'bulk-backed')).toMatchObject({ experiment: { key: 'bulk-1' }, reason: 'SPLIT' });
  });

  it('say the same as each of them alone, which writes the assignment down when told to', async () => {
    await app.call('POST', '/api/v1/segments', { key: 'pros', name: 'Pros', targeting: { attribute: 'plan', operator: 'eq', value: 'pro' } }); // prettier-ignore
    const targeted = await anExperiment(app, { key: 'same-targeted', targeting: { segment: 'pros' } });
    const small = await anExperiment(app, { key: 'same-small', coverage_pct: 40 });
    await aFlag('same-flag', {
      rules: [mapped('same-small'), { ...halfOn, targeting: { segment: 'pros' } }],
    });
    const keys = ['same-flag', 'same-small', 'same-targeted'];
    const seen = new Set<string>();
    for (let n = 0; n < 60; n++) {
      const user = who(`same-${n}`, n % 2 === 0 ? { plan: 'pro' } : {});
      const before = await flags.evaluateAll(user, keys);
      const alone = await Promise.all(keys.map((key) => flags.evaluate(key, user)));
      expect(alone).toEqual(before);
      const recorded = await Promise.all(keys.map((key) => flags.evaluate(key, user, { record: true })));
      expect(recorded).toEqual(before);
      expect(await flags.evaluateAll(user, keys)).toEqual(before);
      for (const { key, variant, reason, metadata } of before)
        seen.add(`${key} ${variant} ${reason} ${metadata.experimentReason}`);
    }
    expect(seen.size).toBeGreaterThanOrEqual(8);
    const shown = (user: number) => flags.evaluate('same-small', who(`same-${user}`));
    expect((await shown(1)).variant).toBe(await variantOf(app, small.id, 'same-1'));
    expect(await assignmentsOf(app, targeted.id)).toBe(30);
  });

  it('are those that are not archived; a flag stands before the experiment of its key', async () => {
    await aFlag('shadowed', { type: 'number', value: 7 });
    const experiment = await anExperiment(app, { key: 'shadowed' });
    const draft = await anExperiment(app, { key: 'draft', status: 'draft' });
    await anExperiment(app, { key: 'over' });
    for (const step of ['complete', 'archive']) await app.call('POST', `/api/v1/experiments/over/${step}`);
    await aFlag('put-away', { state: 'archived', off_variant: 'on' });
    const all = await flags.evaluateAll(who('u'));
    expect(byKey(all, 'shadowed')).toMatchObject({ value: 7, reason: 'STATIC' });
    expect(byKey(all, 'draft')).toMatchObject({ value: 'control', variant: null, reason: 'DISABLED' });
    expect(byKey(all, 'put-away')).toBeUndefined();
    expect(await flags.evaluate('put-away', who('u'))).toMatchObject({ value: true, reason: 'DISABLED' });
    expect(await flags.evaluate('over', who('u'))).toMatchObject({ reason: 'DISABLED', metadata: { experimentReason: 'archived' } }); // prettier-ignore
    expect(byKey(all, 'over')).toEqual(await flags.evaluate('over', who('u')));
    for (const key of ['nothing', experiment.id, draft.id])
      await expect(flags.evaluate(key, who('u'))).rejects.toMatchObject({ code: 'not_found' });
    expect(await flags.evaluateAll(who('u'), ['nothing', 'shadowed'])).toHaveLength(1);
  });
});

describe('an experiment that is over', () => {
  it('gives everybody what they had, and its winner to the others, archived or not', async () => {
    await anExperiment(app, { key: 'shipped' });
    await aFlag('over-shipped', { rules: [mapped('shipped')] });
    const keys = ['over-shipped', 'shipped'];
    const users: string[] = [];
    for (const wanted of ['control', 'treatment'])
      for (let n = 0; users.length < (wanted === 'control' ? 1 : 2); n++) {
        const one = await flags.evaluate('shipped', who(`shipped-${n}`));
        if (one.variant === wanted) users.push(`shipped-${n}`);
      }
    for (const user of users) await flags.evaluate('over-shipped', who(user), { record: true });
    const ask = () => Promise.all([...users, 'newcomer'].map((user) => flags.evaluateAll(who(user), keys)));
    for (const step of ['complete', 'archive']) {
      const body = step === 'complete' ? { winner: 'treatment' } : undefined;
      expect((await app.call('POST', `/api/v1/experiments/shipped/${step}`, body)).status).toBe(200);
      const all = await ask();
      const shown = all.map((both) => both.map(({ value, reason }) => `${value} ${reason}`));
      expect(shown).toEqual([
        ['false SPLIT', 'control SPLIT'],
        ['true SPLIT', 'treatment SPLIT'],
        ['true STATIC', 'treatment STATIC'],
      ]);
      for (const [n, user] of [...users, 'newcomer'].entries())
        expect(await Promise.all(keys.map((key) => flags.evaluate(key, who(user))))).toEqual(all[n]);
    }
  });
});

describe('a flag over an experiment', () => {
  it('gives those who have a variant theirs, and all others what comes next', async () => {
    const experiment = await anExperiment(app, { key: 'paused-later' });
    await aFlag('over-experiment', { rules: [mapped('paused-later'), { kind: 'variant', variant: 'on' }] });
    const first = await flags.evaluate('over-experiment', who('early'), { record: true });
    const variant = await variantOf(app, experiment.id, 'early');
    expect(first).toMatchObject({ variant: variant === 'treatment' ? 'on' : 'off', experiment: { variant } });
    await app.call('POST', `/api/v1/experiments/${experiment.id}/pause`);
    expect(await flags.evaluate('over-experiment', who('early'))).toMatchObject({ variant: first.variant, reason: 'SPLIT' }); // prettier-ignore
    expect(await flags.evaluate('over-experiment', who('late'), { record: true })).toMatchObject({ variant: 'on', reason: 'STATIC', experiment: null }); // prettier-ignore
    expect(await assignmentsOf(app, experiment.id)).toBe(1);
  });

  it('asks it only for whom an earlier rule has nothing', async () => {
    const { id } = await anExperiment(app, { key: 'not-asked' });
    const staff = {
      kind: 'variant',
      variant: 'on',
      targeting: { attribute: 'staff', operator: 'eq', value: true },
    };
    await aFlag('staff-first', { rules: [staff, mapped('not-asked')] });
    await flags.evaluate('staff-first', who('boss', { staff: true }), { record: true });
    expect(await assignmentsOf(app, id)).toBe(0);
    await flags.evaluate('staff-first', who('boss'), { record: true });
    expect(await assignmentsOf(app, id)).toBe(1);
  });

  it('marks the exposure when told to, and keeps attributes that are given for that', async () => {
    await anExperiment(app, { key: 'exposing', analysis_population: 'exposed' });
    await flags.evaluate('exposing', who('u', { secret: 'x' }), { record: true, enroll: true, attributes: { country: 'DE' } }); // prettier-ignore
    const { body } = await app.call('GET', '/api/v1/experiments/exposing/assignment/u');
    expect(body).toMatchObject({ exposed_at: expect.any(String), attributes: { country: 'DE' } });
  });

  it('follows an allocation that was turned around, for new users only', async () => {
    const [control, treatment] = HALVES;
    const all = (winner: string) => [control, treatment].map((one) => ({ ...one, allocation_pct: one.key === winner ? 100 : 0 })); // prettier-ignore
    await anExperiment(app, { key: 'turned', variants: all('control') });
    await aFlag('turned-flag', { rules: [mapped('turned')] });
    const old = await flags.evaluate('turned-flag', who('old'), { record: true });
    await app.call('POST', '/api/v1/experiments/turned/epochs', {
      coverage_pct: 100,
      variants: all('treatment'),
    });
    const now = await flags.evaluate('turned-flag', who('new'), { record: true });
    expect([old.variant, (await flags.evaluate('turned-flag', who('old'))).variant, now.variant]).toEqual(['off', 'off', 'on']); // prettier-ignore
  });

  it('answers with a winner that is declared after the end', async () => {
    await anExperiment(app, { key: 'won-later' });
    const complete = (body: object) => app.call('POST', '/api/v1/experiments/won-later/complete', body);
    const variant = async () => (await flags.evaluate('won-later', who('late'))).variant;
    await complete({});
    expect(await variant()).not.toBe('treatment');
    expect((await complete({ winner: 'treatment' })).status).toBe(200);
    expect(await variant()).toBe('treatment');
  });
});

describe('what is known of a user', () => {
  it('is what is stored, and before that what the request says', async () => {
    const targeting = { attribute: 'plan', operator: 'eq', value: 'pro' };
    await aFlag('for-pros', { rules: [{ kind: 'variant', variant: 'on', targeting }] });
    const { status } = await app.call('PUT', '/api/v1/users/pro-1', { attributes: { plan: 'pro' } });
    expect(status).toBeLessThan(300);
    const value = async (subject: Subject) => {
      const [alone, all] = await Promise.all([
        flags.evaluate('for-pros', subject),
        flags.evaluateAll(subject, ['for-pros']),
      ]);
      expect(all).toEqual([alone]);
      return alone.value;
    };
    expect(await value(who('pro-1'))).toBe(true);
    expect(await value(who('pro-1', { plan: 'free' }))).toBe(false);
    expect(await value(who('nobody'))).toBe(false);
    expect(await value(who('nobody', { plan: 'pro' }))).toBe(true);
  });

  it('is known by every id of the person, and so is the share of a rollout', async () => {
    await aFlag('for-a-person', { rules: [halfOn] });
    const keys = ['for-a-person', 'for-pros'];
    for (let n = 0; n < 12; n++) {
      const person = `person-${n}`;
      await app.call('PUT', `/api/v1/users/${person}`, { attributes: { plan: 'pro' } });
      const { status } = await app.call('POST', `/api/v1/users/${person}/aliases`, { alias: `visitor-${n}` });
      expect(status).toBe(200);
      const known = await flags.evaluateAll(who(person), keys);
      expect(await flags.evaluateAll(who(`visitor-${n}`), keys)).toEqual(known);
      expect(await flags.evaluate('for-a-person', who(`visitor-${n}`))).toEqual(known[0]);
      expect(known[1].value).toBe(true);
    }
  });

  it('is not read where nothing asks for it', async () => {
    await aFlag('plain', { rules: [halfOn] });
    await flags.evaluate('plain', who('x'));
    const statements = await statementsHere(() => flags.evaluate('plain', who('y')));
    expect(statements.filter((text) => !text.includes('FROM identities'))).toEqual([]);
    const known = await statementsHere(() => flags.evaluate('for-pros', who('y')));
    expect(known.filter((text) => /\busers\b/.test(text))).toHaveLength(1);
  });

  it('meets segments as they are now', async () => {
    const call = (method: string, path: string, targeting: object) => app.call(method, `/api/v1/segments${path}`, { ...(method === 'POST' && { key: 'moving', name: 'Moving' }), targeting }); // prettier-ignore
    await call('POST', '', { attribute: 'a', operator: 'eq', value: 1 });
    await aFlag('for-moving', {
      rules: [{ kind: 'variant', variant: 'on', targeting: { segment: 'moving' } }],
    });
    expect((await flags.evaluate('for-moving', who('u', { a: 1 }))).value).toBe(true);
    const { status } = await call('PATCH', '/moving', { attribute: 'a', operator: 'eq', value: 2 });
    expect(status).toBe(200);
    expect((await flags.evaluate('for-moving', who('u', { a: 1 }))).value).toBe(false);
  });
});
