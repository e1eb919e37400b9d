import { decideLinks, Link, LinkOutcome, partsOf } from './identity-links';

const link = (aliasId: string, userId: string): Link => ({ aliasId, userId });

/** "alias > user", or "alias >> user" where somebody says that both are one person. */
function parse(text: string): Link {
  const [aliasId, arrow, userId] = text.split(' ');
  return { ...link(aliasId, userId), ...(arrow === '>>' && { merge: true }) };
}

/** Of links in order. */
function outcomes(links: string[], known: string[] = []): LinkOutcome[] {
  return decideLinks(links.map(parse), known.map(parse)).map(({ outcome }) => outcome);
}

describe('links', () => {
  it.each<[string, string[], string[], LinkOutcome[]]>([
    ['are made once', ['anon > ann', 'anon > ann'], [], ['linked', 'unchanged']],
    ['are known', ['anon > ann'], ['anon > ann'], ['unchanged']],
    ['are for ever', ['anon > bob', 'anon > bob'], ['anon > ann'], ['taken', 'taken']],
    ['join several ids to one user', ['one > ann', 'two > ann'], [], ['linked', 'linked']],
    ['lead nowhere from an id to itself', ['ann > ann'], [], ['same_user']],
    ['make no cycle', ['ann > anon'], ['anon > ann'], ['same_user']],
    ['make no cycle within one call', ['anon > ann', 'ann > anon'], [], ['linked', 'same_user']],
    ['never merge a user who has aliases by the way', ['ann > bob'], ['anon > ann'], ['identified']],
    ['merge a user who has aliases when they say so', ['ann >> bob'], ['anon > ann'], ['linked']],
    ['merge whom the same call has given an alias', ['anon > ann', 'ann >> bob'], [], ['linked', 'linked']],
    [
      'merge once',
      ['ann >> bob', 'ann >> bob', 'bob >> ann'],
      ['anon > ann'],
      ['linked', 'unchanged', 'same_user'],
    ],
    [
      'take an alias along',
      ['ann >> bob', 'anon > bob', 'anon > ann', 'anon > eve'],
      ['anon > ann'],
      ['linked', 'unchanged', 'unchanged', 'taken'],
    ],
    ['take nobody’s alias away, whatever they say', ['anon >> bob'], ['anon > ann'], ['taken']],
    [
      'make no cycle of those who are merged',
      ['ann >> bob', 'bob >> anon'],
      ['anon > ann'],
      ['linked', 'same_user'],
    ],
    ['resolve the user first', ['late > anon', 'late > ann'], ['anon > ann'], ['linked', 'unchanged']],
    ['of two aliases of one user say so', ['one > two'], ['one > ann', 'two > ann'], ['unchanged']],
    ['of aliases of two users are refused', ['one > two'], ['one > ann', 'two > bob'], ['taken']],
  ])('%s', (_what, links, known, expected) => {
    expect(outcomes(links, known)).toEqual(expected);
  });

  it('say whose aliases move along', () => {
    const known = ['two > ann', 'one > ann', 'other > eve'].map(parse);
    expect(decideLinks(['ann >> bob', 'bob >> carl'].map(parse), known)).toEqual([
      { aliasId: 'ann', userId: 'bob', outcome: 'linked', followers: ['one', 'two'] },
      { aliasId: 'bob', userId: 'carl', outcome: 'linked', followers: ['ann', 'one', 'two'] },
    ]);
  });

  it('are made one after the other where the user of one is the alias of another', () => {
    const parts = partsOf(['anon > ann', 'tab > ann', 'ann >> bob', 'x > y', 'bob >> carl'].map(parse));
    expect(parts.map((part) => part.map(({ aliasId }) => aliasId))).toEqual([
      ['anon', 'tab'],
      ['ann', 'x'],
      ['bob'],
    ]);
    expect(partsOf([])).toEqual([]);
  });

  it('name the user whom the alias now belongs to', () => {
    expect(decideLinks([link('late', 'anon')], [link('anon', 'ann')])).toEqual([
      { aliasId: 'late', userId: 'ann', outcome: 'linked' },
    ]);
  });
});
