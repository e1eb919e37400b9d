import { Injectable } from '@nestjs/common';
import { AssayError, Attributes, Evaluation, Experiment, Flag, Subject } from '@app/model';
import { UserFactsStore } from '@app/store';
import type { AssignmentAnswer } from '../assignments/assignments.schema';
import { AssignmentsService, Question } from '../assignments/assignments.service';
import { EligibilityCache } from '../assignments/eligibility-cache';
import { IdentityCache } from '../assignments/identity-cache';
import { Answers, evaluateExperiment, evaluateFlag, experimentsOf, isTargeted } from './evaluate';
import { FlagCatalogue } from './flag-catalogue';

export interface EvaluateOptions {
  /** Whether an assignment is written for who gets one. */
  record?: boolean;
  /** Also marks the exposure. */
  enroll?: boolean;
  /** Kept with an assignment that is made. Nothing of the facts is kept by itself. */
  attributes?: Attributes | null;
}

/** What a user gets, for whoever speaks to applications. */
@Injectable()
export class FlagsService {
  constructor(
    private readonly flags: FlagCatalogue,
    private readonly assignments: AssignmentsService,
    private readonly eligibility: EligibilityCache,
    private readonly users: UserFactsStore,
    private readonly identities: IdentityCache,
  ) {}

  /**
   * One flag, or an experiment where no flag has the key.
   * @param asked with the facts of the request; those that are stored are added when something asks for any
   * @throws AssayError not_found
   */
  async evaluate(key: string, asked: Subject, options: EvaluateOptions = {}): Promise<Evaluation> {
    const subject = await this.asUser(asked);
    const flag = (await this.flags.get()).flags.get(key);
    if (flag === undefined) {
      const experiment = await this.experiment(key);
      // By its id it is no flag.
      if (experiment?.key !== key)
        throw new AssayError(
          'not_found',
          `There is no flag ${JSON.stringify(key)}, and no experiment of this key.`,
        );
      return evaluateExperiment(experiment, await this.ask(experiment, { said: subject }, options));
    }
    const known = isTargeted(flag) ? await this.withFacts(subject) : null;
    const { segments } = await this.eligibility.get();
    const answers = new Map<string, AssignmentAnswer | null>();
    for (;;) {
      const evaluated = evaluateFlag(flag, known ?? subject, segments, answers);
      if ('evaluation' in evaluated) return evaluated.evaluation;
      const experiment = await this.experiment(evaluated.needs);
      const whom = known === null ? { said: subject } : { known };
      answers.set(evaluated.needs, experiment === null ? null : await this.ask(experiment, whom, options));
    }
  }

  /**
   * All flags that are not archived, and all experiments, in the order of their keys. Never writes: whoever asks for all of them has met
   * none of them yet.
   * @param keys only these; those that nothing has are left out
   */
  async evaluateAll(whom: Subject, keys?: readonly string[]): Promise<Evaluation[]> {
    const subject = await this.asUser(whom);
    const { flags, experiments } = await this.flags.get();
    const wanted = keys === undefined ? null : new Set(keys);
    const isWanted = ({ key }: { key: string }): boolean => wanted === null || wanted.has(key);
    const asked = [...flags.values()].filter((flag) => flag.state !== 'archived' && isWanted(flag));
    const alone = [...experiments.values()].filter((one) => !flags.has(one.key) && isWanted(one));
    const needed = new Set([...asked.flatMap(experimentsOf), ...alone.map(({ key }) => key)]);
    const asking = [...needed].flatMap((key) => experiments.get(key) ?? []);
    const needsFacts = asked.some(isTargeted) || asking.some(({ targeting }) => targeting !== null);
    const known = needsFacts ? await this.withFacts(subject) : subject;
    const answers = await this.answersFor(asking, known);
    const { segments } = await this.eligibility.get();
    return [
      ...asked.map((flag) => settled(flag, known, segments, answers)),
      ...alone.map((one) => evaluateExperiment(one, answers.get(one.key) as AssignmentAnswer)),
    ].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** What `evaluateAll` looks at, for those who evaluate elsewhere. */
  async catalogue(): Promise<{ etag: string; flags: readonly Flag[]; experiments: readonly Experiment[] }> {
    const [{ flags, experiments }, etag] = await Promise.all([this.flags.get(), this.flags.etag()]);
    return { etag, flags: [...flags.values()], experiments: [...experiments.values()] };
  }

  private async ask(
    experiment: Experiment,
    whom: { said: Subject } | { known: Subject },
    { record = false, enroll = false, attributes = null }: EvaluateOptions,
  ): Promise<AssignmentAnswer> {
    const { userId } = 'known' in whom ? whom.known : whom.said;
    const facts = 'known' in whom ? { facts: whom.known.facts } : { said: whom.said.facts };
    const question: Question = { experiment, userId, attributes, ...facts };
    const [answer] = await this.assignments.answer([question], { record, enroll });
    return answer;
  }

  private async answersFor(experiments: readonly Experiment[], { userId, facts }: Subject): Promise<Answers> {
    const questions = experiments.map((experiment) => ({ experiment, userId, facts }));
    const answers = await this.assignments.answer(questions, { record: false });
    return new Map(answers.map((answer) => [answer.experiment_key, answer]));
  }

  private async experiment(key: string): Promise<Experiment | null> {
    try {
      return await this.assignments.experiment(key);
    } catch (error) {
      if (error instanceof AssayError && error.code === 'not_found') return null;
      throw error;
    }
  }

  /** Whoever was known by another id before gets what the person gets. */
  private async asUser({ userId, facts }: Subject): Promise<Subject> {
    const [known] = await this.identities.of([userId]);
    return { userId: known, facts };
  }

  private async withFacts({ userId, facts }: Subject): Promise<Subject> {
    const stored = (await this.users.of([userId])).get(userId);
    return { userId, facts: { ...stored, ...facts } };
  }
}

/** Of an experiment that is not among the answers nothing is known: it is gone. */
function settled(
  flag: Flag,
  subject: Subject,
  segments: Parameters<typeof evaluateFlag>[2],
  answers: Answers,
): Evaluation {
  const all = new Map([...experimentsOf(flag).map((key) => [key, null] as const), ...answers]);
  const evaluated = evaluateFlag(flag, subject, segments, all);
  if ('evaluation' in evaluated) return evaluated.evaluation;
  throw new Error(`nobody asked ${evaluated.needs}`);
}
