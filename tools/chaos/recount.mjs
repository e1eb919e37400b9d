// What the totals must be, counted once more from raw rows by loops over plain arrays. It shares neither code nor views with the
// product: who counts and from when on is written down here again, as docs/counting.md says it.

/**
 * `people` of one experiment and `eventsOf` user -> events, times in microseconds; the experiments of a chaos run have no end.
 * Answers `<arm> <type>` -> { events, converters, cents } and arm -> users.
 */
export function recount({ id, population }, people, eventsOf) {
  const totals = new Map();
  const users = new Map();
  for (const person of people) {
    if (person.overridden || person.contaminated) continue;
    const own = eventsOf.get(person.user) ?? [];
    const anchor = population === 'exposed' ? exposedAt(id, person, own) : person.assignedAt;
    if (anchor === null) continue;
    users.set(person.arm, (users.get(person.arm) ?? 0) + 1);
    const types = new Set();
    for (const { type, at, cents, experiment } of own) {
      if (at < anchor || (experiment !== null && experiment !== id)) continue;
      const key = `${person.arm} ${type}`;
      const sum = totals.get(key) ?? { events: 0, converters: 0, cents: 0 };
      sum.events++;
      sum.cents += cents;
      if (!types.has(type)) sum.converters++;
      types.add(type);
      totals.set(key, sum);
    }
  }
  return { totals, users };
}

/** The first sign that the user met the variant: the application said so, or an exposure event that names the experiment. */
function exposedAt(id, { assignedAt, enrolledAt }, events) {
  const signs = events
    .filter(({ type, at, experiment }) => type === 'exposure' && experiment === id && at >= assignedAt)
    .map(({ at }) => at);
  if (enrolledAt !== null) signs.push(enrolledAt);
  return signs.length === 0 ? null : signs.reduce((a, b) => Math.min(a, b));
}

/** Cells in which two maps of numbers differ, `key: is, should be`. */
export function differences(stored, expected) {
  const found = [];
  for (const key of new Set([...stored.keys(), ...expected.keys()])) {
    const [is, should] = [stored.get(key), expected.get(key)].map((cell) => JSON.stringify(cell ?? null));
    if (is !== should) found.push(`${key}: ${is}, should be ${should}`);
  }
  return found;
}
