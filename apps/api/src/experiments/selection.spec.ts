import { checkChoices, Choices, keysOf, select, Selection } from './selection';

const NOTHING: Selection = { metrics: [], primaryMetric: null };
const DECLARED = new Map([['revenue', 'm-1']]);
const first = (choices: Choices): Selection => select(choices, NOTHING, DECLARED, 'T1');
const roles = ({ metrics }: Selection): string[] => metrics.map(({ key, role }) => `${key} ${role}`);

describe('selecting metrics', () => {
  it('resolves a key to the declared metric, else to the event type', () => {
    expect(
      first({ metrics: ['revenue', { key: 'errors', role: 'guardrail', direction: 'decrease' }] }),
    ).toEqual({
      primaryMetric: null,
      metrics: [
        { key: 'revenue', metric_id: 'm-1', role: 'goal', direction: null, selected_at: 'T1' },
        { key: 'errors', metric_id: null, role: 'guardrail', direction: 'decrease', selected_at: 'T1' },
      ],
    });
  });

  it.each<[string, Choices, string[]]>([
    ['the shorthand alone', { primary_metric: 'buy' }, ['buy primary']],
    ['the shorthand beside others', { primary_metric: 'buy', metrics: ['a', 'b'] }, ['buy primary', 'a goal', 'b goal']],
    ['the shorthand for one of them', { primary_metric: 'b', metrics: ['a', 'b'] }, ['b primary', 'a goal']],
    ['the role', { metrics: ['a', { key: 'b', role: 'primary' }] }, ['b primary', 'a goal']],
    ['both, agreeing', { primary_metric: 'b', metrics: [{ key: 'b', role: 'primary' }] }, ['b primary']],
  ])('puts the primary metric first: %s', (_, choices, expected) => {
    expect(checkChoices(choices)).toEqual([]);
    expect(roles(first(choices))).toEqual(expected);
    expect(first(choices).primaryMetric).toBe(expected[0].split(' ')[0]);
  }); // prettier-ignore

  it.each<[string, Choices, string, string]>([
    ['a key twice', { metrics: ['a', { key: 'a', role: 'goal' }] }, '/metrics/1', 'duplicate'],
    ['two primaries', { metrics: [{ key: 'a', role: 'primary' }, { key: 'b', role: 'primary' }] }, '/metrics/1/role', 'several_primaries'],
    ['another primary', { primary_metric: 'a', metrics: [{ key: 'b', role: 'primary' }] }, '/primary_metric', 'contradiction'],
    ['another role', { primary_metric: 'a', metrics: [{ key: 'a', role: 'guardrail' }] }, '/primary_metric', 'contradiction'],
    ['none and one', { primary_metric: null, metrics: [{ key: 'a', role: 'primary' }] }, '/primary_metric', 'contradiction'],
  ])('refuses %s', (_, choices, pointer, code) => {
    expect(checkChoices(choices)).toEqual([{ pointer, code, message: expect.any(String) }]);
  }); // prettier-ignore

  const before = first({ primary_metric: 'buy', metrics: ['revenue', { key: 'errors', role: 'guardrail' }] });
  it.each<[string, Choices, string[], string | null]>([
    ['nothing', {}, ['buy primary', 'revenue goal', 'errors guardrail'], 'buy'],
    ['another primary', { primary_metric: 'revenue' }, ['revenue primary', 'buy goal', 'errors guardrail'], 'revenue'],
    ['no primary', { primary_metric: null }, ['buy goal', 'revenue goal', 'errors guardrail'], null],
    ['other metrics, and keeps the primary', { metrics: ['visits'] }, ['buy primary', 'visits goal'], 'buy'],
    ['the list with its primary', { metrics: ['errors', 'buy'] }, ['buy primary', 'errors goal'], 'buy'],
    ['the primary by role', { metrics: ['buy', { key: 'x', role: 'primary' }] }, ['x primary', 'buy goal'], 'x'],
    ['everything', { metrics: [], primary_metric: null }, [], null],
  ])('changes %s', (_, choices, expected, primary) => {
    const after = select(choices, before, DECLARED, 'T2');
    expect(roles(after)).toEqual(expected);
    expect(after.primaryMetric).toBe(primary);
  }); // prettier-ignore

  it('keeps what a key meant and since when', () => {
    const after = select({ metrics: ['buy', 'revenue', 'new'] }, before, new Map([['buy', 'm-2'], ['revenue', 'm-3']]), 'T2'); // prettier-ignore
    expect(after.metrics.map(({ key, metric_id, selected_at }) => [key, metric_id, selected_at])).toEqual([
      ['buy', null, 'T1'],
      ['revenue', 'm-1', 'T1'],
      ['new', null, 'T2'],
    ]);
  });

  it('asks about every key once', () => {
    expect(keysOf({ primary_metric: 'a', metrics: ['a', { key: 'b' }] })).toEqual(['a', 'b']);
  });
});
