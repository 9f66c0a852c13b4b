import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The data rows of a shipped tab-separated table (gzipped where its name says so, one header line, no quoting), as cells. */
export function readTable(path: string | URL): string[][] {
  const bytes = readFileSync(path);
  const text = (String(path).endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const rows = text.split('\n').slice(1);
  if (rows.at(-1) === '') rows.pop();
  return rows.map((row) => row.split('\t'));
}
