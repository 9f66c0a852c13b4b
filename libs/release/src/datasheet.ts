import { numberText } from '@ehrsynth/statistics';
import { caveatsOf } from './caveats.ts';
import { checkedLines, sourceText } from './datasheet-claims.ts';
import type { DatasheetFacts } from './datasheet-facts.ts';
import { HISTORY_GATES } from './history-gates.ts';
import type { Filling } from './fill-classes.ts';
import { markdownLine, markdownText } from './markdown.ts';
import type { Policy } from './policy.ts';
import type { Verdict } from './verdict.ts';

/** Datasheet of a release, with the questions of Gebru et al. 2021 that apply to synthetic records. Words of the policy are shown as text. */
export function datasheetOf({ datasheet, license, ...policy }: Policy, facts: DatasheetFacts): string {
  const { model, generated, filling, verdict, epsilon } = facts;
  const list = (items: string[]) => items.map((item) => `- ${item}`).join('\n');
  const caveats = caveatsOf(verdict);
  const name = markdownLine(model.name);
  return [
    `# ${markdownLine(datasheet.title)}`,
    ...(caveats ? [`**${caveats}.**`] : []),
    `**Synthetic records, drawn from a generative model.** ${facts.date}, made by ehrsynth ${facts.version}.`,
    `## Purpose\n\n${markdownText(datasheet.purpose)}`,
    `## What is in it\n\n${numberText(facts.patients)} synthetic patients with ${numberText(facts.codes)} distinct codes, as ${facts.formats.join(', ')} in \`data/\`. Codes, titles and prevalence: \`data-dictionary.csv\`.${csvLine(facts)}`,
    `## Source\n\n${markdownText(datasheet.source)} ${sourceText(facts)}`,
    `## How it was made\n\n${list([
      // The noise of a private training may follow from its seed.
      epsilon ? `Model: ${name}` : `Model: ${name}, seed ${model.seed}`,
      epsilon
        ? `Differential privacy of each patient: ε = ${epsilon.epsilon.toFixed(3)} at δ = ${epsilon.delta}; not covered, but declared public: ${Object.values(epsilon.public).map(markdownLine).join('; ') || 'nothing'}`
        : 'Differential privacy: none; what the records reveal about the source was measured by attacks (report.html)',
      `Patients drawn with seed ${generated.seed} on the ${markdownLine(generated.engine)} engine`,
      ...fillingLines(filling, facts.suppressed),
    ])}`,
    `## What was checked\n\n${list(checkedLines(facts, policy['small-cells']))}`,
    `## Limits\n\n${list([
      'Rare codes, and combinations of codes, are less faithful than common ones.',
      datesLine(verdict),
      'A finding in these records is a finding about the model until it is confirmed in real patients.',
      'Attacks that are not listed here were not tried.',
    ])}`,
    `## Intended uses\n\n${list(datasheet['intended-uses'].map(markdownLine))}`,
    `## Forbidden uses\n\n${list(datasheet['forbidden-uses'].map(markdownLine))}`,
    `## Licence\n\n${license ? `${markdownLine(license.name)}: see \`LICENSE.txt\`.` : 'No licence was chosen: only its owner can grant permissions.'}`,
    ...(datasheet.contact ? [`## Contact\n\n${markdownText(datasheet.contact)}`] : []),
    '## To check this package\n\n`sha256sum -c SHA256SUMS`, or `ehrsynth release verify FOLDER`.',
    '',
  ].join('\n\n');
}

function datesLine({ gates }: Verdict): string {
  const isMeasured = ({ name, outcome }: Verdict['gates'][number]) =>
    OF_HISTORIES.has(name) && outcome !== 'not measured';
  const dates = 'Dates are drawn from aggregates and are plausible in order and distance; ';
  return gates.some(isMeasured)
    ? `${dates}the gates on histories check the order and rhythm of visits; no gate checks the dates of single events.`
    : `${dates}gates check codes and demographics; dates were not compared with those of the source.`;
}

const OF_HISTORIES: ReadonlySet<string> = new Set(HISTORY_GATES.map(({ name }) => name));

/** How to read CSV that was made safe to open in a spreadsheet. */
function csvLine({ formats, csvRaw }: DatasheetFacts): string {
  if (csvRaw) return '';
  const files = formats.includes('csv') ? 'In it and in `data/csv`' : 'In it';
  return ` ${files}, texts that a spreadsheet would take for a formula are preceded by an apostrophe (').`;
}

function fillingLines(filling: Filling | undefined, suppressed: number): string[] {
  if (!filling) return [];
  const { k, quasiIdentifiers, added, classes } = filling;
  return [
    `${numberText(added)} more patients were drawn, so that every class of ${quasiIdentifiers.map(markdownLine).join(', ')} has at least ${k} (${numberText(classes.length)} classes had fewer)`,
    ...(suppressed > 0
      ? [`${numberText(suppressed)} patients were left out because their classes remained smaller`]
      : []),
  ];
}
