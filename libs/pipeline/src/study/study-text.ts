import { Document, type Scalar, type YAMLMap } from 'yaml';
import type { Study } from './study-file.ts';

const ABOVE = ` A study: \`ehrsynth run\` does all of it, and of what is done only what has changed since.
 The options of each step are those of its command, without the dashes: \`ehrsynth train --help\` lists them.
 Paths start from the folder of this file.`;
const COMMENTS: Record<string, string> = {
  ingest: ' What is read.',
  seeds:
    ' Models to train and samples to draw, each with a seed of its own: of 3, each figure of the report has its range.',
  train: ' auto takes the model that fits the size of the cohort.',
  generate: ' As many patients as the cohort has, unless a number is given.',
  export: ' fhir, omop, csv, meds: each with the options of its command.',
  evaluate: ' Fidelity, utility and privacy beside held-out patients.',
  release: ' A package to give away; it is refused when a gate fails.',
};
/** What stands at the end where no package is asked for. */
const RELEASE = `${COMMENTS.release}
 release:
   format: [fhir, csv]`;

/** A study as the text of its file, with comments. */
export function studyText(study: Study): string {
  const document = new Document(study);
  document.commentBefore = ABOVE;
  for (const { key } of (document.contents as YAMLMap<Scalar<string>>).items) {
    key.commentBefore = COMMENTS[key.value];
    if (key.value !== 'out') key.spaceBefore = true;
  }
  if (!study.release) document.comment = RELEASE;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
