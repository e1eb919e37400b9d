import { setTimeout } from 'node:timers/promises';

/** Waits for a state, never for a time: asks again until the answer is not null, and fails with what was waited for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | false>,
  deadlineMs = 30_000,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms in vain: ${what}`);
    await setTimeout(25);
  }
}

/**
 * Asks until something has come about. @returns when the last one asked for whom it had not: whoever is slow to ask, or to hear the
 * answer, on a machine that is busy, says nothing about when it came
 */
export async function lastBefore(ask: () => Promise<boolean>): Promise<number> {
  let last = -Infinity;
  await until('a change', async () => {
    const asked = Date.now();
    if (await ask()) return true;
    last = asked;
    return false;
  });
  return last;
}
