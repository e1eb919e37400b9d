import { ActiveVersion, Experiment, seal } from '@app/model';
import { Transaction } from './database';

type Plan = Pick<Experiment, 'metrics' | 'analysisMode' | 'plannedUsers' | 'horizonAt' | 'hypothesis'>;

/** Writes down what was planned when a started experiment started, once: a second call changes nothing. */
export async function sealPlan(tx: Transaction, experimentId: string): Promise<void> {
  const plan = await tx.row<Plan & { started_at: string }>(
    `SELECT coalesce(started_at, starts_at) AS started_at, metrics, analysis_mode AS "analysisMode", planned_users AS "plannedUsers", horizon_at AS "horizonAt", hypothesis
     FROM experiments WHERE id = $1 AND preregistration IS NULL`,
    [experimentId],
  );
  if (plan === null) return;
  const active = await tx.rows<ActiveVersion & Record<string, unknown>>(
    'SELECT metric_id, version, direction FROM experiment_metrics WHERE experiment_id = $1',
    [experimentId],
  );
  await tx.rows('UPDATE experiments SET preregistration = $2 WHERE id = $1', [
    experimentId,
    JSON.stringify(seal(plan, active, plan.started_at)),
  ]);
}

/**
 * The same for a draft whose planned start has come: the first write after it finds the plan as it was then.
 * @returns whether it was written down
 */
export async function sealIfBegun(tx: Transaction, experimentId: string): Promise<boolean> {
  const begun = await tx.row(
    `SELECT id FROM experiments WHERE id = $1 AND status = 'draft' AND starts_at <= clock_timestamp() AND preregistration IS NULL`,
    [experimentId],
  );
  if (begun === null) return false;
  await sealPlan(tx, experimentId);
  return true;
}
