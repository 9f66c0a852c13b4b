import { numberText } from '@ehrsynth/statistics';
import type { DatasheetFacts } from './datasheet-facts.ts';
import type { Tries } from './ledger.ts';
import type { GateOutcome } from './gate-outcome.ts';

/** Gates of the section privacy that are no attack. */
const NO_ATTACK = ['source-ids', 'rare-columns', 'k-anonymity'];

/** Whom the model learnt from, and what of them can stand in the records. */
export function sourceText({ model, ingest, epsilon, verdict }: DatasheetFacts): string {
  const { minPatients, rare } = ingest;
  const gate = verdict.gates.find(({ name }) => name === 'rare-columns');
  return [
    epsilon
      ? 'How many patients the model learnt from is not said: it is outside of the budget.'
      : `The model learnt from ${numberText(model.trainedOn)} patients; ${numberText(model.heldOut)} others were held out to measure with.`,
    minPatients > 1
      ? `Codes that fewer than ${numberText(minPatients)} of those that it learnt from had were ${rare === 'drop' ? 'left out' : 'counted in a wider code, or left out'} (\`ingest --min-patients ${minPatients}\`).`
      : 'No code was left out for being rare (`ingest --min-patients 1`).',
    gate?.outcome === 'passed'
      ? `Each code, race, ethnicity and encounter class in the records is held by at least ${numberText(gate.threshold)} of them (gate rare-columns).`
      : 'That few of them hold something in the records is not ruled out: the gate rare-columns did not pass.',
  ].join(' ');
}

/** What was checked and what came of it; nothing is claimed that no outcome shows. */
export function checkedLines(facts: DatasheetFacts, smallCells: number): string[] {
  const { verdict, epsilon, tries } = facts;
  const { gates, off } = verdict;
  const attacks = gates.filter(({ section, name }) => section === 'privacy' && !NO_ATTACK.includes(name));
  const line = (words: string, names: string[]) => (names.length > 0 ? [`${words}: ${names.join(', ')}`] : []);
  const named = (of: GateOutcome[], outcome: GateOutcome['outcome']) =>
    of.filter((gate) => gate.outcome === outcome).map(({ name }) => name);
  return [
    `Of ${numberText(gates.length)} gates of \`policy.yaml\`, ${numberText(named(gates, 'passed').length)} were met; what came of each: \`outcome.json\``,
    ...line('Not met', named(gates, 'failed')),
    ...line('Too few patients to tell', named(gates, 'too few to tell')),
    ...line('Not measured', named(gates, 'not measured')),
    ...line('Left out by the policy', off),
    ...line('Attacks that found no more than their threshold allows', named(attacks, 'passed')),
    ...formatLines(facts),
    triesLine(tries),
    ...(epsilon
      ? [
          'Whether to release was decided by measuring real patients, outside of the budget: that each gate passed or not follows from them. The values are withheld',
          'Figures of the synthetic records: `report.html`. No figure of a real patient is in this package',
        ]
      : [
          `Figures and plots: \`report.html\`. No prevalence, length or pair of fewer than ${smallCells} real patients is in this package; how many people an attack found is shown as it is`,
        ]),
  ];
}

function formatLines({ formats: [first, ...more], otherFormats }: DatasheetFacts): string[] {
  const same = more.filter((format) => !otherFormats.some((other) => other.format === format));
  return [
    `The records were measured as \`data/${first}\` has them, read back${same.length > 0 ? `; ${same.map((format) => `\`data/${format}\``).join(' and ')} ${same.length > 1 ? 'hold' : 'holds'} the same` : ''}`,
    ...otherFormats.map(
      ({ format, entries }) =>
        `\`data/${format}\` differs from it in ${numberText(entries)} entries, and was held against the gates itself`,
    ),
  ];
}

function triesLine({ asked, samples, evaluationSeeds, refused }: Tries): string {
  if (asked === 1)
    return 'By the ledger beside the cohort this is the first release that was asked for from these patients';
  return `By the ledger beside the cohort, ${numberText(asked)} releases were asked for from these patients until this one, of ${numberText(samples)} different samples, measured with ${numberText(evaluationSeeds)} different seeds; ${numberText(refused)} were refused`;
}
