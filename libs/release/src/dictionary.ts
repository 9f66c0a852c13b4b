import type { CodeMatrix } from '@ehrsynth/matrix';
import { stringify } from 'csv-stringify/sync';

/** data-dictionary.csv: what stands in the records, and how many of the synthetic patients have it. What none has is of the source alone. */
export function dictionaryCsv(synthetic: CodeMatrix): string {
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
  return stringify(rows, { header: true });
}
