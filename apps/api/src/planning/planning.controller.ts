import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import { Describe } from '../http/describe';
import { CheckedBody } from '../http/schema';
import { SHOWN } from './planning.examples';
import {
  MdeAnswer,
  PlanMde,
  PlanPower,
  PlanSampleSize,
  PowerAnswer,
  SampleSizeAnswer,
} from './planning.schema';
import { PlanningService } from './planning.service';

const ABOUT =
  'Tests are two-sided. With several treatments alpha is divided by their number. With `experiment`, what the request leaves out ' +
  'comes from its totals, and `traffic` says how many days it takes. Power is always that of a hypothetical effect: the power of ' +
  'the effect that was observed says nothing that its p-value does not say (Hoenig & Heisey 2001), so there is none.';

@ApiTags('planning')
@Controller('planning')
export class PlanningController {
  constructor(private readonly planning: PlanningService) {}

  @Post('sample-size')
  @Describe({
    summary: 'How many users does it take?',
    description: `Least users per arm that find a given effect with the wanted power. ${ABOUT}`,
    scopes: ['results:read'],
    body: PlanSampleSize,
    status: 200,
    answer: SampleSizeAnswer,
    ...SHOWN.sampleSize,
    problems: ['invalid_request', 'not_found', 'store_unavailable'],
  })
  sampleSize(
    @Body(new CheckedBody(PlanSampleSize)) body: Static<typeof PlanSampleSize>,
  ): Promise<SampleSizeAnswer> {
    return this.planning.sampleSize(body);
  }

  @Post('power')
  @Describe({
    summary: 'How likely is it to find an effect?',
    description: `Power of given users for a given, hypothetical effect. ${ABOUT}`,
    scopes: ['results:read'],
    body: PlanPower,
    status: 200,
    answer: PowerAnswer,
    ...SHOWN.power,
    problems: ['invalid_request', 'not_found', 'store_unavailable'],
  })
  power(@Body(new CheckedBody(PlanPower)) body: Static<typeof PlanPower>): Promise<PowerAnswer> {
    return this.planning.power(body);
  }

  @Post('mde')
  @Describe({
    summary: 'How small an effect can be found?',
    description: `Smallest detectable increase and decrease for given users. ${ABOUT}`,
    scopes: ['results:read'],
    body: PlanMde,
    status: 200,
    answer: MdeAnswer,
    ...SHOWN.mde,
    problems: ['invalid_request', 'not_found', 'store_unavailable'],
  })
  mde(@Body(new CheckedBody(PlanMde)) body: Static<typeof PlanMde>): Promise<MdeAnswer> {
    return this.planning.mde(body);
  }
}
