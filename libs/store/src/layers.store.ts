import { Injectable } from '@nestjs/common';
import { ExperimentStatus } from '@app/model';
import { Database, sqlState, Transaction } from './database';
import { KeyTaken } from './experiments.store';
import { statusAt } from './status.sql';

export interface Layer {
  id: string;
  key: string;
  name: string;
  description: string | null;
  seed: string;
  created_at: string;
  updated_at: string;
}

/** A slot of a layer, and the experiment it belongs to. */
export interface HeldSlot {
  layer_id: string;
  experiment_id: string;
  experiment_key: string;
  /** The one in force now. */
  status: ExperimentStatus;
  from_bp: number;
  to_bp: number;
}

type Row = Layer & Record<string, unknown>;
type SlotRow = HeldSlot & Record<string, unknown>;

const LAYER = 'l.id, l.key, l.name, l.description, l.seed, l.created_at, l.updated_at';
const FOREIGN_KEY = '23503';

// Experiments that have ended, by the clock too, hold their slots no longer.
const STATUS = statusAt('clock_timestamp()');
const SLOTS = `
  SELECT * FROM (
    SELECT x.layer_id, x.id AS experiment_id, x.key AS experiment_key, ${STATUS} AS status,
      x.layer_from_bp AS from_bp, x.layer_to_bp AS to_bp
    FROM experiments x WHERE x.layer_id = ANY ($1::uuid[])
  ) s`;

@Injectable()
export class LayersStore {
  constructor(private readonly db: Database) {}

  /** @throws KeyTaken */
  async insert(layer: Omit<Layer, 'created_at' | 'updated_at'>): Promise<Layer> {
    const { id, key, name, description, seed } = layer;
    const row = await this.db.row<Row>(
      `INSERT INTO layers AS l (id, key, name, description, seed) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (key) DO NOTHING RETURNING ${LAYER}`,
      [id, key, name, description, seed],
    );
    if (row === null) throw new KeyTaken(key);
    return row;
  }

  find(idOrKey: string): Promise<Layer | null> {
    return this.db.row<Row>(`SELECT ${LAYER} FROM layers l WHERE l.${columnOf(idOrKey)} = $1`, [idOrKey]);
  }

  /** Newest first. */
  list(page: { limit: number; after: { createdAt: string; id: string } | null }): Promise<Layer[]> {
    return this.db.rows<Row>(
      `SELECT ${LAYER} FROM layers l
       WHERE $1::timestamptz IS NULL OR (l.created_at, l.id) < ($1, $2::uuid)
       ORDER BY l.created_at DESC, l.id DESC
       LIMIT $3`,
      [page.after?.createdAt ?? null, page.after?.id ?? null, page.limit],
    );
  }

  /** Key and seed stay: they are in what experiments and applications remember. */
  describe(id: string, change: { name?: string; description?: string | null }): Promise<Layer | null> {
    return this.db.row<Row>(
      `UPDATE layers AS l SET name = coalesce($2, l.name), description = CASE WHEN $3 THEN $4 ELSE l.description END,
         updated_at = date_trunc('milliseconds', clock_timestamp())
       WHERE l.id = $1 RETURNING ${LAYER}`,
      [id, change.name ?? null, change.description !== undefined, change.description ?? null],
    );
  }

  /** @returns whether it was there; null when experiments name it, those that have ended included */
  async delete(id: string): Promise<boolean | null> {
    try {
      // In a transaction of its own: its error must not end the one around it.
      return await this.db.transaction(
        async (tx) => (await tx.rows('DELETE FROM layers WHERE id = $1 RETURNING id', [id])).length > 0,
      );
    } catch (error) {
      if (sqlState(error) === FOREIGN_KEY) return null;
      throw error;
    }
  }

  /** All slots of these layers, those of experiments that have ended included, in the order of their ranges. */
  slots(layerIds: readonly string[], at: Transaction | Database = this.db): Promise<HeldSlot[]> {
    return at.rows<SlotRow>(`${SLOTS} ORDER BY s.from_bp, s.experiment_id`, [layerIds]);
  }

  /** Nobody else takes a slot of the layer before the transaction ends. Taken after the locks of the experiment. */
  lock(tx: Transaction, idOrKey: string): Promise<Layer | null> {
    return tx.row<Row>(`SELECT ${LAYER} FROM layers l WHERE l.${columnOf(idOrKey)} = $1 FOR NO KEY UPDATE`, [
      idOrKey,
    ]);
  }
}

function columnOf(idOrKey: string): 'id' | 'key' {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(idOrKey) ? 'id' : 'key';
}
