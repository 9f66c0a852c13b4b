import { numberText } from '@ehrsynth/statistics';
import type { Filling } from './fill-classes.ts';
import type { Policy } from './policy.ts';
import type { Verdict } from './verdict.ts';

/** What a datasheet tells besides the policy's own words. */
export interface DatasheetFacts {
  version: string;
  /** ISO date. */
  date: string;
  patients: number;
  codes: number;
  formats: string[];
  model: { name: string; seed: number; trainedOn: number; heldOut: number };
  /** Of differential privacy; undefined where the model was trained without. */
  epsilon?: { epsilon: number; delta: number; public: Record<string, string> };
  generated: { seed: number; engine: string };
  filling?: Filling;
  /** Patients left out because their class stayed too small. */
  suppressed: number;
  verdict: Verdict;
}

/** Datasheet of a release, with the questions of Gebru et al. 2021 that apply to synthetic records. */
export function datasheetOf({ datasheet, license, ...policy }: Policy, facts: DatasheetFacts): string {
  const { model, generated, filling, verdict } = facts;
  const list = (items: string[]) => items.map((item) => `- ${item}`).join('\n');
  const named = (outcome: string) => verdict.gates.filter((gate) => gate.outcome === outcome).map(({ name }) => name);
  const notMeasured = [...named('not measured'), ...verdict.off];
  return [
    `# ${datasheet.title}`,
    `**Synthetic records: no patient in them is a person.** ${facts.date}, made by ehrsynth ${facts.version}.`,
    `## Purpose\n\n${datasheet.purpose}`,
    `## What is in it\n\n${numberText(facts.patients)} synthetic patients with ${numberText(facts.codes)} different codes, as ${facts.formats.join(', ')} in \`data/\`. Codes, titles and prevalence: \`data-dictionary.csv\`.`,
    `## Source\n\n${datasheet.source} The model learnt from ${numberText(model.trainedOn)} patients; ${numberText(model.heldOut)} others were held out to measure with. Codes of few patients were left out or counted in a wider code.`,
    `## How it was made\n\n${list([
      // The noise of a private training follows from its seed.
      facts.epsilon ? `Model: ${model.name}` : `Model: ${model.name}, seed ${model.seed}`,
      facts.epsilon
        ? `Differential privacy of each patient: ε = ${facts.epsilon.epsilon.toFixed(3)} at δ = ${facts.epsilon.delta}; outside of it, declared public: ${Object.values(facts.epsilon.public).join('; ')}`
        : 'Differential privacy: none; what the records tell of the source was measured by attacks (report.html)',
      `Patients drawn with seed ${generated.seed} on the ${generated.engine} engine`,
      ...fillingLines(filling, facts.suppressed),
    ])}`,
    `## What was checked\n\n${numberText(named('passed').length)} gates of \`policy.yaml\` were met${notMeasured.length > 0 ? `; not measured or left out: ${notMeasured.join(', ')}` : ''}. Figures and plots: \`report.html\`; what came of each gate: \`outcome.json\`. No count of fewer than ${policy['small-cells']} real patients is in this package.`,
    `## Limits\n\n${list([
      'Rare codes, and combinations of codes, are less faithful than common ones; the report says how much.',
      'Dates are plausible in order and distance, and are not of any real calendar year of care.',
      'A finding in these records is a finding about the model until it is confirmed in real patients.',
      'The attacks that were tried found no more than chance within their intervals; other attacks were not tried.',
    ])}`,
    `## Intended uses\n\n${list(datasheet['intended-uses'])}`,
    `## Forbidden uses\n\n${list(datasheet['forbidden-uses'])}`,
    `## Licence\n\n${license ? `${license.name}: see \`LICENSE.txt\`.` : 'No licence was chosen: nothing is granted beyond what its owner says.'}`,
    ...(datasheet.contact ? [`## Contact\n\n${datasheet.contact}`] : []),
    '## To check this package\n\n`sha256sum -c SHA256SUMS`, or `ehrsynth release verify FOLDER`.',
    '',
  ].join('\n\n');
} // prettier-ignore

function fillingLines(filling: Filling | undefined, suppressed: number): string[] {
  if (!filling) return [];
  const { k, quasiIdentifiers, added, classes } = filling;
  return [
    `${numberText(added)} patients were drawn in addition, so that every class of ${quasiIdentifiers.join(', ')} has at least ${k} (${numberText(classes.length)} classes had fewer)`,
    ...(suppressed > 0
      ? [`${numberText(suppressed)} patients were left out, whose classes stayed smaller`]
      : []),
  ];
}
