// CPU time of processes from /proc, in seconds. Steadier than anything per second on a machine with other work.
import fs from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Of one process without its children. */
export function cpuOf(pid) {
  return fieldsOf(pid).own;
}

/** Of a process and all it has started, also those that are gone: PostgreSQL and its backends. */
export function cpuOfTree(pid) {
  const { own, reaped } = fieldsOf(pid);
  const children = fs
    .readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  return own + reaped + children.reduce((sum, child) => sum + safely(() => cpuOf(child)), 0);
}

function fieldsOf(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const seconds = (ticks) => ticks / TICKS_PER_SECOND;
  return { own: seconds(fields[11] + fields[12]), reaped: seconds(fields[13] + fields[14]) };
}

/** A backend may end between the list and the look; its time is then its parent's. */
function safely(read) {
  try {
    return read();
  } catch {
    return 0;
  }
}

/** What each process spent while `work` ran: `{ result, spent: { name: seconds } }`. */
export async function spending(processes, work) {
  const look = () => Object.fromEntries(Object.entries(processes).map(([name, read]) => [name, read()]));
  const before = look();
  const result = await work();
  const after = look();
  return {
    result,
    spent: Object.fromEntries(Object.keys(before).map((name) => [name, after[name] - before[name]])),
  };
}
