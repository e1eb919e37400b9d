import { Injectable } from '@nestjs/common';
import { Experiment, Facts, Subject } from '@app/model';
import { UserFactsStore } from '@app/store';
import type { Stored } from './decide';
import { EligibilityCache } from './eligibility-cache';
import type { Eligibility } from './entry';

/** What a decision needs to know besides the experiment, the rows of the user and the time. */
export interface Known {
  subject: Subject;
  eligibility: Eligibility;
}

interface Asked {
  experiment: Experiment;
  userId: string;
  said?: Facts;
  facts?: Facts;
}

const NO_FACTS: Facts = {};

/** Reads no more than the decisions need: facts of users only for targeting, and neither for who has a row. */
@Injectable()
export class DecisionFacts {
  constructor(
    private readonly eligibility: EligibilityCache,
    private readonly users: UserFactsStore,
  ) {}

  /** For a user without a row, when nobody need be asked; null otherwise. */
  remembered(experiment: Experiment, userId: string): Known | null {
    const eligibility = experiment.targeting === null ? this.eligibility.remembered() : null;
    return eligibility === null ? null : { subject: { userId, facts: NO_FACTS }, eligibility };
  }

  /** In the order of the questions; null for those that rows decide. */
  async of(
    questions: readonly Asked[],
    stored: readonly Stored[],
    refresh: boolean,
  ): Promise<(Known | null)[]> {
    const isOpen = stored.map((one) => one.assignment === undefined && one.overrideVariantId === undefined);
    if (!isOpen.includes(true)) return questions.map(() => null);
    const targeted = questions.filter(({ experiment, facts }, index) => isOpen[index] && experiment.targeting !== null && facts === undefined); // prettier-ignore
    const [eligibility, facts] = await Promise.all([
      this.eligibility.get(refresh),
      this.users.of(targeted.map(({ userId }) => userId)),
    ]);
    return questions.map((question, index) =>
      isOpen[index] ? { subject: subjectOf(question, facts), eligibility } : null,
    );
  }
}

/** What the request says wins over what is stored. */
function subjectOf({ userId, facts, said }: Asked, stored: ReadonlyMap<string, Facts>): Subject {
  return { userId, facts: facts ?? { ...stored.get(userId), ...said } };
}
