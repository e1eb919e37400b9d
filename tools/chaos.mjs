// npm run chaos -- --seconds 60 --seed 1 --queue redis: the product as processes, under load, with everything going wrong around
// it. Ends with 1 when an acknowledged event was lost or counted twice, or any other promise of docs/guarantees.md was broken.
//   --inbox                              the api keeps events in PostgreSQL while the queue is away
//   --control ledger-off                 takes a safeguard out, this one or another of tools/chaos/controls.mjs; the run must fail
//   --controls                           runs all of them, and succeeds when all failed
//   --backlog 200000                     so many events while no worker runs, then all workers
//   --outage 120                         Redis is gone for so many seconds, and 100 clients go on
import './lib/node-version.mjs';
import { parseArgs } from 'node:util';
import fs from 'node:fs';
import path from 'node:path';
import { ensureReady } from './lib/install.mjs';
import { watchForStop } from './lib/interrupt.mjs';
import { Problem, projectDir, run } from './lib/say.mjs';
import { temporaryFolder } from './lib/temporary.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    queue: { type: 'string', default: 'redis' },
    control: { type: 'string' },
    controls: { type: 'boolean', default: false },
    inbox: { type: 'boolean', default: false },
    backlog: { type: 'string' },
    outage: { type: 'string' },
  },
});

await run(async () => {
  await ensureReady();
  const { controls } = await import('./chaos/controls.mjs'); // needs what has just been installed
  const options = checked(values, controls);
  const signal = watchForStop(() => process.exit(130)); // what is running then ends by itself
  if (!values.controls) return (await oneRun({ ...options, signal })).problems.length === 0 ? 0 : 1;
  let caught = 0;
  for (const [control, { isCaught }] of Object.entries(controls)) {
    const { seen } = await oneRun({ ...options, control, signal });
    const wasCaught = isCaught(seen);
    console.log(wasCaught ? `caught: ${control}` : `NOT CAUGHT: ${control}`);
    caught += wasCaught ? 1 : 0;
  }
  return caught === Object.keys(controls).length ? 0 : 1;
});

async function oneRun(options) {
  const [{ chaosRun }, { reportOf }] = await Promise.all([
    import('./chaos/run.mjs'),
    import('./chaos/report.mjs'),
  ]);
  const folder = temporaryFolder('chaos');
  let keep = true;
  try {
    const seen = await chaosRun({ ...options, dir: folder.dir });
    const { problems, lines } = reportOf(seen);
    console.log(lines.join('\n'));
    for (const problem of problems) console.log(`WRONG: ${problem}`);
    keep = problems.length > 0 && options.control === undefined;
    if (keep) {
      const { faults, outage, client, sampler, ...rest } = seen;
      const story = {
        faults,
        outage,
        slow: client.slow,
        drifts: sampler.drifts,
        crashes: rest.crashes,
        problems,
      };
      fs.writeFileSync(path.join(folder.dir, 'story.json'), JSON.stringify(story, null, 1));
    }
    return { seen, problems };
  } finally {
    if (keep) keepLogs(folder.dir, options);
    folder.remove();
  }
}

/** The way to a defect: logs, faults and acknowledged ids, without the data. */
function keepLogs(dir, { seed, queue }) {
  const kept = path.join(projectDir, '.assay', 'chaos', `${queue}-${seed}-${Date.now()}`);
  fs.mkdirSync(kept, { recursive: true });
  for (const name of fs.readdirSync(dir).filter((file) => /\.(log|json|txt)$/.test(file)))
    fs.copyFileSync(path.join(dir, name), path.join(kept, name));
  console.log(`logs and faults are kept in ${kept}`);
}

function checked({ seconds, seed, queue, control, inbox, backlog, outage }, controls) {
  const whole = (name, text) => {
    if (!/^\d{1,9}$/.test(text)) throw new Problem(`--${name} must be a whole number.`);
    return Number(text);
  };
  if (!['redis', 'postgres'].includes(queue)) throw new Problem('--queue must be redis or postgres.');
  if (control !== undefined && !(control in controls))
    throw new Problem(`--control must be one of ${Object.keys(controls).join(', ')}.`);
  if (outage !== undefined && queue !== 'redis') throw new Problem('--outage is about Redis.');
  const common = { seed: whole('seed', seed), queue, control, inbox };
  if (backlog !== undefined) return { ...common, script: 'backlog', events: whole('backlog', backlog) };
  if (outage !== undefined) return { ...common, script: 'outage', seconds: whole('outage', outage) };
  return { ...common, script: 'chaos', seconds: whole('seconds', seconds) };
}
