import { formatInstant, parseInstant } from '@app/model';

// GrowthBook's SDKs compare times as texts, which is right for texts of one form. So each form that clients write has a test of its own:
// UTC, with seconds, milliseconds or microseconds. Other forms are found by the server alone.

const DATE =
  '(19|20|21)\\d\\d-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|[12]\\d))';
const TIME = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d';
const FORMS = [
  { unitUs: 1_000_000, digits: 0 },
  { unitUs: 1_000, digits: 3 },
  { unitUs: 1, digits: 6 },
];

/** Tests, of which one must hold. */
export function comparedTimes(operator: 'before' | 'after', bound: string): Record<string, unknown>[] {
  const us = parseInstant(bound) ?? 0;
  return FORMS.map(({ unitUs, digits }) => {
    const fraction = digits === 0 ? '' : `\\.\\d{${digits}}`;
    const round = operator === 'before' ? Math.ceil : Math.floor;
    return {
      $type: 'string',
      $regex: `^${DATE}T${TIME}${fraction}Z$`,
      [operator === 'before' ? '$lt' : '$gt']: written(round(us / unitUs) * unitUs, digits),
    };
  });
}

function written(us: number, digits: number): string {
  const [seconds, fraction = ''] = formatInstant(us).slice(0, -1).split('.');
  return digits === 0 ? `${seconds}Z` : `${seconds}.${fraction.padEnd(digits, '0').slice(0, digits)}Z`;
}
