import type { CodeMatrix } from '@ehrsynth/matrix';
import { stringify } from 'csv-stringify/sync';

/** data-dictionary.csv: what can stand in the records, and how many of the synthetic patients have it. */
export function dictionaryCsv(synthetic: CodeMatrix): string {
  const carriers = synthetic.carriers();
  const rows = synthetic.columns.map(({ kind, system, code, display, level }, column) => ({
    kind,
    system,
    code,
    title: display ?? '',
    level,
    patients: carriers[column],
    prevalence: Number((carriers[column] / Math.max(1, synthetic.rows)).toPrecision(6)),
  }));
  return stringify(rows, { header: true });
}
