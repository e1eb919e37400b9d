import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Experiment, formatInstant, instantOfDate, parseInstant } from '@app/model';
import { FlagsStore } from '@app/store';
import { EligibilityCache } from '../../assignments/eligibility-cache';
import { FlagsService } from '../../flags/flags.service';
import { featuresOf } from './payload';

export interface Payload {
  /** JSON. */
  text: string;
  etag: string;
}

const MS_US = 1_000;

@Injectable()
export class GrowthbookService {
  private last: (Payload & { of: string }) | null = null;

  constructor(
    private readonly flags: FlagsService,
    private readonly eligibility: EligibilityCache,
    private readonly store: FlagsStore,
  ) {}

  /** The same text in every process, for as long as nobody would get anything else. */
  async payload(): Promise<Payload> {
    const { etag: of, flags, experiments } = await this.flags.catalogue();
    if (this.last?.of === of) return this.last;
    const { segments, holdout } = await this.eligibility.get();
    const nowUs = instantOfDate(new Date());
    const content = featuresOf({ flags, experiments, segments, holdout, nowUs });
    const hash = createHash('sha256').update(JSON.stringify(content)).digest();
    const changes = [await this.store.lastChange(), ...plannedBefore(experiments, nowUs)];
    const text = JSON.stringify({ status: 200, features: content.features, dateUpdated: dateOf(changes, hash), left_out: content.left_out }); // prettier-ignore
    const payload = { text, etag: `"${hash.toString('base64url')}"` };
    // What changed between the reads above may be in the text and not in the tag.
    if ((await this.flags.catalogue()).etag === of) this.last = { ...payload, of };
    return payload;
  }
}

/**
 * Clients take this for the version, and some of them read it as a time. It is the millisecond of the last change; what follows is a hash,
 * for those that share one.
 */
function dateOf(changes: readonly string[], hash: Buffer): string {
  const latestUs = changes.reduce((latest, at) => Math.max(latest, parseInstant(at) ?? 0), 0);
  return formatInstant(latestUs - (latestUs % MS_US) + (hash.readUInt32BE(0) % MS_US));
}

/** Nobody changes what begins or ends by itself. */
function plannedBefore(experiments: readonly Experiment[], nowUs: number): string[] {
  return experiments.flatMap(({ status, startsAt, endsAt }) => {
    const planned = [
      status === 'draft' ? startsAt : null,
      ['draft', 'running', 'paused'].includes(status) ? endsAt : null,
    ];
    return planned.filter((at): at is string => at !== null && (parseInstant(at) ?? Infinity) <= nowUs);
  });
}
