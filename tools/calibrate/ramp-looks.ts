import {
  sequentialInterval,
  sequentialSe,
  stratifiedMeans,
  stratifiedProportions,
  twoProportionZTest,
  type Proportion,
  type Sample,
  type Stratum,
} from '@app/stats';
import type { Random } from './random';
import { above, below, Count, covers, percent, significant, told, type Row } from './row';
import { addValue, momentsOf } from './users';

const USERS_A_DAY = 400;
const DAYS = 28;
const RAMP_ENDS = 7;
const SHARES = [0.01, 0.5];
/** The base rate drifts from the first to the second within the experiment. */
const RATES = [0.05, 0.1] as const;

export const rampLooksSetting =
  `A/A ramp, ${percent(SHARES[0])} for ${RAMP_ENDS} days, then ${percent(SHARES[1])}, ${USERS_A_DAY} new users a day, ` +
  `base rate drifting ${percent(RATES[0])} to ${percent(RATES[1])}, ${DAYS} daily looks`;

/** The always-valid numbers of rates on a stratified estimate, with the arms' own standard error and with the one of `sequentialSe`. */
export function rampLooks(random: Random, runs: number): Row[] {
  const naive = new Count();
  const unpooled = new Count();
  const cautious = new Count();
  const held = new Count();
  for (let run = 0; run < runs; run++) {
    const looks = days(random);
    const intervals = looks.map((strata) => {
      const { diff, se, pooledSe } = stratifiedProportions({ strata });
      const n = usersOf(strata);
      return {
        unpooled: sequentialInterval({ estimate: diff, se, n }),
        cautious: sequentialInterval({ estimate: diff, se: sequentialSe({ se, pooledSe }, strata), n }),
      };
    });
    naive.add(looks.some((strata) => significant(naiveP(strata))));
    unpooled.add(intervals.some((look) => significant(look.unpooled.pValue)));
    cautious.add(intervals.some((look) => significant(look.cautious.pValue)));
    held.add(intervals.every((look) => look.cautious.lower === null || covers(look.cautious, 0)));
  }
  return [
    told('sequential over all epochs, p < .05 at any look', naive, 'wrong: above 5 %'),
    told('stratified sequential with se, any look', unpooled, 'wrong: see docs/statistics.md'),
    below('stratified sequential with sequentialSe, any look', cautious, 0.05),
    above('its interval holds 0 at all looks', held, 0.95),
  ];
}

export const rampMeanLooksSetting = `the same ramp with exponential values, their mean drifting from 1 to 2`;

/** The same for means. */
export function rampMeanLooks(random: Random, runs: number): Row[] {
  const unpooled = new Count();
  const cautious = new Count();
  const held = new Count();
  for (let run = 0; run < runs; run++) {
    const looks = meanDays(random).map((strata, day) => {
      const { diff, se, pooledSe } = stratifiedMeans({ strata });
      const n = (day + 1) * USERS_A_DAY;
      return {
        unpooled: sequentialInterval({ estimate: diff, se, n }),
        cautious: sequentialInterval({ estimate: diff, se: sequentialSe({ se, pooledSe }), n }),
      };
    });
    unpooled.add(looks.some((look) => significant(look.unpooled.pValue)));
    cautious.add(looks.some((look) => significant(look.cautious.pValue)));
    held.add(looks.every((look) => look.cautious.lower === null || covers(look.cautious, 0)));
  }
  return [
    told('stratified sequential with se, any look', unpooled, 'wrong: see docs/statistics.md'),
    below('stratified sequential with sequentialSe, any look', cautious, 0.05),
    above('its interval holds 0 at all looks', held, 0.95),
  ];
}

function naiveP(strata: readonly Stratum<Proportion>[]): number | null {
  const arm = (side: 'control' | 'treatment') => ({
    users: strata.reduce((sum, { [side]: { users } }) => sum + users, 0),
    conversions: strata.reduce((sum, { [side]: { conversions } }) => sum + conversions, 0),
  });
  const arms = { control: arm('control'), treatment: arm('treatment') };
  const { diff, pooled, unpooled } = twoProportionZTest(arms);
  const se = sequentialSe({ se: unpooled.se, pooledSe: pooled.se }, [arms]);
  return sequentialInterval({ estimate: diff, se, n: usersOf(strata) }).pValue;
}

function usersOf(strata: readonly Stratum<Proportion>[]): number {
  return strata.reduce((sum, { control, treatment }) => sum + control.users + treatment.users, 0);
}

/** The strata as they stand at the end of each day. */
function days(random: Random): Stratum<Proportion>[][] {
  const total = SHARES.map(() => ({
    control: { users: 0, conversions: 0 },
    treatment: { users: 0, conversions: 0 },
  }));
  return Array.from({ length: DAYS }, (_, day) => {
    const epoch = day < RAMP_ENDS ? 0 : 1;
    const rate = RATES[0] + ((RATES[1] - RATES[0]) * day) / (DAYS - 1);
    const treated = random.binomial(USERS_A_DAY, SHARES[epoch]);
    add(total[epoch].control, USERS_A_DAY - treated, rate);
    add(total[epoch].treatment, treated, rate);
    return total.map(({ control, treatment }) => ({ control: { ...control }, treatment: { ...treatment } }));
  });

  function add(arm: Proportion, users: number, rate: number): void {
    arm.users += users;
    arm.conversions += random.binomial(users, rate);
  }
}

/** As `days` for a value of every user. */
function meanDays(random: Random): Stratum<Sample>[][] {
  const total = SHARES.map(() => ({
    control: { n: 0, sum: 0, squares: 0 },
    treatment: { n: 0, sum: 0, squares: 0 },
  }));
  return Array.from({ length: DAYS }, (_, day) => {
    const epoch = day < RAMP_ENDS ? 0 : 1;
    const treated = random.binomial(USERS_A_DAY, SHARES[epoch]);
    for (let user = 0; user < USERS_A_DAY; user++) {
      const arm = total[epoch][user < treated ? 'treatment' : 'control'];
      addValue(arm, (1 + day / (DAYS - 1)) * random.exponential());
    }
    return total.map(({ control, treatment }) => ({
      control: momentsOf(control),
      treatment: momentsOf(treatment),
    }));
  });
}
