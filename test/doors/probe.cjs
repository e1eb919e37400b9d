// Loaded into the api under test before its own code. Tells the test over IPC how long the event loop was kept waiting and how much CPU
// was used since the last question, so that the work of the test itself is not in the figures.
const { monitorEventLoopDelay } = require('node:perf_hooks');

const RESOLUTION_MS = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
let cpu = process.cpuUsage();

process.on('message', (message) => {
  if (message?.ask !== 'load') return;
  const used = process.cpuUsage(cpu);
  // A wait that has just ended is counted when the timer of the histogram has fired once more.
  setTimeout(() => {
    const delayMs = Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
    delay.reset();
    cpu = process.cpuUsage();
    process.send({
      id: message.id,
      cpuMs: (used.user + used.system) / 1000,
      delayMs,
      rss: process.memoryUsage.rss(),
    });
  }, RESOLUTION_MS + 1);
});
// Listening must not keep the process alive, nor count as a reason to stay.
process.channel?.unref();
