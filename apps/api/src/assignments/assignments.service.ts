import { Injectable } from '@nestjs/common';
import { AssayError, Attributes, Experiment, Facts, instantOfDate } from '@app/model';
import { NaturalBatch } from '@app/platform';
import { Assignment, AssignmentCandidate, AssignmentsStore, Pair } from '@app/store';
import { answerInTime } from '../http/answer-in-time';
import { AssignmentAnswer } from './assignments.schema';
import {
  answerAssigned,
  answerUnwritten,
  decide,
  Decision,
  Stored,
  storedAnswer,
  unknownExperiment,
} from './decide';
import { DecisionFacts, Known } from './decision-facts';
import { ExperimentCache } from './experiment-cache';
import { IdentityCache } from './identity-cache';
import { nameOf, Stamps, StoredAnswers } from './stored-answers';

export interface Question {
  experiment: Experiment;
  userId: string;
  /** Kept when this question makes the assignment. */
  attributes?: Attributes | null;
  /** What the request says of the user, for targeting; it wins over what is stored of the user. */
  said?: Facts;
  /** Everything that is known of the user, from callers who have read it; then `said` is not looked at. */
  facts?: Facts;
}

export interface AnswerOptions {
  /** Also marks the exposure. */
  enroll?: boolean;
  /** Nobody waits for a page to be shown, so it may take as long as it needs. */
  ahead?: boolean;
  /** Reads what is stored anew. */
  refresh?: boolean;
  /** false: decides without writing. Who would be assigned is answered so, with `assigned_at` null; `enroll` then does nothing. */
  record?: boolean;
}

/** Most users written by one statement. */
const MOST_IN_ONE_WRITE = 1_000;
const MOST_ROUNDS = 4;

@Injectable()
export class AssignmentsService {
  /** First-time assignments of concurrent requests are written together. */
  private readonly writes: NaturalBatch<AssignmentCandidate[], Map<string, Assignment>>;

  constructor(
    private readonly assignments: AssignmentsStore,
    private readonly stored: StoredAnswers,
    private readonly cache: ExperimentCache,
    private readonly facts: DecisionFacts,
    private readonly identities: IdentityCache,
  ) {
    this.writes = new NaturalBatch(
      async (requests) => {
        const made = await this.assignments.assign(requests.flat());
        return new Map(made.map((assignment) => [nameOf(assignment), assignment]));
      },
      MOST_IN_ONE_WRITE,
      (request) => request.length,
    );
  }

  experiment(idOrKey: string, refresh = false): Promise<Experiment> {
    return this.cache.get(idOrKey, refresh);
  }

  /** What one user gets, when nobody need be asked; null otherwise. */
  remembered(idOrKey: string, id: string, enroll = false): AssignmentAnswer | null {
    const experiment = this.cache.remembered(idOrKey);
    const userId = this.identities.remembered(id);
    if (experiment === null || userId === null) return null;
    const stored = this.stored.remembered({ experiment_id: experiment.id, user_id: userId });
    if (stored === undefined) return null;
    const answer = storedAnswer(experiment, userId, stored) ?? this.rememberedNew(experiment, userId, stored);
    return answer !== null && !(enroll && isUnexposed(answer)) ? answerTo(id, answer) : null;
  }

  /** What somebody without a row is answered, when nothing has to be read or written for it. */
  private rememberedNew(experiment: Experiment, userId: string, stored: Stored): AssignmentAnswer | null {
    const known = this.facts.remembered(experiment, userId);
    if (known === null) return null;
    const decision = decide(experiment, stored, known, instantOfDate(new Date()));
    return 'answer' in decision ? decision.answer : null;
  }

  /** All experiments of one user; one that does not exist gets an answer that says so, and does not stop the others. */
  async answerUser(
    userId: string,
    references: readonly string[],
    words: Pick<Question, 'attributes' | 'said'> = {},
  ): Promise<AssignmentAnswer[]> {
    const experiments = await Promise.all(
      references.map((reference) =>
        this.cache.get(reference).catch((error: unknown) => {
          if (error instanceof AssayError && error.code === 'not_found') return null;
          throw error;
        }),
      ),
    );
    const questions = experiments.flatMap((experiment) =>
      experiment === null ? [] : [{ experiment, userId, ...words }],
    );
    const answers = await this.answer(questions);
    return experiments.map((experiment, index) =>
      experiment === null
        ? unknownExperiment(references[index], userId)
        : (answers.shift() as AssignmentAnswer),
    );
  }

  /**
   * Get or create, for any number of users and experiments; the answers come in the order of the questions.
   * @throws AssayError store_unavailable when it takes too long; what is under way goes on, and who asks again finds it done
   */
  async answer(questions: readonly Question[], options: AnswerOptions = {}): Promise<AssignmentAnswer[]> {
    const settled = this.settleForUsers(questions, options);
    if (options.ahead) return settled;
    const detail = 'The assignment takes too long to write; ask again.';
    return answerInTime(settled, (cause) => new AssayError('store_unavailable', detail, {}, cause));
  }

  /** Who asks with an alias gets what its user gets. */
  private async settleForUsers(
    questions: readonly Question[],
    options: AnswerOptions,
    anew = options.refresh,
  ): Promise<AssignmentAnswer[]> {
    const ids = questions.map(({ userId }) => userId);
    const users = await this.identities.of(ids, anew);
    const own = questions.map((question, index) => ({ ...question, userId: users[index] }));
    try {
      const answers = await this.settle(own, options);
      return answers.map((answer, index) => answerTo(ids[index], answer));
    } catch (error) {
      if (!(error instanceof Linked) || anew) throw error;
      return this.settleForUsers(questions, options, true);
    }
  }

  private async settle(questions: readonly Question[], options: AnswerOptions): Promise<AssignmentAnswer[]> {
    let open = [...questions];
    const answers = new Map<string, AssignmentAnswer>();
    for (let round = 1; open.length > 0; round++) {
      if (round > MOST_ROUNDS)
        throw new AssayError('store_unavailable', 'The experiment keeps changing; try again.');
      // What the first round could not write was decided by an experiment that has changed since.
      if (round > 2) open = await this.refresh(open);
      if (round > 2) await this.expectUsers(open);
      open = await this.answerStored(open, answers, options);
    }
    return questions.map((question) => answers.get(nameOf(pairOf(question))) as AssignmentAnswer);
  }

  /** Answers what can be answered and writes down the rest. @returns the questions to ask again */
  private async answerStored(
    questions: Question[],
    answers: Map<string, AssignmentAnswer>,
    { enroll: asksToEnroll = false, refresh = false, record = true }: AnswerOptions,
  ): Promise<Question[]> {
    const enroll = asksToEnroll && record;
    const pairs = questions.map(pairOf);
    const stamps = this.stored.stamps(pairs);
    const stored = await this.stored.of(pairs, refresh, targetedOf(questions));
    const known = await this.facts.of(questions, stored, refresh);
    const nowUs = instantOfDate(new Date());
    const candidates: AssignmentCandidate[] = [];
    const unexposed: Pair[] = [];
    const again: Question[] = [];
    const open: Question[] = [];
    for (const [index, question] of questions.entries()) {
      const { experiment, userId } = question;
      const decision = decided(question, stored[index], known[index], nowUs);
      const pair = pairs[index];
      if ('answer' in decision) {
        answers.set(nameOf(pair), decision.answer);
        if (!enroll || !isUnexposed(decision.answer)) continue;
        unexposed.push(pair);
        again.push(question);
        continue;
      }
      if (!record) {
        answers.set(nameOf(pair), answerUnwritten(experiment, userId, decision));
        continue;
      }
      open.push(question);
      candidates.push({
        ...pair,
        arm_id: decision.armId,
        bucket: decision.bucket,
        experiment_version: experiment.version,
        enroll,
        attributes: question.attributes ?? null,
      });
    }
    if (candidates.length > 0) {
      const made = await this.writes.add(candidates);
      for (const question of open) {
        const pair = pairOf(question);
        const assignment = made.get(nameOf(pair));
        const answer = assignment && this.answerNew(question, assignment, stamps);
        // Of two who asked for this user at once, the other one may have been written down.
        if (answer === undefined || (enroll && isUnexposed(answer))) again.push(question);
        else answers.set(nameOf(pair), answer);
      }
    }
    if (unexposed.length > 0) await this.assignments.enroll(unexposed);
    this.stored.forget(again.map(pairOf));
    return again;
  }

  private answerNew(
    { experiment, userId }: Question,
    assignment: Assignment,
    stamps: Stamps,
  ): AssignmentAnswer {
    const stored = { assignment, overrideVariantId: undefined };
    this.stored.remember(assignment, stored, stamps);
    return answerAssigned(experiment, userId, assignment);
  }

  /** @throws Linked when one of them has become an alias: then nothing is written for that id */
  private async expectUsers(questions: readonly Question[]): Promise<void> {
    const ids = questions.map(({ userId }) => userId);
    const users = await this.identities.of(ids, true);
    if (users.some((userId, index) => userId !== ids[index]))
      throw new Linked('linked while it was answered');
  }

  private refresh(questions: readonly Question[]): Promise<Question[]> {
    return Promise.all(
      questions.map(async (question) => ({
        ...question,
        experiment: await this.cache.get(question.experiment.id, true),
      })),
    );
  }
}

/** An id has become an alias of another user since it was looked up. */
class Linked extends AssayError {
  constructor(why: string) {
    super('store_unavailable', `The user was ${why}; try again.`);
  }
}

/** The answer names whom it was asked about. */
function answerTo(id: string, answer: AssignmentAnswer): AssignmentAnswer {
  return answer.user_id === id ? answer : { ...answer, user_id: id };
}

/** @param known null when rows decide */
function decided(
  { experiment, userId }: Question,
  stored: Stored,
  known: Known | null,
  nowUs: number,
): Decision {
  if (known !== null) return decide(experiment, stored, known, nowUs);
  return { answer: storedAnswer(experiment, userId, stored) as AssignmentAnswer };
}

/** Assigned, and not known to have met the variant. */
function isUnexposed({ reason, exposed_at }: AssignmentAnswer): boolean {
  return reason === 'assigned' && exposed_at === null;
}

function targetedOf(questions: readonly Question[]): Set<string> {
  return new Set(questions.flatMap(({ experiment: { id, targeting } }) => (targeting === null ? [] : [id])));
}

function pairOf({ experiment, userId }: Question): Pair {
  return { experiment_id: experiment.id, user_id: userId };
}
