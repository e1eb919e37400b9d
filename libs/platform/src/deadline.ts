export class DeadlineExceeded extends Error {}

/** The result of `work`, or DeadlineExceeded when it takes longer. The work itself is not stopped by it. */
export function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  // One promise and not a race of two: every event and every batch waits here.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DeadlineExceeded(`no answer within ${ms} ms`)), ms);
    work.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
