import { Experiment } from '@app/model';
import { AssignmentCandidate, ImportRow } from '@app/store';
import { Stores } from './stores';

/** A user whom the hash put into an arm of the experiment as it is now. */
export function aCandidate(
  experiment: Experiment,
  userId: string,
  options: Partial<AssignmentCandidate> & { variant?: number } = {},
): AssignmentCandidate {
  const { variant = 0, ...own } = options;
  return {
    experiment_id: experiment.id,
    user_id: userId,
    arm_id: experiment.arms[variant].id,
    bucket: 17,
    experiment_version: experiment.version,
    enroll: false,
    attributes: null,
    ...own,
  };
}

/** An imported assignment; times as `sortable` writes them. */
export function anImport(
  experiment: Experiment,
  userId: string,
  options: { variant?: number; assignedAt?: string; exposedAt?: string | null } = {},
): ImportRow {
  const { variant = 0, assignedAt = '2026-01-05T12:00:00Z', exposedAt = null } = options;
  return {
    user_id: userId,
    variant_id: experiment.variants[variant].id,
    arm_id: experiment.arms[variant].id,
    assigned_at: sortable(assignedAt),
    exposed_at: exposedAt === null ? null : sortable(exposedAt),
    attributes: null,
  };
}

/** UTC with six digits: text order is time order, which is what imports compare by. */
export function sortable(instant: string): string {
  const [, seconds, fraction = ''] = /^(.{19})(?:\.(\d+))?Z$/.exec(instant) ?? [];
  if (seconds === undefined) throw new Error(`not in UTC: ${instant}`);
  return `${seconds}.${fraction.padEnd(6, '0')}Z`;
}

/** Ends an experiment as the api does. */
export async function complete(stores: Stores, experimentId: string, endedAt: string): Promise<void> {
  await stores.experiments.change(experimentId, null, async (tx) => {
    await stores.experiments.setStatus(tx, experimentId, { status: 'completed', endedAt });
    await stores.experiments.refoldSince(tx, experimentId, endedAt);
  });
}
