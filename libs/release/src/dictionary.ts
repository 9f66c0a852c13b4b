import { asCell } from '@ehrsynth/io';
import type { CodeMatrix } from '@ehrsynth/matrix';
import { stringify } from 'csv-stringify/sync';

/** data-dictionary.csv: what stands in the records, and how many of the synthetic patients have it. What none has is of the source alone. @param options raw: texts as they are, also where a spreadsheet would take them for formulas */
export function dictionaryCsv(synthetic: CodeMatrix, { raw = false } = {}): string {
  const carriers = synthetic.carriers();
  const all = synthetic.columns.map(({ kind, system, code, display, level }, column) => ({
    kind,
    system,
    code,
    title: display ?? '',
    level,
    patients: carriers[column],
    prevalence: Number((carriers[column] / Math.max(1, synthetic.rows)).toPrecision(6)),
  }));
  const rows = all.filter(({ patients }) => patients > 0);
  return stringify(rows, { header: true, quoted_match: /\r/, cast: { string: raw ? String : asCell } });
}
