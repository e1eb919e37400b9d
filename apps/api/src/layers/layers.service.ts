import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AssayError, notFound } from '@app/model';
import { KeyTaken, Layer, LayersStore } from '@app/store';
import type { CreateLayer, LayerAnswer, PatchLayer } from './layers.schema';
import { toLayerAnswer } from './slots';

@Injectable()
export class LayersService {
  constructor(private readonly layers: LayersStore) {}

  /** @throws AssayError not_found */
  async get(idOrKey: string): Promise<LayerAnswer> {
    return this.shown(await this.find(idOrKey));
  }

  async list(limit: number, after: { createdAt: string; id: string } | null): Promise<LayerAnswer[]> {
    const layers = await this.layers.list({ limit, after });
    const slots = await this.layers.slots(layers.map(({ id }) => id));
    return layers.map((layer) => toLayerAnswer(layer, slots));
  }

  /** @throws AssayError key_taken */
  async create({ key, name = key, description = null }: CreateLayer): Promise<LayerAnswer> {
    const id = uuidv7();
    try {
      return toLayerAnswer(await this.layers.insert({ id, key, name, description, seed: id }), []);
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      throw new AssayError('key_taken', `A layer with the key ${JSON.stringify(key)} exists already.`, {
        errors: [{ pointer: '/key', code: 'key_taken', message: 'Is used by another layer.' }],
      });
    }
  }

  /** @throws AssayError not_found */
  async patch(idOrKey: string, change: PatchLayer): Promise<{ before: LayerAnswer; layer: LayerAnswer }> {
    const before = await this.get(idOrKey);
    if (Object.keys(change).length === 0) return { before, layer: before };
    const changed = await this.layers.describe(before.id, change);
    if (changed === null) throw notFound('layer', idOrKey);
    return { before, layer: await this.shown(changed) };
  }

  /** @throws AssayError not_found, layer_in_use */
  async delete(idOrKey: string): Promise<Layer> {
    const layer = await this.find(idOrKey);
    const isGone = await this.layers.delete(layer.id);
    if (isGone === false) throw notFound('layer', idOrKey);
    if (isGone === true) return layer;
    const experiments = (await this.layers.slots([layer.id])).map(
      ({ experiment_id, experiment_key, status }) => ({ id: experiment_id, key: experiment_key, status }),
    );
    throw new AssayError(
      'layer_in_use',
      `${experiments.length} experiments have or had slots in the layer.`,
      {
        members: { experiments: experiments.slice(0, 100) },
      },
    );
  }

  private async find(idOrKey: string): Promise<Layer> {
    // PostgreSQL has no text with NUL, so nothing has such a name.
    const layer = idOrKey.includes('\u0000') ? null : await this.layers.find(idOrKey);
    if (layer === null) throw notFound('layer', idOrKey);
    return layer;
  }

  private async shown(layer: Layer): Promise<LayerAnswer> {
    return toLayerAnswer(layer, await this.layers.slots([layer.id]));
  }
}
