import { gzipSync } from 'node:zlib';

/** Characters of a table's rows from which on they are packed. */
const LONG_TABLE = 8000;
const ROWS = /<tbody>\n([\s\S]*?)\n<\/tbody>/g;

/**
 * Body of a page whose long tables, and the library that draws its plots, are compressed: unpack.js puts them back once the page is
 * open. A report of thousands of pairs so takes a third of the bytes.
 */
export function packedBody(body: string, library: string): string {
  const tables: string[] = [];
  const shortened = body.replace(ROWS, (table, rows: string) =>
    rows.length < LONG_TABLE ? table : `<tbody data-packed="${tables.push(rows) - 1}"></tbody>`,
  );
  const packed = gzipSync(JSON.stringify({ library, tables }), { level: 9 }).toString('base64');
  return `${shortened}
<noscript><p>Plots and long tables need scripts. All figures are in report.json.</p></noscript>
<script type="text/plain" id="packed">${packed}</script>`;
}
