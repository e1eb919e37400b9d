import {
  sequentialInterval,
  sequentialSe,
  sequentialSrm,
  srmChiSquare,
  twoProportionZTest,
  type Proportion,
} from '@app/stats';
import type { Random } from './random';
import { above, atMost, below, Count, covers, near, percent, significant, told, type Row } from './row';

const DAYS = 28;
const USERS_A_DAY = 400;
const RATE = 0.1;
const SRM_LEVEL = 0.001;

/** Two equal arms, looked at every day: what a peek costs, and what the always-valid numbers save. */
export function dailyLooks(random: Random, runs: number): Row[] {
  const fixedEnd = new Count();
  const fixedAny = new Count();
  const sequentialAny = new Count();
  const coverEnd = new Count();
  const coverAll = new Count();
  const srmEnd = new Count();
  const srmAny = new Count();
  const srmSequential = new Count();
  for (let run = 0; run < runs; run++) {
    const looks = days(random);
    const tests = looks.map(([control, treatment]) => twoProportionZTest({ control, treatment }));
    const fixed = tests.map(({ pooled }) => significant(pooled.pValue));
    fixedEnd.add(fixed.at(-1)!);
    fixedAny.add(fixed.includes(true));
    const intervals = tests.map(({ diff, pooled, unpooled }, day) => {
      const [control, treatment] = looks[day];
      const se = sequentialSe({ se: unpooled.se, pooledSe: pooled.se }, [{ control, treatment }]);
      return sequentialInterval({ estimate: diff, se, n: control.users + treatment.users });
    });
    sequentialAny.add(intervals.some(({ pValue }) => significant(pValue)));
    const held = intervals.map((interval) => interval.lower === null || covers(interval, 0));
    coverEnd.add(held.at(-1)!);
    coverAll.add(!held.includes(false));
    const users = looks.map((arms) => arms.map((arm) => arm.users));
    const ratios = users.map((look) => srmChiSquare({ users: look, weights: [1, 1] }).pValue);
    srmEnd.add(significant(ratios.at(-1)!, SRM_LEVEL));
    srmAny.add(ratios.some((p) => significant(p, SRM_LEVEL)));
    const running = sequentialSrm({ cumulativeUsers: users, weights: [1, 1] }).pValueRunning;
    srmSequential.add(significant(running.at(-1)!, SRM_LEVEL));
  }
  return [
    near('pooled z, p < .05 at the end', fixedEnd, 0.05),
    told('pooled z, p < .05 at any look', fixedAny, 'far above 5 %'),
    below('sequential p < .05 at any look', sequentialAny, 0.05),
    above('sequential interval holds 0 at the end', coverEnd, 0.95),
    above('sequential interval holds 0 at all looks', coverAll, 0.95),
    atMost('SRM p < .001 at the end', srmEnd, SRM_LEVEL),
    atMost(`SRM p < .001 at any look (bound ${DAYS} x ${percent(SRM_LEVEL)})`, srmAny, DAYS * SRM_LEVEL),
    atMost('sequential SRM p < .001 at any look', srmSequential, SRM_LEVEL),
  ];
}

export const dailyLooksSetting = `A/A, ${DAYS} daily looks, ${USERS_A_DAY} new users a day, rate ${percent(RATE)}`;

/** All users and conversions up to each day, control first. */
function days(random: Random): [Proportion, Proportion][] {
  const total = [
    { users: 0, conversions: 0 },
    { users: 0, conversions: 0 },
  ];
  return Array.from({ length: DAYS }, () => {
    const treated = random.binomial(USERS_A_DAY, 0.5);
    [USERS_A_DAY - treated, treated].forEach((users, arm) => {
      total[arm].users += users;
      total[arm].conversions += random.binomial(users, RATE);
    });
    return [{ ...total[0] }, { ...total[1] }];
  });
}

const TREATMENTS = 3;
const ARM = 2000;

/** Equal arms, each treatment against the same control. */
export function severalTreatments(
  random: Random,
  runs: number,
  adjust: (p: (number | null)[]) => (number | null)[],
): Row[] {
  const raw = new Count();
  const adjusted = new Count();
  for (let run = 0; run < runs; run++) {
    const arm = () => ({ users: ARM, conversions: random.binomial(ARM, RATE) });
    const control = arm();
    const pValues = Array.from(
      { length: TREATMENTS },
      () => twoProportionZTest({ control, treatment: arm() }).pooled.pValue,
    );
    raw.add(pValues.some((p) => significant(p)));
    adjusted.add(adjust(pValues).some((p) => significant(p)));
  }
  return [atMost('any Holm-adjusted p < .05', adjusted, 0.05), told('any raw p < .05', raw, `above 5 %`)];
}

export const severalTreatmentsSetting = `A/A, ${TREATMENTS} treatments and a control of ${ARM} users, rate ${percent(RATE)}`;
