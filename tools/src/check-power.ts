// Which privacy gates find what: members are planted, verbatim or nearly, into a sample of the very population that the cohort is of.
// Prints a table for each number of held-out patients. Exits with 1 where a release with 2 % planted passes at a thousand held out or more.
import { stacked } from '@ehrsynth/matrix';
import { audit } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import { judgeGate, type Outcome, PRIVACY_GATES } from '@ehrsynth/release';
import { markdownTable } from './markdown.ts';
import { nearlyVerbatim, population } from './power/population.ts';

const HELD_OUT = [350, 1000, 3000];
const TRAINING_PER_HELD_OUT = 7 / 3;
const DRAWS = Number(process.argv[2] ?? 5);
const SHARES = [0, 0.01, 0.02, 0.05, 0.1, 0.2];
const gates = PRIVACY_GATES.filter(({ part, threshold }) => part === undefined && threshold !== undefined);

const everyone = population(Math.round(Math.max(...HELD_OUT) * (1 + 2 * TRAINING_PER_HELD_OUT)));
let missed = 0;
for (const heldOut of HELD_OUT) {
  const training = Math.round(heldOut * TRAINING_PER_HELD_OUT);
  const heads = ['gate'];
  const found = new Map(gates.map(({ name }) => [name, [] as string[]]));
  const verdicts: string[] = [];
  for (const share of SHARES) {
    for (const how of share === 0 ? (['verbatim'] as const) : (['verbatim', 'nearly'] as const)) {
      heads.push(share === 0 ? 'none' : `${100 * share} % ${how}`);
      const outcomes = Array.from({ length: DRAWS }, (_, draw) => outcomesOf(training, heldOut, share, how, draw));
      const passes = (outcome: Map<string, Outcome>) => [...outcome.values()].every((one) => one === 'passed');
      for (const { name } of gates) {
        found.get(name)!.push(String(outcomes.filter((outcome) => outcome.get(name) !== 'passed').length || '·'));
      }
      const passed = outcomes.filter(passes).length;
      verdicts.push(`${passed} of ${DRAWS}`);
      if (share >= 0.02 && heldOut >= 1000) missed += passed;
      process.stderr.write(`  ${heldOut} held out, ${heads.at(-1)}: ${passed} of ${DRAWS} pass\n`);
    }
  }
  console.log(
    `\n${heldOut} held out, ${training} to learn from, ${training} synthetic rows; of ${DRAWS} draws, those that a gate did not pass:\n`,
  );
  const rows = [...found].map(([name, cells]) => [name, ...cells]);
  console.log(markdownTable(heads, [...rows, ['**releases that pass**', ...verdicts]]));
}
if (missed > 0) {
  console.error(`${missed} releases with 2 % or more planted passed at a thousand held out or more.`);
  process.exitCode = 1;
}

/** What came of each gate for one draw of people, with a share of the synthetic rows planted. */
function outcomesOf(training: number, heldOut: number, share: number, how: 'verbatim' | 'nearly', draw: number) {
  const rng = new Rng(`power/${heldOut}/${draw}`);
  const order = rng.shuffle([...Array(everyone.rows).keys()]);
  const take = (from: number, count: number) => everyone.pick(order.slice(from, from + count));
  const planted = Math.round(share * training);
  const members = take(0, planted);
  const copies = how === 'verbatim' ? members : nearlyVerbatim(members, everyone, rng.fork('changes'));
  const synthetic = stacked(take(training + heldOut, training - planted), copies);
  const privacy = audit(take(0, training), take(training, heldOut), synthetic, { seed: draw });
  return new Map(
    gates.map((gate) => {
      // Gates of privacy look at nothing else.
      const value = gate.value({ privacy } as Parameters<typeof gate.value>[0]);
      return [
        gate.name,
        judgeGate(gate, gate.threshold!, value, { training, holdout: heldOut, synthetic: training }).outcome,
      ];
    }),
  );
}
