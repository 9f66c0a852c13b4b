/** Files of a release, beside its data. */
export const PARTS = {
  dictionary: 'data-dictionary.csv',
  datasheet: 'datasheet.md',
  report: 'report.html',
  figures: 'report.json',
  policy: 'policy.yaml',
  outcome: 'outcome.json',
  license: 'LICENSE.txt',
} as const;

export const MANIFEST = 'datapackage.json';
export const SUMS = 'SHA256SUMS';
/** A signature of SHA256SUMS, the one file that SHA256SUMS does not list. */
export const SIGNATURE = `${SUMS}.minisig`;
