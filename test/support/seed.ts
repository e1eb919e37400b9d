/** What random tests start from: the same in every run, unless SEED says another. `npm run explore` tries others. */
export const seed = Number(process.env.SEED ?? 1);
if (!Number.isSafeInteger(seed)) throw new Error(`SEED=${process.env.SEED} is no integer`);
