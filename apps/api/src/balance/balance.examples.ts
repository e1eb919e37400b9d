import { Shown } from '../http/examples';
import { CHECKOUT_BUTTON } from '../http/story';
import { experimentAnswer, ledgerAnswer } from './balance';

const day = '2026-11-21';
/** Three events: one was sent twice, and one could not be stored. */
const LEDGER = [{ day, received: 4, stored: 2, duplicate: 1, dead: 1, erased: 0 }];
const ROWS = [{ day, stored: 2, dead: 1, erased: 0 }];
const NONE = {
  unassigned: 0,
  override: 0,
  contaminated: 0,
  before_anchor: 0,
  after_end: 0,
  other_experiment: 0,
};

export const SHOWN = {
  ledger: {
    answerExamples: { kept: ledgerAnswer(LEDGER, null), recounted: ledgerAnswer(LEDGER, ROWS) },
  },
  read: {
    answerExample: experimentAnswer(CHECKOUT_BUTTON, [
      { day, received: 2, dispositions: { counted: 2, ...NONE } },
    ]),
  },
} satisfies Record<string, Shown>;
