import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { tabularRows } from './icd10cm-tabular.ts';

const [source] = process.argv.slice(2);
if (!source) {
  console.error('Usage: npm run vocab:icd10cm -- TABULAR.xml   (the ICD-10-CM tabular list of CDC/NCHS)');
  process.exit(2);
}
const rows = tabularRows(readFileSync(source, 'utf8'));
const target = fileURLToPath(new URL('../../vocab/icd10cm.tsv.gz', import.meta.url));
const table = ['code\tbillable\ttitle', ...rows.map((row) => `${row.code}\t${row.billable ? 1 : 0}\t${row.title}`)];
writeFileSync(target, gzipSync(`${table.join('\n')}\n`, { level: 9 }));
console.log(`${rows.length} rows, ${rows.filter((row) => row.billable).length} billable → ${target}`);
