import { escapeHtml } from '@ehrsynth/io';
import { fixed, type Interval, intervalText, numberText } from '@ehrsynth/statistics';
import { detailsOf, sectionOf, tableOf } from './html.ts';
import type { ReportOrigin } from './origin.ts';
import { bibtexOf, modelReferences, REFERENCES } from './references.ts';
import type { ReportData } from './report-data.ts';

/** Model, options and versions; a paragraph for a paper, and what it cites. */
export function methodsSection(data: ReportData): string {
  return sectionOf(
    'methods',
    'Methods',
    data.origin ? tableOf('How this was made', ['', ''], originRows(data.origin, data.comparison.seed)) : '',
    '<h3>A paragraph for a paper</h3>',
    `<p id="methods-text">${escapeHtml(methodsText(data))}</p>`,
    detailsOf('BibTeX', `<pre id="bibtex" tabindex="0">${escapeHtml(bibtexOf(data))}</pre>`),
  );
}

/** What made the patients, in a line: ehrsynth 0.1.0, model visits, evaluated 2026-11-28, seed 1. */
export function originText({ origin, comparison: { seed } }: ReportData): string {
  const parts = [
    origin && `ehrsynth ${origin.version}`,
    origin?.model && `model ${origin.model.name}`,
    origin && `evaluated ${origin.date}`,
  ];
  return origin ? `${[...parts.filter(Boolean), `seed ${seed}`].join(', ')}.` : `Seed ${seed}.`;
}

function originRows({ version, date, model, generation }: ReportOrigin, seed: number): (string | number)[][] {
  return [
    ['evaluated', `${date}, ehrsynth ${version}, seed ${seed}`],
    ...(generation
      ? [['generated', [generation.date, `ehrsynth ${generation.version}`, ...settings(generation)].join(', ')]]
      : []),
    ...(model
      ? [
          ['model', model.name],
          ['trained', [model.date, `ehrsynth ${model.version}`, model.engine].filter(Boolean).join(', ')],
          ['options of training', optionsText(model.options)],
        ]
      : []),
  ];
}

function settings({ seed, engine }: NonNullable<ReportOrigin['generation']>): string[] {
  return Object.entries({ seed, engine }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${String(value)}`],
  );
}

/** What is on: epochs 6, layers 2, learning rate 0.002 */
function optionsText(options: Record<string, unknown>): string {
  const name = (option: string) => option.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return Object.entries(options)
    .filter(([option, value]) => option !== 'model' && value !== 0 && value !== false)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([option, value]) => `${name(option)} ${String(value)}`)
    .join(', ');
}

/** How the patients were made and judged, with the figures that papers state. */
export function methodsText({ origin, comparison, privacy, histories, likelihood, verdict }: ReportData): string {
  const { rows, codes, prevalence, discriminator, smallCell, seed } = comparison;
  const { choi, yan, theodorou, breugel, giomi, yeom } = REFERENCES;
  const model = origin?.model;
  const cited = modelReferences(model?.name).map((one) => one.cited);
  const software = origin ? `ehrsynth ${origin.version}` : 'ehrsynth';
  const made = model
    ? `Synthetic patient records were generated with ${software}. The model “${model.name}”${cited.length > 0 ? ` (${cited.join('; ')})` : ''} was trained on ${numberText(rows.training)} patients, described by ${numberText(codes)} codes (${optionsText(model.options)}${model.engine ? `; ${model.engine}` : ''}); ${numberText(rows.synthetic)} synthetic patients were drawn from it.`
    : `${numberText(rows.synthetic)} synthetic patient records, learned from ${numberText(rows.training)} patients and described by ${numberText(codes)} codes, were evaluated with ${software}.`;
  const figure = (value: number | undefined, digits: number) =>
    value === undefined ? 'not measured' : fixed(value, digits);
  const interval = (found: Interval | undefined) => (found ? intervalText(found) : 'not measured');
  const time = histories?.longitudinal.codes.sequentialVisitBigrams;
  const passed = verdict.gates.filter(({ outcome }) => outcome === 'passed').length;
  return [
    made,
    `They were compared with ${numberText(rows.holdout)} held-out patients whom the model had not seen; the training patients, compared with the same held-out patients, show what a perfect generator would reach, which is given in brackets.`,
    `The prevalence of codes had a Pearson correlation of ${figure(prevalence.synthetic.r, 4)} [${figure(prevalence.floor.r, 4)}] and a mean absolute difference of ${figure(prevalence.synthetic.meanAbsoluteDifference, 4)} [${figure(prevalence.floor.meanAbsoluteDifference, 4)}] (${choi.cited}; ${yan.cited}).`,
    `Boosted trees distinguished synthetic from held-out patients with an AUC of ${interval(discriminator.synthetic.boostedTrees)} [${interval(discriminator.floor.boostedTrees)}].`,
    time?.synthetic
      ? `The frequencies of codes in successive visits had an R² of ${interval(time.synthetic)} [${interval(time.floor)}] (${theodorou.cited}).`
      : '',
    `Membership inference by density reached an AUC of ${interval(privacy.membership.density)} (${breugel.cited})${likelihood ? `, and by the model's likelihood of a record one of ${interval(likelihood.record.auc)} (${yeom.cited})` : ''}; the risk beyond the control was ${interval(privacy.singlingOut.risk)} for singling out, ${interval(privacy.linkability.risk)} for linkability and ${interval(privacy.inference.risk)} for inference (${giomi.cited}).`,
    `${numberText(passed)} of ${numberText(verdict.gates.length)} gates of the release policy passed.`,
    `Intervals are of 95 %; counts of fewer than ${smallCell} real patients are not shown; the random seed of the evaluation was ${seed}.`,
  ]
    .filter(Boolean)
    .join(' ');
}
