// Loaded into the api under test before its own code. Tells the test over IPC how long the event loop was kept waiting and how much CPU
// was used since the last question, so that the work of the test itself is not in the figures.
// By hand: monitorEventLoopDelay() leaves out what begins within one interval after its reset(), which is just when a request comes.

const INTERVAL_MS = 5;
let worstMs = 0;
let seenAt = performance.now();
let cpu = process.cpuUsage();

setInterval(() => {
  const now = performance.now();
  worstMs = Math.max(worstMs, now - seenAt - INTERVAL_MS);
  seenAt = now;
}, INTERVAL_MS).unref();

process.on('message', (message) => {
  if (message?.ask !== 'load') return;
  const used = process.cpuUsage(cpu);
  // A wait that has just ended is seen when the interval is over once more.
  setTimeout(() => {
    const delayMs = worstMs;
    worstMs = 0;
    cpu = process.cpuUsage();
    process.send({
      id: message.id,
      cpuMs: (used.user + used.system) / 1000,
      delayMs,
      rss: process.memoryUsage.rss(),
    });
  }, INTERVAL_MS + 1);
});
// Listening must not keep the process alive, nor count as a reason to stay.
process.channel?.unref();
