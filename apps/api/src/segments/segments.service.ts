import { Injectable } from '@nestjs/common';
import { AssayError, notFound, Segment, Targeting } from '@app/model';
import { Database, KeyTaken, SegmentChange, SegmentsStore } from '@app/store';
import { readTargeting } from '../http/targeting.schema';
import { CreateSegment, PatchSegment } from './segments.schema';

@Injectable()
export class SegmentsService {
  constructor(
    private readonly db: Database,
    private readonly segments: SegmentsStore,
  ) {}

  /** @throws AssayError not_found */
  async get(key: string): Promise<Segment> {
    const segment = await this.segments.find(key);
    if (segment === null) throw notFound('segment', key);
    return segment;
  }

  /** @throws AssayError invalid_request, key_taken */
  async create({ key, name = key, description = null, targeting }: CreateSegment): Promise<Segment> {
    try {
      return await this.segments.insert({ key, name, description, targeting: conditionOf(targeting) });
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      throw new AssayError('key_taken', `A segment with the key ${JSON.stringify(key)} exists already.`, {
        errors: [{ pointer: '/key', code: 'key_taken', message: 'Is used by another segment.' }],
      });
    }
  }

  /**
   * @param ifMatch the ETag the caller read; without it, whatever is there is changed
   * @throws AssayError invalid_request, not_found, precondition_failed
   */
  async patch(
    key: string,
    { targeting, ...words }: PatchSegment,
    ifMatch: string | undefined,
  ): Promise<{ before: Segment; segment: Segment }> {
    const before = await this.get(key);
    const anything = ifMatch === undefined || ifMatch === '*';
    if (!anything && ifMatch !== etagOf(before)) throw changedMeanwhile();
    const change: SegmentChange = {
      ...words,
      ...(targeting === undefined ? {} : { targeting: conditionOf(targeting) }),
    };
    if (Object.keys(change).length === 0) return { before, segment: before };
    const segment = await this.segments.update(key, anything ? null : before.updated_at, change);
    if (segment === null) throw anything ? notFound('segment', key) : changedMeanwhile();
    return { before, segment };
  }

  /** @throws AssayError not_found, segment_in_use */
  async delete(key: string): Promise<void> {
    await this.get(key);
    await this.db.transaction(async (tx) => {
      if (!(await this.segments.delete(tx, key))) throw notFound('segment', key);
      // After the row is locked: whoever has come to stand on it meanwhile is seen here.
      const { experiments, flags } = await this.segments.usedBy(tx, key);
      if (experiments.length + flags.length === 0) return;
      throw new AssayError(
        'segment_in_use',
        'Experiments or flags stand on the segment; change them first.',
        {
          members: { experiments, flags },
        },
      );
    });
  }
}

/** Strong: every change has another time. */
export function etagOf({ version, updated_at }: Segment): string {
  return `"${version}-${updated_at}"`;
}

function conditionOf(input: unknown): Targeting {
  return readTargeting(input, '/targeting', { mayNameSegments: false });
}

function changedMeanwhile(): AssayError {
  return new AssayError(
    'precondition_failed',
    'The segment is no longer the one that you read; read it again.',
  );
}
