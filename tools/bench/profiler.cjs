// Loaded into a program by NODE_OPTIONS: profiles it from SIGUSR2 until it ends.
const fs = require('node:fs');
const { Session } = require('node:inspector');

const session = new Session();
session.connect();
session.post('Profiler.enable');
process.once('SIGUSR2', () => session.post('Profiler.start'));
process.once('exit', () => {
  session.post('Profiler.stop', (error, { profile } = {}) => {
    if (error) return;
    fs.mkdirSync(process.env.PROFILE_DIR, { recursive: true });
    fs.writeFileSync(`${process.env.PROFILE_DIR}/${process.pid}.cpuprofile`, JSON.stringify(profile));
  });
});
