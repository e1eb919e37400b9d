import { holm } from '@app/stats';
import { describeRates, lowCounts, manyUsers, rateIntervals } from './intervals';
import { dailyLooks, dailyLooksSetting, severalTreatments, severalTreatmentsSetting } from './looks';
import { meansIntervals, meansSetting } from './means';
import { rampMeans, rampMeansSetting, rampRates, rampRatesSetting } from './ramp';
import { rampLooks, rampLooksSetting, rampMeanLooks, rampMeanLooksSetting } from './ramp-looks';
import { Random } from './random';
import { percent, type Row } from './row';

type Study = [setting: string, measure: (random: Random, runs: number) => Row[]];

const STUDIES: Study[] = [
  [dailyLooksSetting, dailyLooks],
  [severalTreatmentsSetting, (random, runs) => severalTreatments(random, runs, holm)],
  [describeRates(manyUsers), (random, runs) => rateIntervals(random, runs, manyUsers)],
  [describeRates(lowCounts), (random, runs) => rateIntervals(random, runs, lowCounts)],
  [meansSetting, meansIntervals],
  [rampRatesSetting, rampRates],
  [rampMeansSetting, rampMeans],
  [rampLooksSetting, rampLooks],
  [rampMeanLooksSetting, rampMeanLooks],
];

/**
 * Simulates experiments whose truth is known and prints how often the library's tests err and its intervals hold the
 * truth, beside what theory says. Each study draws from its own generator, so none moves the figures of another.
 * Gives the exit code, 1 when something lies outside what theory allows.
 */
export function calibrate(
  { runs, seed }: { runs: number; seed: number },
  print: (line: string) => void,
): number {
  print(`${runs} simulated experiments a study, seed ${seed}`);
  let failed = 0;
  let checked = 0;
  STUDIES.forEach(([setting, measure], study) => {
    const rows = measure(new Random(seed * 1000 + study), runs);
    print('');
    print(setting);
    rows.map(line).forEach((text) => print(text));
    failed += rows.filter(({ verdict }) => verdict === 'FAIL').length;
    checked += rows.filter(({ verdict }) => verdict !== 'info').length;
  });
  print('');
  print(`${checked - failed} ok, ${failed} FAIL`);
  return failed === 0 ? 0 : 1;
}

function line({ name, rate, error, theory, verdict }: Row): string {
  const cells = [
    name.padEnd(62),
    percent(rate).padStart(8),
    `+- ${percent(error)}`.padEnd(11),
    theory.padEnd(30),
  ];
  return `  ${cells.join('  ')}  ${verdict}`;
}
