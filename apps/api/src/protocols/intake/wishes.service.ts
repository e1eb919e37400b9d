import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AcceptedEvent, AssayError, formatInstant, instantOfDate, parseInstant } from '@app/model';
import { EventsStore, UserFactsStore } from '@app/store';
import { callerOf } from '../../auth/caller';
import { accept } from '../../events/accept';
import { Intake } from '../../events/intake';
import { answerInTime } from '../../http/answer-in-time';
import { IdentitiesService } from '../../identities/identities.service';
import { ExposuresService, Met, Named } from './exposures.service';
import { Link, refuse, Refused, Rejected, Understood, Wish, withoutMerges } from './wish';

const LARGEST_JOB = 1_000;

/** An item that was looked at: what is to be done, in the words of the features that do it. */
interface Looked {
  refused?: Refused;
  event?: AcceptedEvent;
  met?: Met;
  link?: Link;
  facts?: Wish['facts'];
}

/** Fulfils what clients of other protocols ask for. All of it can be asked for again without effect. */
@Injectable()
export class WishesService {
  constructor(
    private readonly intake: Intake,
    private readonly exposures: ExposuresService,
    private readonly identities: IdentitiesService,
    private readonly facts: UserFactsStore,
    private readonly events: EventsStore,
  ) {}

  /**
   * Resolves when everything is durable. What is wrong with an item stops none of the others.
   * @throws AssayError when something does not answer; who asks again finds done what was done
   */
  async fulfil(wanted: readonly Understood[], request: FastifyRequest): Promise<Rejected[]> {
    const items = callerOf(request).kind === 'publishable' ? withoutMerges(wanted) : wanted;
    const detail = 'It takes too long to write; send the same request again later.';
    return answerInTime(
      this.perform(items),
      (cause) => new AssayError('store_unavailable', detail, {}, cause),
    );
  }

  private async perform(items: readonly Understood[]): Promise<Rejected[]> {
    const receivedUs = instantOfDate(new Date());
    const looked = await Promise.all(items.map((item) => this.look(item, receivedUs)));
    // Who somebody is comes first, then what is known of them: both may decide which variant they were shown.
    const taken = await this.link(looked);
    const isRefused = ({ link }: Looked): boolean => link !== undefined && taken.has(link);
    await this.facts.merge(looked.flatMap((one) => (isRefused(one) ? [] : (one.facts ?? []))));
    await this.send(await this.enrol(firstOfEach(looked)), formatInstant(receivedUs));
    return looked.flatMap(({ refused, link }, index) => {
      const wrong = refused ?? (link === undefined ? undefined : taken.get(link));
      return wrong === undefined ? [] : [{ index, ...wrong }];
    });
  }

  private async look(item: Understood, receivedUs: number): Promise<Looked> {
    if ('refused' in item) return item;
    const { event, exposure, sentAt, ...rest } = item;
    if (event === undefined) return rest;
    const shown = exposure && (await this.exposures.find(exposure));
    if (shown === null)
      return exposure?.ofFlag === true
        ? rest
        : refuse('unknown_experiment', 'No experiment has this id or key.');
    const sentUs = typeof sentAt === 'string' ? parseInstant(sentAt) : null;
    const verdict = accept(event, { receivedUs, sentUs });
    if ('fault' in verdict) {
      const { pointer, code, message } = verdict.fault;
      return refuse(code, `${pointer} ${message}`.trim());
    }
    const { user_id: userId, timestamp } = verdict.event;
    // Nobody has met anything that is yet to come; clocks that run a little fast are believed for events.
    const atUs = Math.min(parseInstant(timestamp) as number, receivedUs);
    return { ...rest, event: verdict.event, met: shown && exposure && { exposure, shown, userId, atUs } };
  }

  /**
   * Assigns by the exposures among the events, but for those whose event is known already: a duplicate changes nothing. Of one that is on
   * its way to the worker nobody knows yet.
   * @returns the events, with what they are about
   */
  private async enrol(looked: readonly Event[]): Promise<AcceptedEvent[]> {
    const told = looked.flatMap(({ event, met }) => (met === undefined ? [] : [{ id: event.event_id, met }]));
    const known = told.length === 0 ? new Set<string>() : await this.events.known(told.map(({ id }) => id));
    const news = told.filter(({ id }) => !known.has(id));
    const names = await this.exposures.enrol(news.map(({ met }) => met));
    const named = new Map<string, Named | null>(news.map(({ id }, index) => [id, names[index]]));
    return looked.flatMap(({ event, met }) => {
      if (met === undefined) return [event];
      const about = named.get(event.event_id);
      if (about === null) return [];
      const [{ id }] = met.shown.experiments;
      const variant_id = about?.variant ?? undefined;
      return [{ ...event, experiment_id: about?.experimentId ?? id, variant_id }];
    });
  }

  /** @returns the links that cannot be, and why */
  private async link(looked: readonly Looked[]): Promise<Map<Link, Refused>> {
    const links = looked.flatMap(({ link }) => link ?? []);
    if (links.length === 0) return new Map();
    const answers = await this.identities.link(links);
    return new Map(
      links.flatMap((link, index): [Link, Refused][] => {
        const { outcome } = answers[index];
        if (outcome !== 'taken' && outcome !== 'identified') return [];
        return [[link, { code: outcome, message: REASONS[outcome] }]];
      }),
    );
  }

  /** A request may hold more than one job can; a retry of all of it finds some of it done. */
  private async send(unique: readonly AcceptedEvent[], receivedAt: string): Promise<void> {
    if (unique.length === 1) await this.intake.one(unique[0], receivedAt);
    for (let from = 0; unique.length > 1 && from < unique.length; from += LARGEST_JOB)
      await this.intake.many(unique.slice(from, from + LARGEST_JOB), receivedAt);
  }
}

type Event = Looked & Required<Pick<Looked, 'event'>>;

/** Of events with the same id the first. */
function firstOfEach(looked: readonly Looked[]): Event[] {
  const seen = new Set<string>();
  const events = looked.filter((one): one is Event => one.event !== undefined);
  return events.filter(({ event: { event_id: id } }) => !seen.has(id) && seen.add(id));
}

const REASONS = {
  taken: 'The id before belongs to another user.',
  identified:
    'The id before is a known user. Only an explicit merge with a secret token makes it another’s alias.',
};
