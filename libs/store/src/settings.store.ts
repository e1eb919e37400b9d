import { Injectable } from '@nestjs/common';
import type { UnsafeSetting } from '@app/platform';
import { Database } from './database';

const FIXES = {
  synchronous_commit:
    'set it to on, also for this role and database; a commit must be on disk when it is answered',
  fsync: 'set it to on, or a crash of the machine may destroy the database',
  full_page_writes: 'set it to on, or a crash of the machine may leave half-written pages',
};

/** How PostgreSQL is set, where that decides about losing data. */
@Injectable()
export class SettingsStore {
  constructor(private readonly db: Database) {}

  /** Settings under which committed events can be lost. All values of synchronous_commit but `off` wait for the local disk. */
  async unsafe(): Promise<UnsafeSetting[]> {
    const rows = await this.db.rows<{ name: keyof typeof FIXES; setting: string }>(
      'SELECT name, setting FROM pg_settings WHERE name = ANY ($1::text[]) ORDER BY name',
      [Object.keys(FIXES)],
      { queryMs: 5_000 },
    );
    return rows
      .filter(({ setting }) => setting === 'off')
      .map(({ name, setting }) => ({ setting: `PostgreSQL ${name}`, value: setting, fix: FIXES[name] }));
  }
}
