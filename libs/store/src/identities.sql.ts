import { prepared } from './transaction';

// Ids of one person. Rows of identities are written under the population lock only, so whoever holds it, shared or not, sees all there are
// until it commits.

// In: ids ($1), and those of them that may become aliases with all that they have ($2). Out: to whom they are linked; and of each that has
// aliases one, of those that may become aliases all.
export const KNOWN = `
  SELECT alias_id, user_id FROM identities WHERE alias_id = ANY ($1::text[])
  UNION
  SELECT alias_id, user_id FROM identities WHERE user_id = ANY ($2::text[])
  UNION
  SELECT * FROM (
    SELECT DISTINCT ON (user_id) alias_id, user_id FROM identities WHERE user_id = ANY ($1::text[]) ORDER BY user_id, alias_id
  ) aliases`;

// In: an id ($1). Out: all ids of that person, the user first.
export const IDS_OF_PERSON = `
  WITH person AS (SELECT coalesce((SELECT user_id FROM identities WHERE alias_id = $1), $1::text) AS user_id)
  SELECT id FROM (
    SELECT user_id AS id, 0 AS place FROM person
    UNION ALL
    SELECT i.alias_id, 1 FROM person JOIN identities i USING (user_id)
  ) ids
  ORDER BY place, id`;

// In: ids ($1). Out: whether anybody has an alias, and of these ids those that are one.
export const LOOK_UP = prepared(`
  SELECT EXISTS (SELECT FROM identities) AS found, (
    SELECT jsonb_object_agg(alias_id, user_id) FROM identities WHERE alias_id = ANY ($1::text[])
  ) AS owners`);

// In: ids ($1). Out: those that are aliases.
export const RESOLVE = 'SELECT alias_id, user_id FROM identities WHERE alias_id = ANY ($1::text[])';

// In: the snapshot in which the ids of a batch were resolved ($1), the ids ($2). Out: those that were linked since.
export const LATE_LINKS = `
  SELECT i.alias_id, i.user_id
  FROM identities i
  WHERE i.written_by >= pg_snapshot_xmin($1::pg_snapshot)
    AND NOT pg_visible_in_snapshot(i.written_by, $1::pg_snapshot)
    AND i.alias_id = ANY ($2::text[])`;

// In: what was resolved ($1, $2). Whether any of it is not so any more: the person was erased meanwhile, or is another’s now.
export const ARE_STALE = `
  SELECT EXISTS (
    SELECT FROM unnest($1::text[], $2::text[]) AS r (alias_id, user_id)
    LEFT JOIN identities i USING (alias_id)
    WHERE i.user_id IS DISTINCT FROM r.user_id
  ) AS found`;

// In: ids ($1). Out: where they are, or are forced. The rows are locked before the population lock, because ingest and assigning hold such
// rows when they ask for it.
export const EXPERIMENTS_OF = `
  SELECT experiment_id FROM assignments WHERE user_id = ANY ($1::text[])
  UNION
  SELECT experiment_id FROM overrides WHERE user_id = ANY ($1::text[])`;
export const LOCK_ROWS_OF = `
  WITH held AS MATERIALIZED (
    SELECT FROM assignments WHERE user_id = ANY ($1::text[]) ORDER BY user_id, experiment_id FOR UPDATE
  )
  SELECT count(*) FROM held`;
export const PAIRS_OF = `
  SELECT experiment_id, user_id FROM assignments WHERE user_id = ANY ($1::text[]) ORDER BY experiment_id, user_id`;

// In: aliases and their users ($1, $2).
export const INSERT_LINKS = `
  INSERT INTO identities (alias_id, user_id) SELECT * FROM unnest($1::text[], $2::text[]) AS l (alias_id, user_id)`;

// In: such aliases and users as well. What belonged to an alias belongs to its user now.
export const MOVE_FOLLOWERS = `
  UPDATE identities i SET user_id = l.user_id, written_by = pg_current_xact_id()
  FROM unnest($1::text[], $2::text[]) AS l (alias_id, user_id)
  WHERE i.user_id = l.alias_id`;

/** Until the commit: what follows is announced by the links alone. */
export const ANNOUNCE_LINKS_ONLY = `SELECT set_config('assay.linking', 'on', true)`;

// In: aliases ($1). The user's own override stays; of several aliases the first one counts.
export const MOVE_OVERRIDES = `
  WITH gone AS (
    DELETE FROM overrides WHERE user_id = ANY ($1::text[]) RETURNING experiment_id, user_id, variant_id, created_at
  ),
  moved AS (
    INSERT INTO overrides (experiment_id, user_id, variant_id, created_at)
    SELECT gone.experiment_id, i.user_id, gone.variant_id, gone.created_at
    FROM gone JOIN identities i ON i.alias_id = gone.user_id
    ORDER BY gone.created_at, gone.user_id
    ON CONFLICT DO NOTHING
  )
  SELECT DISTINCT experiment_id FROM gone`;

// In: aliases and users ($1), after their overrides. Of the rows of one person in an experiment the earliest is kept, with the earliest
// exposure of any; found in two variants, the user stays in the variant of the known id and counts in none.
export const MERGE_ASSIGNMENTS = `
  WITH claims AS (
    SELECT coalesce(i.user_id, a.user_id) AS owner, i.alias_id IS NOT NULL AS of_alias, coalesce(a.alias_id, i.alias_id) AS came_under,
      arms.variant_id::text AS variant, a.*
    FROM assignments a
    JOIN arms ON arms.id = a.arm_id
    LEFT JOIN identities i ON i.alias_id = a.user_id
    WHERE a.user_id = ANY ($1::text[])
  ),
  compared AS (
    SELECT claims.*,
      min(variant) OVER own <> max(variant) OVER own AS differs,
      bool_or(of_alias) OVER own AS concerned,
      bool_or(contaminated) OVER own AS any_contaminated,
      min(enrolled_at) OVER own AS first_enrolled_at,
      min(imported_exposed_at) OVER own AS first_imported_exposed_at
    FROM claims
    WINDOW own AS (PARTITION BY owner, experiment_id)
  ),
  kept AS (
    SELECT DISTINCT ON (owner, experiment_id) *
    FROM compared
    WHERE concerned
    ORDER BY owner, experiment_id, differs AND of_alias, assigned_at, arm_id, attributes::text, user_id
  )
  INSERT INTO assignments AS stored (
    user_id, experiment_id, arm_id, bucket, source, assigned_at, enrolled_at, imported_exposed_at, contaminated, attributes, overridden,
    alias_id)
  SELECT owner, experiment_id, arm_id, bucket, source, assigned_at, first_enrolled_at, first_imported_exposed_at,
    any_contaminated OR differs, attributes,
    EXISTS (SELECT FROM overrides o WHERE o.experiment_id = kept.experiment_id AND o.user_id = kept.owner),
    came_under
  FROM kept
  ORDER BY owner, experiment_id
  ON CONFLICT (user_id, experiment_id) DO UPDATE SET
    arm_id = excluded.arm_id, bucket = excluded.bucket, source = excluded.source, assigned_at = excluded.assigned_at,
    enrolled_at = excluded.enrolled_at, imported_exposed_at = excluded.imported_exposed_at, contaminated = excluded.contaminated,
    attributes = excluded.attributes, overridden = excluded.overridden, alias_id = excluded.alias_id, written_by = pg_current_xact_id()`;

// In: users ($1). Whom an override of an alias forces now, in an experiment that the alias was not in.
export const OVERRIDE_USERS = `
  UPDATE assignments a SET overridden = true, written_by = pg_current_xact_id()
  WHERE a.user_id = ANY ($1::text[]) AND NOT a.overridden
    AND EXISTS (SELECT FROM overrides o WHERE o.experiment_id = a.experiment_id AND o.user_id = a.user_id)`;

// In: aliases ($1). What is contaminated counts nowhere: a refold takes all of it out, and then the rows can go.
export const EXCLUDE_ALIASES = `
  UPDATE assignments SET contaminated = true, written_by = pg_current_xact_id() WHERE user_id = ANY ($1::text[])`;
export const DELETE_ALIASES = 'DELETE FROM assignments WHERE user_id = ANY ($1::text[])';

// In: aliases ($1). Out: how many events are now their users'.
export const ADOPT_EVENTS = 'SELECT adopt_events($1::text[]) AS events';

// In: aliases ($1). What the user's own facts say stays; of several aliases the one that was told last has its way.
export const MOVE_FACTS = `
  WITH gone AS (
    DELETE FROM users WHERE user_id = ANY ($1::text[]) RETURNING user_id, attributes, updated_at
  ),
  facts AS (
    SELECT i.user_id, f.key, (array_agg(f.value ORDER BY gone.updated_at DESC, gone.user_id))[1] AS value
    FROM gone
    JOIN identities i ON i.alias_id = gone.user_id
    CROSS JOIN LATERAL jsonb_each(gone.attributes) AS f
    GROUP BY i.user_id, f.key
  )
  INSERT INTO users AS stored (user_id, attributes)
  SELECT user_id, jsonb_object_agg(key, value) FROM facts GROUP BY user_id ORDER BY user_id
  ON CONFLICT (user_id) DO UPDATE SET
    attributes = excluded.attributes || stored.attributes, updated_at = excluded.updated_at`;
