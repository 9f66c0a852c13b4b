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
      ? 'The number of training patients is not stated, because the budget does not cover it.'
      : `The model was trained on ${numberText(model.trainedOn)} patients; ${numberText(model.heldOut)} others were held out for evaluation.`,
    minPatients > 1
      ? `Codes of fewer than ${numberText(minPatients)} training patients were ${rare === 'drop' ? 'left out' : 'counted under a wider code, or left out'} (\`ingest --min-patients ${minPatients}\`).`
      : 'No code was left out for being rare (`ingest --min-patients 1`).',
    gate?.outcome === 'passed'
      ? `Each code, race, ethnicity and encounter class in the records occurs in at least ${numberText(gate.threshold)} training patients (gate rare-columns).`
      : 'The records may contain something that only a few training patients have: the gate rare-columns did not pass.',
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
    `Of ${numberText(gates.length)} gates of \`policy.yaml\`, ${numberText(named(gates, 'passed').length)} passed; the outcome of each is in \`outcome.json\``,
    ...line('Failed', named(gates, 'failed')),
    ...line('Too few patients to tell', named(gates, 'too few to tell')),
    ...line('Not measured', named(gates, 'not measured')),
    ...line('Disabled by the policy', off),
    ...line('Attacks within their thresholds', named(attacks, 'passed')),
    ...formatLines(facts),
    triesLine(tries),
    ...(epsilon
      ? [
          'The decision to release rests on measurements of real patients, which the budget does not cover: whether each gate passed follows from them. The values are withheld',
          'Figures of the synthetic records: `report.html`. No figure of a real patient is in this package',
        ]
      : [
          `Figures and plots: \`report.html\`. No prevalence, length or pair of fewer than ${smallCells} real patients is in this package; only the numbers of people that attacks found are shown unaltered`,
        ]),
  ];
}

function formatLines({ formats: [first, ...more], otherFormats }: DatasheetFacts): string[] {
  const same = more.filter((format) => !otherFormats.some((other) => other.format === format));
  return [
    `The records were measured as read back from \`data/${first}\`${same.length > 0 ? `; ${same.map((format) => `\`data/${format}\``).join(' and ')} ${same.length > 1 ? 'have' : 'has'} the same content` : ''}`,
    ...otherFormats.map(
      ({ format, entries }) =>
        `\`data/${format}\` differs from it in ${numberText(entries)} entries, and was checked against the gates separately`,
    ),
  ];
}

function triesLine({ asked, samples, evaluationSeeds, refused }: Tries): string {
  if (asked === 1)
    return 'According to the ledger next to the cohort, this is the first release requested from these patients';
  return `According to the ledger next to the cohort, ${numberText(asked)} releases from these patients have been requested up to this one, of ${numberText(samples)} different samples, measured with ${numberText(evaluationSeeds)} different seeds; ${numberText(refused)} were refused`;
}
