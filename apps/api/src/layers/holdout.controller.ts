import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Static } from '@sinclair/typebox';
import { invalid, toBasisPoints } from '@app/model';
import { HoldoutRow, HoldoutStore } from '@app/store';
import { Describe } from '../http/describe';
import { CheckedBody } from '../http/schema';
import { SHOWN } from './layers.examples';
import { HoldoutAnswer, PutHoldout } from './layers.schema';

@ApiTags('layers')
@Controller('holdout')
export class HoldoutController {
  constructor(private readonly holdout: HoldoutStore) {}

  @Get()
  @Describe({
    summary: 'Read the global holdout',
    scopes: ['experiments:read'],
    status: 200,
    answer: HoldoutAnswer,
    ...SHOWN.readHoldout,
  })
  async readHoldout(): Promise<HoldoutAnswer> {
    return toAnswer(await this.holdout.get());
  }

  @Put()
  @Describe({
    summary: 'Set the global holdout',
    description:
      'Users held out enter no experiment that is subject to the holdout (`holdout: true`, as all are unless told otherwise). ' +
      'Whoever has a variant keeps it.',
    scopes: ['admin'],
    body: PutHoldout,
    status: 200,
    answer: HoldoutAnswer,
    ...SHOWN.putHoldout,
    problems: ['invalid_request'],
    audit: 'holdout.update',
  })
  async putHoldout(
    @Body(new CheckedBody(PutHoldout)) body: Static<typeof PutHoldout>,
  ): Promise<HoldoutAnswer> {
    const shareBp = toBasisPoints(body.share_pct);
    if (shareBp === null)
      throw invalid('/share_pct', 'invalid_allocation', 'Must be 0 to 100 with at most two decimals.');
    return toAnswer(await this.holdout.put(shareBp, body.seed));
  }
}

function toAnswer({ shareBp, seed, updatedAt }: HoldoutRow): HoldoutAnswer {
  return { share_pct: shareBp / 100, seed, updated_at: updatedAt };
}
