// What a run has shown, as a short table, and whether it is good enough.

const slowest = 3_000;
/** These may have to refold the history of users, and have a minute for it (docs/operations.md). */
const refolds = /assignment|import|overrides|recompute/;
/** While the api itself is stopped or cut off nobody can answer; a second later it can. */
const recovering = 1_000;

/** `{ problems, lines }`; without problems every promise held. */
export function reportOf(seen) {
  const { lost, twice, dead, altered, wrongTotals, wrongVariants, sampler, facts, load, client, faults } =
    seen;
  const inOutage = client.slow.filter(
    ({ from }) => !seen.outage || (from >= seen.outage.from && from < seen.outage.to),
  );
  const [events, others] = [false, true].map((isOther) =>
    inOutage.filter(({ route }) => refolds.test(route) === isOther),
  );
  const late = lateAnswers(events, faults);
  const early = seen.queue === 'redis' && !seen.inbox ? acksWithoutRedis(facts.acks, seen) : [];
  const driftCells = sampler.drifts.reduce((sum, { drift }) => sum + drift, 0);
  const problems = [];
  const check = (isWrong, text, example) => {
    if (isWrong) problems.push(example === undefined ? text : `${text}: ${say(example)}`);
  };
  check(lost.length > 0, `${lost.length} acknowledged events are nowhere`, lost[0]);
  check(twice.length > 0, `${twice.length} events are stored twice`, twice[0]);
  check(dead.length > 0, `${dead.length} good events were buried`, dead[0]);
  check(altered.length > 0, `${altered.length} stored events differ from what was sent`, altered[0]);
  check(sampler.drifts.length > 0, `totals drifted in ${sampler.drifts.length} samples`, sampler.drifts[0]);
  check(wrongTotals.length > 0, `${wrongTotals.length} totals differ from the naive recount`, wrongTotals[0]);
  check(
    wrongVariants.length > 0,
    `${wrongVariants.length} assignments differ from what was answered`,
    wrongVariants[0],
  );
  check(sampler.failed > 0, `${sampler.failed} jobs ended in failed`);
  check(late.length > 0, `${late.length} requests with events took more than ${slowest} ms`, late[0]);
  check(early.length > 0, `${early.length} requests were acknowledged while Redis was away`);
  check(seen.drainMs === null, 'the queue did not drain');
  check(seen.crashes.length > 0, `${seen.crashes.length} programs ended by themselves`, seen.crashes[0]);
  check(
    facts.contradictions.length > 0,
    `${facts.contradictions.length} wrong answers`,
    facts.contradictions[0],
  );
  const broken = faults.filter(({ error }) => error);
  check(broken.length > 0, 'the harness could not do a fault', broken[0]);

  const rate = Math.round(seen.acknowledged / (load.ms / 1000));
  const rows = [
    ['faults', `${faults.length} (${tally(faults)})`],
    ['events', `${seen.acknowledged} acknowledged (${rate}/s), ${load.repeats} sent again later, ${seen.stored} stored`],
    ['requests', `${client.requests}: ${client.answered} answered, ${client.refused} of them 503 or 429, ${client.broken} without an answer`],
    ['slowest', `${worst(events, faults)} ms with events, ${worst(others, faults)} ms else (${lateAnswers(others, faults).length} above ${slowest} ms), ${seen.outage ? 'while Redis was gone' : 'while the api ran'}`],
    ['drained', seen.drainMs === null ? 'never' : `${(seen.drainMs / 1000).toFixed(1)} s after the last answer`],
    ['queue', `${sampler.most} jobs at most`],
    ['api memory', memoryOf(sampler, seen.outage)],
    ['jobs failed', sampler.failed],
    ['dead letters', dead.length],
    ['programs crashed', seen.crashes.length],
    ['naive recount', `${wrongTotals.length} differences; ${wrongVariants.length} in variants, ${altered.length} in events`],
  ]; // prettier-ignore
  const verdict = `lost ${lost.length}, counted twice ${twice.length}, drift ${driftCells} in ${sampler.samples} samples`;
  return {
    problems,
    lines: [...rows.map(([name, value]) => `  ${name.padEnd(17)} ${value}`), verdict],
    verdict,
  };
}

const say = (example) => (typeof example === 'string' ? example : JSON.stringify(example).slice(0, 2_000));

function tally(faults) {
  const counts = new Map();
  for (const { name, target } of faults) {
    const key = `${name} ${target.replace(/-\d+$/, '')}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `${count} ${key}`).join(', ');
}

const excusedBy = (faults) => {
  const own = faults.filter(({ target }) => target === 'api' || target === 'client-api');
  return ({ from, to }) => own.some((fault) => from <= fault.to + recovering && to >= fault.from);
};

function lateAnswers(slow, faults) {
  const isExcused = excusedBy(faults);
  return slow.filter((request) => request.to - request.from > slowest && !isExcused(request));
}

function worst(slow, faults) {
  const isExcused = excusedBy(faults);
  const times = slow.filter((request) => !isExcused(request)).map(({ from, to }) => to - from);
  return times.length === 0 ? 'under 1000' : Math.max(...times);
}

/** A Redis that is frozen or gone writes nothing down, so a request that began and ended meanwhile cannot be durable. */
function acksWithoutRedis(acks, { faults, outage }) {
  const silent = faults.filter(({ name, target }) => name === 'freeze' && target === 'redis');
  if (outage) silent.push(outage);
  return acks.filter(([from, to]) => silent.some((fault) => from > fault.from && to < fault.to));
}

/** Memory of the api over the run, and over the outage when there was one. */
function memoryOf({ memory }, outage) {
  const range = (looks) =>
    `${Math.min(...looks.map(({ rss }) => rss))} to ${Math.max(...looks.map(({ rss }) => rss))} MB`;
  if (memory.length === 0) return 'not seen';
  if (!outage) return range(memory);
  const during = memory.filter(({ at }) => at > outage.from && at < outage.to);
  const between = (from, to) => during.filter(({ at }) => at >= from && at < to);
  const { from, to } = outage;
  return `${range(between(from, from + 20_000))} in the first 20 s of the outage, ${range(between(to - 20_000, to))} in the last`;
}
