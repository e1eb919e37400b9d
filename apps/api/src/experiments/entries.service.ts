import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import {
  AssayError,
  checkTargeting,
  Entry,
  FieldError,
  LayerSlot,
  segmentsIn,
  Targeting,
  toBasisPoints,
} from '@app/model';
import { HeldSlot, LayersStore, SegmentsStore, Transaction } from '@app/store';
import { inconsistent } from './experiment.draft';

interface AskedSlot {
  key: string;
  from_pct: number;
  to_pct: number;
}

/** What a request says of who may enter; what is absent stays. */
export interface EntryInput {
  targeting?: unknown;
  layer?: AskedSlot | null;
  holdout?: boolean;
}

/** Who may enter an experiment: conditions that name segments, and slots of layers, of which no two overlap. */
@Injectable()
export class EntriesService {
  constructor(
    private readonly layers: LayersStore,
    private readonly segments: SegmentsStore,
  ) {}

  /**
   * The slot is the experiment's own until the transaction ends, also when it stays: an end that moves may wake up an experiment whose slot
   * another one has taken since.
   * @throws AssayError invalid_request, invalid_experiment
   */
  async resolve(tx: Transaction, experimentId: string, input: EntryInput, current: Entry): Promise<Entry> {
    const targeting =
      input.targeting === undefined ? current.targeting : await this.condition(tx, input.targeting);
    const asked = input.layer === undefined ? asInput(current.layer) : input.layer;
    const layer = asked === null ? null : await this.slot(tx, experimentId, asked);
    return { targeting, layer, holdout: input.holdout ?? current.holdout };
  }

  /** The same once it has started: a slot may only grow, else users who have a variant would lie in the slot of another experiment. */
  async grow(
    tx: Transaction,
    experimentId: string,
    input: Omit<EntryInput, 'layer'> & { layer?: { from_pct: number; to_pct: number } },
    current: Entry,
  ): Promise<Entry> {
    const { layer: range, ...rest } = input;
    if (range === undefined) return this.resolve(tx, experimentId, rest, current);
    const before = asInput(current.layer);
    if (before === null) throw frozen('The experiment started without a layer and stays so.');
    if (range.from_pct > before.from_pct || range.to_pct < before.to_pct)
      throw frozen(`A slot may only grow; it goes from ${before.from_pct} to ${before.to_pct}.`);
    return this.resolve(tx, experimentId, { ...rest, layer: { ...before, ...range } }, current);
  }

  private async condition(tx: Transaction, input: unknown): Promise<Targeting | null> {
    if (input === null) return null;
    const checked = checkTargeting(input, '/targeting');
    if ('errors' in checked)
      throw new AssayError('invalid_request', 'The targeting is not valid.', { errors: checked.errors });
    const named = segmentsIn(checked.targeting);
    const known = await this.segments.hold(tx, named);
    const missing = named.filter((key) => !known.has(key));
    if (missing.length === 0) return checked.targeting;
    const message = `There is no segment ${missing.join(', ')}.`;
    throw inconsistent([{ pointer: '/targeting', code: 'unknown_segment', message }]);
  }

  private async slot(
    tx: Transaction,
    experimentId: string,
    { key, from_pct, to_pct }: AskedSlot,
  ): Promise<LayerSlot> {
    const [fromBp, toBp] = rangeOf(from_pct, to_pct);
    const layer = await this.layers.lock(tx, key);
    if (layer === null)
      throw inconsistent([
        { pointer: '/layer/key', code: 'unknown_layer', message: 'There is no such layer.' },
      ]);
    const taken = (await this.layers.slots([layer.id], tx)).find(
      (slot) =>
        slot.experiment_id !== experimentId && isHeld(slot) && slot.from_bp < toBp && fromBp < slot.to_bp,
    );
    if (taken !== undefined) {
      const message = `Overlaps the slot of ${taken.experiment_key}, ${taken.from_bp / 100} to ${taken.to_bp / 100}.`;
      throw inconsistent([{ pointer: '/layer', code: 'slot_taken', message }]);
    }
    return { id: layer.id, key: layer.key, seed: layer.seed, fromBp, toBp };
  }
}

/** Whether all of it is so already; what is not valid is not. */
export function asksNothingNew(
  { targeting, layer, holdout }: Omit<EntryInput, 'layer'> & { layer?: Omit<AskedSlot, 'key'> },
  current: Entry,
): boolean {
  const slot = asInput(current.layer);
  return (
    (holdout ?? current.holdout) === current.holdout &&
    (targeting === undefined || isDeepStrictEqual(asStored(targeting), current.targeting)) &&
    (layer === undefined || (layer.from_pct === slot?.from_pct && layer.to_pct === slot.to_pct))
  );
}

/** As it would be stored; undefined when it is not valid. */
function asStored(input: unknown): unknown {
  if (input === null) return null;
  const checked = checkTargeting(input, '/targeting');
  return 'errors' in checked ? undefined : JSON.parse(JSON.stringify(checked.targeting));
}

/** Those of experiments that have ended are free. */
function isHeld({ status }: HeldSlot): boolean {
  return status !== 'completed' && status !== 'archived';
}

function asInput(layer: LayerSlot | null): AskedSlot | null {
  return layer === null ? null : { key: layer.key, from_pct: layer.fromBp / 100, to_pct: layer.toBp / 100 };
}

/** @throws AssayError invalid_experiment */
function rangeOf(from: number, to: number): [number, number] {
  const [fromBp, toBp] = [toBasisPoints(from), toBasisPoints(to)];
  const errors: FieldError[] = [];
  const message = 'Must be 0 to 100 with at most two decimals.';
  if (fromBp === null) errors.push({ pointer: '/layer/from_pct', code: 'invalid_allocation', message });
  if (toBp === null) errors.push({ pointer: '/layer/to_pct', code: 'invalid_allocation', message });
  if (fromBp !== null && toBp !== null && fromBp >= toBp)
    errors.push({ pointer: '/layer/to_pct', code: 'out_of_range', message: 'Must be larger than from_pct.' });
  if (errors.length > 0) throw inconsistent(errors);
  return [fromBp as number, toBp as number];
}

function frozen(message: string): AssayError {
  return new AssayError('experiment_frozen', message, {
    errors: [{ pointer: '/layer', code: 'frozen', message }],
  });
}
