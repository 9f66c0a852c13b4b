/**
 * Audits private training: `npm run check:dp`. That on lives by attacks on neighbouring data sets, that on rows by one run with canaries. With the noise of the claim the lower bound that the audit finds has to
 * stay under the claimed ε; with less noise than claimed it has to exceed it, or the audit would see nothing.
 */
import { startEngine } from '@ehrsynth/engine';
import { AutoregressiveOptions, privateSteps, trainWithGradientCanaries } from '@ehrsynth/models';
import { auditOneRun, noiseFor } from '@ehrsynth/privacy';
import { type CodeMatrix, type Column, MatrixBuilder } from '@ehrsynth/matrix';
import { Rng } from '@ehrsynth/random';
import { checkLives } from './check-dp/lives.ts';

const PATIENTS = 100;
const CODES = 400;
const CANARIES = 150_000;
/** One in a hundred of 1 / CANARIES: the claim is about each of them. */
const DELTA = 1e-7;
const CLAIMS = [1, 3, 8];
/** The noise of the claim, and less of it. */
const NOISE = [1, 1 / 2, 1 / 3];
/** How many guesses are made: few that are sure, or many. Fixed before anything was run. */
const GUESSES = [100, 300, 1000, 3000, 10_000];

await startEngine('wasm');
const ofLives = await checkLives();
const rows = cohort();
const options = { epochs: 10, batchSize: PATIENTS / 20, hidden: 192 };
const { samplingRate, steps } = privateSteps(PATIENTS, options);
console.log(
  `${steps} steps at a sampling rate of ${samplingRate.toFixed(3)}, ${CANARIES.toLocaleString('en-US')} canaries, δ ${DELTA}, confidence 95 %`,
);
console.log('claimed ε  noise of the claim  noise multiplier  right of guesses    lower bound of ε');
let wrong = 0;
const caught = new Set<number>();
for (const claim of CLAIMS) {
  const { noiseMultiplier } = noiseFor(claim, DELTA, { samplingRate, steps });
  for (const share of NOISE) {
    const trained = AutoregressiveOptions.parse({ ...options, noiseMultiplier: share * noiseMultiplier });
    const canaries = await trainWithGradientCanaries(rows, trained, CANARIES);
    const { right, guesses, lowerBound } = auditOneRun(canaries, DELTA, GUESSES);
    const exceeds = lowerBound > claim;
    if (share === 1 && exceeds) wrong++;
    if (share < 1 && exceeds) caught.add(share);
    const cells = [
      claim.toFixed(0).padStart(9),
      share.toFixed(2).padStart(19),
      (share * noiseMultiplier).toFixed(3).padStart(17),
      `${right} of ${guesses}`.padStart(17),
      lowerBound.toFixed(2).padStart(19),
    ];
    console.log(`${cells.join(' ')}${exceeds ? '  above the claim' : ''}`);
  }
}
const missed = NOISE.filter((share) => share < 1 && !caught.has(share));
if (wrong > 0) console.log(`Failed: in ${wrong} of ${CLAIMS.length} settings the training reveals more than it claims`);
if (missed.length > 0)
  console.log(
    `Failed: the audit does not detect noise of ${missed.map((share) => share.toFixed(2)).join(', ')} of the claim`,
  );
for (const line of ofLives) console.log(line);
const failures = wrong + missed.length + ofLives.length;
if (failures === 0) console.log('The claims hold, and the audit detects noise that is too small');
process.exit(failures === 0 ? 0 : 1);

/** Patients with ten codes each, so that real gradients are among the canaries'. */
function cohort(): CodeMatrix {
  const columns = Array.from({ length: CODES }, (_, i): Column => ({
    kind: 'condition',
    system: 'urn:check',
    code: `c${i}`,
    level: 'code',
  }));
  const builder = new MatrixBuilder(columns);
  const rng = new Rng(1);
  for (let row = 0; row < PATIENTS; row++)
    builder.add(
      String(row),
      Array.from({ length: 10 }, (): [Column, number] => [rng.pick(columns), 1]),
    );
  return builder.build();
}
