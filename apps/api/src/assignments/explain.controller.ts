import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import { instantOfDate } from '@app/model';
import { AssignmentsStore, UserFactsStore } from '@app/store';
import { Describe } from '../http/describe';
import { CheckedParam, CheckedQuery } from '../http/schema';
import { SHOWN } from './assignments.examples';
import { EligibilityCache } from './eligibility-cache';
import { ExperimentCache } from './experiment-cache';
import { explain } from './explain';
import { ExplainQuery, Explanation } from './explain.schema';
import { wordsOf } from './said';
import { IdentityCache } from './identity-cache';
import { StoredAnswers } from './stored-answers';

@ApiTags('assignments')
@Controller()
export class ExplainController {
  constructor(
    private readonly experiments: ExperimentCache,
    private readonly stored: StoredAnswers,
    private readonly assignments: AssignmentsStore,
    private readonly eligibility: EligibilityCache,
    private readonly users: UserFactsStore,
    private readonly identities: IdentityCache,
  ) {}

  @Get('experiments/:id/assignment/:user_id/explain')
  @Describe({
    summary: 'Why does this user get this variant, or none?',
    description:
      'Every rule in its order with its verdict, the hash with its input, bucket and ranges, the condition with the verdict of each part, ' +
      'the stored row, and whether the user counts. Everything is read anew, and nothing is written.',
    scopes: ['experiments:read'],
    params: {
      id: 'Id or key of the experiment.',
      user_id: '1 to 256 bytes, percent-encoded.',
    },
    query: ExplainQuery,
    status: 200,
    answer: Explanation,
    ...SHOWN.explain,
    problems: ['invalid_request', 'not_found', 'store_unavailable'],
  })
  async explainAssignment(
    @Param('id') id: string,
    @Param('user_id', new CheckedParam('user_id', 'user-id')) asked: string,
    @Query(new CheckedQuery(ExplainQuery)) query: Static<typeof ExplainQuery>,
  ): Promise<Explanation> {
    const { said } = wordsOf(query.attributes);
    const experiment = await this.experiments.get(id, true);
    const [userId] = await this.identities.of([asked], true);
    const pair = { experiment_id: experiment.id, user_id: userId };
    const [[stored], isContaminated, eligibility, facts] = await Promise.all([
      this.stored.of([pair], true),
      this.assignments.isContaminated(pair),
      this.eligibility.get(true),
      this.users.of([userId]),
    ]);
    const subject = { userId, facts: { ...facts.get(userId), ...said } };
    const nowUs = instantOfDate(new Date());
    const explained = explain(experiment, stored, { subject, eligibility }, nowUs, isContaminated);
    return { ...explained, user_id: asked, answer: { ...explained.answer, user_id: asked } };
  }
}
