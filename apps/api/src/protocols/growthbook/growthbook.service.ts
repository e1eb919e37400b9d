import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { instantOfDate, formatInstant, parseInstant } from '@app/model';
import { EligibilityCache } from '../../assignments/eligibility-cache';
import { FlagsService } from '../../flags/flags.service';
import { featuresOf } from './payload';

export interface Payload {
  /** JSON. */
  text: string;
  etag: string;
}

const MINUTE_US = 60_000_000;

@Injectable()
export class GrowthbookService {
  private last: (Payload & { of: string }) | null = null;

  constructor(
    private readonly flags: FlagsService,
    private readonly eligibility: EligibilityCache,
  ) {}

  /** The same text in every process, for as long as nobody would get anything else. */
  async payload(): Promise<Payload> {
    const { etag: of, flags, experiments } = await this.flags.catalogue();
    if (this.last?.of === of) return this.last;
    const { segments, holdout } = await this.eligibility.get();
    const nowUs = instantOfDate(new Date());
    const content = featuresOf({ flags, experiments, segments, holdout, nowUs });
    const hash = createHash('sha256').update(JSON.stringify(content)).digest();
    const changes = [...flags.map((flag) => flag.updated_at), ...experiments.map((one) => one.updatedAt)];
    const text = JSON.stringify({ status: 200, features: content.features, dateUpdated: dateOf(changes, hash), left_out: content.left_out }); // prettier-ignore
    const payload = { text, etag: `"${hash.toString('base64url')}"` };
    // What changed between the reads above may be in the text and not in the tag.
    if ((await this.flags.catalogue()).etag === of) this.last = { ...payload, of };
    return payload;
  }
}

/**
 * Clients take this for the version, and some of them read it as a time. The minute is that of the last change; where in the minute is a
 * hash, because something may also go, or begin, without anybody changing it.
 */
function dateOf(changes: readonly string[], hash: Buffer): string {
  const latestUs = changes.reduce((latest, at) => Math.max(latest, parseInstant(at) ?? 0), 0);
  const us = latestUs - (latestUs % MINUTE_US) + (hash.readUIntBE(0, 6) % MINUTE_US);
  return formatInstant(us);
}
