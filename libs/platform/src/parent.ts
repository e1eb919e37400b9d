/**
 * Leaves when the process that started us is gone. A supervisor that dies by kill -9 cannot stop its children, but its IPC
 * channel closes; without this an orphan would keep the port.
 */
export function exitWithParent(): void {
  if (process.channel === undefined) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
