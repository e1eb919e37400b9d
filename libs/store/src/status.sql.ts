/**
 * The status in force of the experiment `x`, as the model's `statusAt` says it: the stored one may be older than a planned start or end.
 * @param at an expression for the instant
 */
export function statusAt(at: string): string {
  return `CASE
    WHEN x.status IN ('completed', 'archived') THEN x.status
    WHEN x.status = 'draft' AND (x.starts_at > ${at} OR x.starts_at IS NULL) THEN 'draft'
    WHEN x.ends_at <= ${at} THEN 'completed'
    WHEN x.status = 'draft' THEN 'running'
    ELSE x.status
  END`;
}
