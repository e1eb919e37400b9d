import { MigrationInterface, QueryRunner } from 'typeorm';

/** What ingest asks of every batch, answered at a look. */
export class FastIngest1764500000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // Whether any letter waits for its event; those that are settled stay, and may be many.
    await db.query(
      `CREATE INDEX dead_events_unsettled ON dead_events (event_id) WHERE status <> 'replayed'`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX dead_events_unsettled');
  }
}
