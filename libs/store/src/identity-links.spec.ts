import { decideLinks, Link, LinkOutcome } from './identity-links';

const link = (aliasId: string, userId: string): Link => ({ aliasId, userId });

/** Outcomes of "alias > user", in order. */
function outcomes(links: string[], known: string[] = []): LinkOutcome[] {
  const parse = (text: string): Link => link(text.split(' > ')[0], text.split(' > ')[1]);
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
    ['never merge a user who has aliases', ['ann > bob'], ['anon > ann'], ['identified']],
    ['resolve the user first', ['late > anon', 'late > ann'], ['anon > ann'], ['linked', 'unchanged']],
    ['of two aliases of one user say so', ['one > two'], ['one > ann', 'two > ann'], ['unchanged']],
    ['of aliases of two users are refused', ['one > two'], ['one > ann', 'two > bob'], ['taken']],
  ])('%s', (_what, links, known, expected) => {
    expect(outcomes(links, known)).toEqual(expected);
  });

  it('name the user whom the alias now belongs to', () => {
    expect(decideLinks([link('late', 'anon')], [link('anon', 'ann')])).toEqual([
      { aliasId: 'late', userId: 'ann', outcome: 'linked' },
    ]);
  });
});
