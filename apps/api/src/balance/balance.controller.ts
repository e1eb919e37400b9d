import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import { notFound } from '@app/model';
import { BalanceStore, ExperimentsStore } from '@app/store';
import { Describe } from '../http/describe';
import { CheckedQuery } from '../http/schema';
import { experimentAnswer, ledgerAnswer } from './balance';
import { SHOWN } from './balance.examples';
import { BalanceRange, ExperimentBalance, LedgerAnswer, LedgerRange } from './balance.schema';

@ApiTags('balance')
@Controller()
export class BalanceController {
  constructor(
    private readonly balance: BalanceStore,
    private readonly experiments: ExperimentsStore,
  ) {}

  @Get('balance')
  @Describe({
    summary: 'What became of all delivered events',
    description:
      'By UTC day of receipt. The ledger is written in the transactions that store the events, so `received` is always the sum of the ' +
      'others. Each delivery counts: an event that came twice is once stored and once a duplicate.',
    scopes: ['results:read'],
    query: LedgerRange,
    status: 200,
    answer: LedgerAnswer,
    ...SHOWN.ledger,
    problems: ['invalid_request', 'store_unavailable'],
  })
  async ledger(@Query(new CheckedQuery(LedgerRange)) query: Static<typeof LedgerRange>): Promise<unknown> {
    const range = { start: query.start_date ?? null, end: query.end_date ?? null };
    if (query.recount !== true) return ledgerAnswer(await this.balance.days(range), null);
    const { days, rows } = await this.balance.recount(range);
    return ledgerAnswer(days, rows);
  }

  @Get('experiments/:id/balance')
  @Describe({
    summary: 'What became of the events of an experiment',
    description:
      'By day of receipt in the time zone of the experiment: stored events that name it, and those of users who are assigned or forced ' +
      'in it, by what became of each. Counted from the events at the moment of asking, in one snapshot: an operator’s question, whose ' +
      'cost grows with the events of the range.',
    scopes: ['results:read'],
    params: { id: 'Id or key of the experiment.' },
    query: BalanceRange,
    status: 200,
    answer: ExperimentBalance,
    ...SHOWN.read,
    problems: ['invalid_request', 'not_found', 'store_unavailable'],
  })
  async read(
    @Param('id') id: string,
    @Query(new CheckedQuery(BalanceRange)) query: Static<typeof BalanceRange>,
  ): Promise<unknown> {
    const experiment = await this.experiments.find(id);
    if (experiment === null) throw notFound('experiment', id);
    const range = { start: query.start_date ?? null, end: query.end_date ?? null };
    return experimentAnswer(experiment, await this.balance.experiment(experiment.id, range));
  }
}
