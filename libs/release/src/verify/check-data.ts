import type { Faults } from './faults.ts';
import type { Members } from './members.ts';
import type { ReportFile, WithheldFile } from './report-file.ts';

/** There are records in a format that a release writes, of as many patients as the figures are of. */
export function checkData({ data }: Members, report: ReportFile | WithheldFile, faults: Faults): void {
  const rows = report.withheld === true ? report.synthetic.rows : report.comparison.rows.synthetic;
  const counts = [...data.values()].map(({ patients }) => patients);
  if (counts.length === 0) faults.add('data', 'it has no records in FHIR, OMOP or CSV as a release writes them');
  else if (!counts.includes(rows)) {
    const found = [...data].map(([format, { patients }]) => `${patients} in data/${format}`).join(', ');
    faults.add('data', `the figures describe ${rows} patients; the package has ${found}`);
  }
}
