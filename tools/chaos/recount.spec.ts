interface Event {
  type: string;
  at: number;
  cents: number;
  experiment: string | null;
}
interface Person {
  user: string;
  arm: number;
  assignedAt: number;
  enrolledAt: number | null;
  overridden: boolean;
  contaminated: boolean;
}
type Cells = Map<unknown, unknown>;
const { recount, differences } = jest.requireActual<{
  recount: (
    experiment: { id: string; population: string },
    people: Person[],
    eventsOf: Map<string, Event[]>,
  ) => { totals: Cells; users: Cells };
  differences: (stored: Cells, expected: Cells) => string[];
}>('./recount.mjs');

const person = (user: string, more: Partial<Person> = {}): Person => ({
  user, arm: 1, assignedAt: 100, enrolledAt: null, overridden: false, contaminated: false, ...more,
}); // prettier-ignore
const event = (at: number, more: Partial<Event> = {}): Event => ({
  type: 'buy', at, cents: 5, experiment: null, ...more,
}); // prettier-ignore

describe('the naive recount', () => {
  it('counts from the anchor on, once per converter, and what names no other experiment', () => {
    const events = [
      event(99),
      event(100),
      event(101),
      event(102, { experiment: 'y' }),
      event(103, { experiment: 'x' }),
    ];
    const { totals, users } = recount(
      { id: 'x', population: 'assigned' },
      [person('u'), person('idle'), person('qa', { overridden: true }), person('both', { contaminated: true })],
      new Map([['u', events], ['qa', events], ['both', events]]),
    ); // prettier-ignore
    expect([...totals]).toEqual([['1 buy', { events: 3, converters: 1, cents: 15 }]]);
    expect([...users]).toEqual([[1, 2]]);
  });

  it('begins at the first sign of an exposure that is not before the assignment', () => {
    const exposure = (at: number, experiment: string) =>
      event(at, { type: 'exposure', experiment, cents: 0 });
    const events = [exposure(99, 'x'), exposure(120, 'y'), exposure(150, 'x'), event(149), event(150)];
    const count = (people: Person[]) =>
      recount({ id: 'x', population: 'exposed' }, people, new Map([['u', events]])).totals;
    expect(count([person('u')]).get('1 buy')).toEqual({ events: 1, converters: 1, cents: 5 });
    expect(count([person('u', { enrolledAt: 149 })]).get('1 buy')).toMatchObject({ events: 2 });
    expect([...count([person('never')])]).toEqual([]);
  });

  it('names every cell that differs, also when one side lacks it', () => {
    expect(differences(new Map([['a', 1], ['b', 2]]), new Map([['b', 3], ['c', 4]]))).toEqual([
      'a: 1, should be null',
      'b: 2, should be 3',
      'c: null, should be 4',
    ]); // prettier-ignore
    expect(differences(new Map([['a', 1]]), new Map([['a', 1]]))).toEqual([]);
  });
});
