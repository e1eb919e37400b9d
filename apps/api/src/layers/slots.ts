import { WHOLE_BP } from '@app/model';
import type { HeldSlot, Layer } from '@app/store';
import type { LayerAnswer } from './layers.schema';

// Pure: a layer as the api shows it.

interface Range {
  from_bp: number;
  to_bp: number;
}

/** @param slots all of the layer, in the order of their ranges; those of experiments that have ended are not shown */
export function toLayerAnswer(layer: Layer, slots: readonly HeldSlot[]): LayerAnswer {
  const held = slots.filter(({ layer_id, status }) => layer_id === layer.id && isOpen(status));
  return {
    id: layer.id,
    key: layer.key,
    name: layer.name,
    description: layer.description,
    seed: layer.seed,
    slots: held.map(({ experiment_id, experiment_key, status, from_bp, to_bp }) => ({
      experiment_id,
      experiment_key,
      status,
      from_pct: from_bp / 100,
      to_pct: to_bp / 100,
    })),
    free: gapsBetween(held).map(({ from_bp, to_bp }) => ({ from_pct: from_bp / 100, to_pct: to_bp / 100 })),
    created_at: layer.created_at,
    updated_at: layer.updated_at,
  };
}

/** What ranges leave of the whole; they come in order and do not overlap. */
export function gapsBetween(ranges: readonly Range[]): Range[] {
  const starts = [0, ...ranges.map(({ to_bp }) => to_bp)];
  const ends = [...ranges.map(({ from_bp }) => from_bp), WHOLE_BP];
  return starts
    .map((from_bp, index) => ({ from_bp, to_bp: ends[index] }))
    .filter(({ from_bp, to_bp }) => from_bp < to_bp);
}

function isOpen(status: HeldSlot['status']): boolean {
  return status !== 'completed' && status !== 'archived';
}
