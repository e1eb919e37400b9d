import { invalid, toBasisPoints, WHOLE_BP } from '@app/model';
import { PlanRequest } from './baseline';
import { Figures } from './experiment-figures';
import { ArmUsers, PlannedArm } from './plan';
import { InputsAnswer } from './planning.schema';

// Pure: which arms there are, how users are split among them, and how many there are. Control is always the first.

export interface Split {
  arms: PlannedArm[];
  source: InputsAnswer['allocation_source'];
}

/** @throws AssayError invalid_request */
export function splitOf(request: PlanRequest, figures: Figures | null): Split {
  const { allocation_pct: pct, allocation_ratio: ratio, treatments } = request;
  if (pct !== undefined && ratio !== undefined) {
    throw invalid('/allocation_ratio', 'contradiction', 'Give allocation_pct or allocation_ratio, not both.');
  }
  if (pct !== undefined) return { arms: nameArms(checkedPct(pct, treatments), figures), source: 'request' };
  if (ratio !== undefined) {
    const count = treatments ?? (figures === null ? 1 : ownArms(figures).length - 1);
    return { arms: nameArms([1, ...Array<number>(count).fill(ratio)], figures), source: 'request' };
  }
  if (figures !== null) {
    const arms = ownArms(figures);
    if (treatments === undefined || treatments === arms.length - 1) return { arms, source: 'experiment' };
    const message = `${figures.key} compares ${arms.length - 1} with its control; for another split give allocation_pct.`;
    throw invalid('/treatments', 'contradiction', message);
  }
  const source = treatments === undefined ? 'default' : 'request';
  return { arms: nameArms(Array<number>((treatments ?? 1) + 1).fill(1), null), source };
}

/** Users of each arm, as given or as the experiment has them. @throws AssayError invalid_request */
export function usersOf(
  request: PlanRequest,
  figures: Figures | null,
): { arms: ArmUsers[]; allocation: Split['source']; source: 'request' | 'experiment' } {
  const { users, users_per_arm: perArm, treatments } = request;
  const splits = (['allocation_pct', 'allocation_ratio'] as const).filter(
    (field) => request[field] !== undefined,
  );
  if (perArm !== undefined) {
    for (const field of [...splits, ...(users === undefined ? [] : ['users'])]) {
      throw invalid(`/${field}`, 'contradiction', `users_per_arm says already what ${field} would say.`);
    }
    requireCount(treatments, perArm.length - 1, 'users_per_arm');
    const arms = nameArms(perArm, figures).map((arm) => ({ ...arm, users: arm.weight }));
    return { arms, allocation: 'request', source: 'request' };
  }
  if (users !== undefined) {
    const { arms, source } = splitOf(request, figures);
    return { arms: shareOut(users, arms), allocation: source, source: 'request' };
  }
  if (figures === null || splits.length > 0) {
    throw invalid('/users', 'required', 'Say how many users there are: users or users_per_arm.');
  }
  splitOf(request, figures);
  const empty = figures.arms.find((arm) => arm.users === 0);
  if (empty !== undefined) {
    throw invalid(
      '/users',
      'required',
      `${figures.key} has no users in ${empty.name} yet; say how many to plan with.`,
    );
  }
  const arms = figures.arms.map(({ name, users: own }) => ({ name, users: own, weight: own }));
  return { arms, allocation: 'experiment', source: 'experiment' };
}

/** Rounded down: a fraction of a user is none. */
function shareOut(users: number, arms: PlannedArm[]): ArmUsers[] {
  const whole = arms.reduce((sum, { weight }) => sum + weight, 0);
  const shares = arms.map((arm) => ({ ...arm, users: Math.floor((users * arm.weight) / whole + 1e-9) }));
  const empty = shares.find((arm) => arm.users === 0);
  if (empty === undefined) return shares;
  throw invalid('/users', 'out_of_range', `${users} users leave nobody for ${empty.name}.`);
}

function checkedPct(pct: number[], treatments: number | undefined): number[] {
  const shares = pct.map((share, index) => {
    const bp = toBasisPoints(share);
    if (bp !== null && bp > 0) return bp;
    const message = 'Must be above 0, with at most two decimals.';
    throw invalid(`/allocation_pct/${index}`, 'invalid_allocation', message);
  });
  const sum = shares.reduce((all, share) => all + share, 0);
  if (sum !== WHOLE_BP) {
    throw invalid(
      '/allocation_pct',
      'allocations_not_100',
      `The allocations add up to ${sum / 100}, not to exactly 100.`,
    );
  }
  requireCount(treatments, pct.length - 1, 'allocation_pct');
  return shares;
}

function requireCount(treatments: number | undefined, count: number, field: string): void {
  if (treatments === undefined || treatments === count) return;
  const message = `treatments is ${treatments}, but ${field} has ${count} beside the control.`;
  throw invalid('/treatments', 'contradiction', message);
}

function ownArms(figures: Figures): PlannedArm[] {
  const { arms, controlKey } = figures;
  if (arms.length > 1 && arms[0].name === controlKey)
    return arms.map(({ name, weight }) => ({ name, weight }));
  const message = `${figures.key} gives new users to fewer than a control and a treatment; give allocation_pct.`;
  throw invalid('/experiment', 'invalid_allocation', message);
}

/** By the variants of the experiment where there are as many, else by number. */
function nameArms(weights: number[], figures: Figures | null): PlannedArm[] {
  const own = figures?.arms.length === weights.length ? figures.arms : null;
  const treatment = (index: number): string => (weights.length === 2 ? 'treatment' : `treatment_${index}`);
  return weights.map((weight, index) => ({
    name: own?.[index].name ?? (index === 0 ? 'control' : treatment(index)),
    weight,
  }));
}
