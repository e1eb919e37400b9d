import { Injectable } from '@nestjs/common';
import { Experiment, Facts, groupBy, parseInstant, Subject } from '@app/model';
import { NaturalBatch } from '@app/platform';
import { ChangeFeed, ClaimRow, ImportsStore, Pair, UserFactsStore } from '@app/store';
import type { AssignmentAnswer } from './assignments.schema';
import { decideAt, Stored, storedAnswer } from './decide';
import { EligibilityCache } from './eligibility-cache';
import type { Eligibility } from './entry';
import { IdentityCache } from './identity-cache';
import { sortable } from './imports.service';
import { nameOf, StoredAnswers } from './stored-answers';

const MOST_IN_ONE_WRITE = 1_000;

/** Somebody says to have been shown something, at a time. */
export interface Showing {
  /** As it was sent; perhaps an alias. */
  userId: string;
  atUs: number;
  /** What the client said of the user, which may have decided. */
  said: Facts;
  /** Whether more than the experiments themselves look at what is known of the user. */
  needsFacts: boolean;
  /** Those that may have been asked. */
  experiments: readonly Experiment[];
}

/** What could have been answered then, by one of the ids of the user. */
export interface Basis {
  subject: Subject;
  /** Of the experiments of the showing, by key. */
  answers: ReadonlyMap<string, AssignmentAnswer>;
}

/** A showing that was right: the answer is one of its bases. */
export interface Claim extends Pick<Showing, 'userId' | 'atUs'> {
  experiment: Experiment;
  answer: AssignmentAnswer;
}

/**
 * Whoever evaluates all flags at once, or by themselves, has written no assignment: nobody knows yet which variants will be met. Who says
 * so afterwards is believed when it is what we would have answered at that time.
 */
@Injectable()
export class ClaimsService {
  private readonly writes = new NaturalBatch<readonly Claim[], ReadonlySet<Claim>>(
    (claims) => this.write(claims.flat()),
    MOST_IN_ONE_WRITE,
    (claims) => claims.length,
  );

  constructor(
    private readonly imports: ImportsStore,
    private readonly stored: StoredAnswers,
    private readonly eligibility: EligibilityCache,
    private readonly users: UserFactsStore,
    private readonly identities: IdentityCache,
    private readonly changes: ChangeFeed,
  ) {}

  /**
   * In the order of the showings, each with what it may be based on: what was stored of the person by then, and where there was nothing the
   * hash of the id that was sent, or of the person; and the hashes alone, for clients that know nothing of what is stored. Somebody on
   * whom a variant is forced has that one only.
   */
  async basesOf(showings: readonly Showing[], refresh = false): Promise<Basis[][]> {
    const ids = showings.map(({ userId }) => userId);
    const people = await this.identities.of(ids, refresh);
    const pairs = new Map<string, Pair>();
    for (const [index, { experiments }] of showings.entries())
      for (const { id } of experiments) {
        const pair = { experiment_id: id, user_id: people[index] };
        pairs.set(nameOf(pair), pair);
      }
    const isTargeted = showings.some(
      ({ needsFacts, experiments }) => needsFacts || experiments.some(({ targeting }) => targeting !== null),
    );
    const [rows, facts, eligibility] = await Promise.all([
      this.stored.of([...pairs.values()], refresh),
      this.users.of(isTargeted ? people : []),
      this.eligibility.get(refresh),
    ]); // prettier-ignore
    const stored = new Map([...pairs.keys()].map((name, index) => [name, rows[index]]));
    return showings.map((showing, index) => {
      const known = { ...facts.get(people[index]), ...showing.said };
      const of = ({ id }: Experiment): Stored =>
        stored.get(nameOf({ experiment_id: id, user_id: people[index] })) as Stored;
      return basesOf(showing, people[index], known, of, eligibility);
    });
  }

  /**
   * Assigns those who had no variant before, as of the time of the showing, and leaves out who was shown two.
   * @returns the claims to judge again: their experiment has changed since
   */
  async enrol(claims: readonly Claim[]): Promise<Claim[]> {
    const news = claims.filter((claim) => !isKnown(claim));
    if (news.length === 0) return [];
    const outdated = await this.writes.add(news);
    return news.filter((claim) => outdated.has(claim));
  }

  private async write(claims: readonly Claim[]): Promise<ReadonlySet<Claim>> {
    const outdated = new Set<Claim>();
    for (const ofOne of groupBy(claims, ({ experiment: { id, version } }) => `${id} ${version}`).values()) {
      const [{ experiment }] = ofOne;
      for (let from = 0; from < ofOne.length; from += MOST_IN_ONE_WRITE) {
        const part = ofOne.slice(from, from + MOST_IN_ONE_WRITE);
        const isWritten = await this.imports.claimAll(experiment.id, experiment.version, part.map(rowOf));
        if (!isWritten) for (const claim of part) outdated.add(claim);
      }
    }
    await this.changes.caughtUp();
    return outdated;
  }
}

/** Whether the row of the user says the same, since then or before. */
function isKnown({ answer: { assigned_at } }: Claim): boolean {
  return assigned_at !== null;
}

function rowOf({ experiment, userId, atUs, answer }: Claim): ClaimRow {
  const variantId = answer.variant?.id as string;
  const arm = experiment.arms.find((one) => one.epoch === answer.epoch && one.variantId === variantId);
  if (arm === undefined) throw new Error(`no arm for variant ${variantId} in epoch ${answer.epoch}`);
  return {
    user_id: userId,
    variant_id: variantId,
    arm_id: arm.id,
    bucket: answer.bucket,
    assigned_at: sortable(atUs),
    exposed_at: null,
    attributes: null,
  };
}

function basesOf(
  { userId, atUs, experiments }: Showing,
  person: string,
  facts: Facts,
  of: (experiment: Experiment) => Stored,
  eligibility: Eligibility,
): Basis[] {
  const basis = (id: string, isStored: boolean): Basis => ({
    subject: { userId: id, facts },
    answers: new Map(
      experiments.map((experiment) => {
        const row = storedAnswer(experiment, person, of(experiment));
        const isRight = row?.reason === 'override' || (isStored && row !== null && wasThere(row, atUs));
        return [experiment.key, isRight ? row : decideAt(experiment, { subject: { userId: id, facts }, eligibility }, atUs)];
      }),
    ),
  }); // prettier-ignore
  const ids = [...new Set([userId, person])];
  return [true, false].flatMap((isStored) => ids.map((id) => basis(id, isStored)));
}

function wasThere({ assigned_at }: AssignmentAnswer, atUs: number): boolean {
  return assigned_at !== null && (parseInstant(assigned_at) as number) <= atUs;
}
