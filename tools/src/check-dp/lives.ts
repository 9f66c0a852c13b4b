import { attackLives, VisitsOptions } from '@ehrsynth/models';
import { auditOneRun, noiseFor } from '@ehrsynth/privacy';
import type { Column } from '@ehrsynth/matrix';
import { addDays, type PatientRecord } from '@ehrsynth/records';

const CLAIM = 1;
const DELTA = 1e-5;
const TRAININGS = 300;
const STEPS = 2;
/** Of the budget, for the counts. */
const SHARE = 0.5;
const OTHERS = 2;
/** Guesses that are made. */
const GUESSES = [30, 100, 300];
const SYSTEM = 'urn:check';

/** What is done, and by how much the noise falls short of it: on the counts, and on gradients whose norm is `clip`. */
const SETTINGS = [
  { name: 'as claimed', ofCounts: 1, ofGradients: 1, clip: 1 },
  { name: 'a tenth of the noise', ofCounts: 1 / 10, ofGradients: 1 / 10, clip: 1 },
  { name: 'counts: a tenth of the noise', ofCounts: 1 / 10, ofGradients: 1, clip: 1 },
  { name: 'gradients ten times as long as the noise is for', ofCounts: 1, ofGradients: 1 / 10, clip: 10 },
];

/**
 * Audits private training on lives by attacks on neighbouring data sets: with and without one patient whose record is much longer than those of
 * the others. As claimed, the lower bound of ε has to stay under the claim; where noise or clipping is broken it has to exceed it.
 * @returns what is wrong, a line each
 */
export async function checkLives(): Promise<string[]> {
  const alone = { samplingRate: 1, steps: 1 };
  const tallyNoise = noiseFor(CLAIM, DELTA, alone).noiseMultiplier / Math.sqrt(SHARE);
  const counts = { ...alone, noiseMultiplier: tallyNoise };
  const { noiseMultiplier } = noiseFor(CLAIM, DELTA, { samplingRate: 1, steps: STEPS }, [counts]);
  console.log(
    `Lives: ${TRAININGS} trainings of ${STEPS} steps with or without one patient, δ ${DELTA}, confidence 95 %; claimed ε ${CLAIM}`,
  );
  const failed: string[] = [];
  for (const { name, ofCounts, ofGradients, clip } of SETTINGS) {
    const options = VisitsOptions.parse({
      epochs: STEPS,
      hidden: 2,
      layers: 1,
      tallyNoise: ofCounts * tallyNoise,
      noiseMultiplier: ofGradients * noiseMultiplier,
      clip,
    });
    const others = Array.from({ length: OTHERS }, (_, i) => person(i, 3));
    const attacks = await attackLives(COHORT, others, person(OTHERS, 40), options, TRAININGS);
    const { right, guesses, lowerBound } = auditOneRun(attacks, DELTA, GUESSES);
    console.log(`${name.padEnd(48)} ${`${right} of ${guesses}`.padStart(12)} ${lowerBound.toFixed(2).padStart(8)}`);
    const isBroken = name !== SETTINGS[0].name;
    if (lowerBound > CLAIM && !isBroken) failed.push('Failed: training on lives reveals more than it claims');
    if (lowerBound <= CLAIM && isBroken) failed.push(`Failed: the attack on lives does not detect the fault: ${name}`);
  }
  return failed;
}

const columns = ['a', 'b'].map((code): Column => ({ kind: 'condition', system: SYSTEM, code, level: 'code' }));
const COHORT = { columns, columnOf: ({ code }: { code: { code: string } }) => (code.code === 'a' ? 0 : 1) };

function person(i: number, visits: number): PatientRecord {
  const days = Array.from({ length: visits }, (_, visit) => addDays('2019-03-01', 10 * i + 7 * visit));
  return {
    id: `p${i}`,
    sex: 'female',
    birthDate: '1970-01-01',
    encounters: days.map((start) => ({ class: 'AMB', start, end: start })),
    events: days.map((start, encounter) => ({
      kind: 'condition',
      code: { system: SYSTEM, code: i === OTHERS ? 'b' : 'a' },
      start,
      encounter,
    })),
  };
}
