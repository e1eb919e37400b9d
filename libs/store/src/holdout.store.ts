import { Injectable } from '@nestjs/common';
import { Holdout } from '@app/model';
import { Database } from './database';

/** The global holdout: there is always one, of nobody at first. */
@Injectable()
export class HoldoutStore {
  constructor(private readonly db: Database) {}

  get(): Promise<HoldoutRow> {
    return this.one('SELECT share_bp AS "shareBp", seed, updated_at AS "updatedAt" FROM holdout');
  }

  /** @param seed the old one when absent */
  put(shareBp: number, seed?: string): Promise<HoldoutRow> {
    return this.one(
      `UPDATE holdout SET share_bp = $1, seed = coalesce($2, seed), updated_at = date_trunc('milliseconds', clock_timestamp())
       RETURNING share_bp AS "shareBp", seed, updated_at AS "updatedAt"`,
      [shareBp, seed ?? null],
    );
  }

  private async one(statement: string, values: unknown[] = []): Promise<HoldoutRow> {
    const row = await this.db.row<HoldoutRow & Record<string, unknown>>(statement, values);
    if (row === null) throw new Error('the row of the holdout is missing');
    return row;
  }
}

export interface HoldoutRow extends Holdout {
  updatedAt: string;
}
