import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { fromSystemError } from '@ehrsynth/io';
import { WrongFdaFileError } from './errors.ts';
import { normaliseNdc } from './ndc.ts';

const MANY_INGREDIENTS = 6;
const NEEDED = {
  product: ['PRODUCTNDC', 'PRODUCTTYPENAME', 'NONPROPRIETARYNAME', 'SUBSTANCENAME', 'DOSAGEFORMNAME', 'ROUTENAME'],
  package: ['PRODUCTNDC', 'NDCPACKAGECODE'],
};

export type FdaRow = Record<string, string>;

/**
 * The FDA's NDC directory (product.txt and package.txt, tab-separated) as rows of our table:
 * product9, name, ingredients, strength, form, routes, package suffixes.
 * @param keep which products; all by default
 * @throws UserError where a file lacks a column
 */
export async function importFda(
  productFile: string,
  packageFile: string,
  keep: (product: FdaRow) => boolean = () => true,
): Promise<string[][]> {
  const suffixes = new Map<string, Set<string>>();
  for await (const row of fdaRows(packageFile, NEEDED.package)) {
    const code = normaliseNdc(row.NDCPACKAGECODE);
    if (code.kind !== 'package') continue;
    if (!suffixes.has(code.product9)) suffixes.set(code.product9, new Set());
    suffixes.get(code.product9)!.add(code.ndc11.slice(9));
  }
  const products = new Map<string, string[]>();
  for await (const row of fdaRows(productFile, NEEDED.product)) {
    const code = normaliseNdc(row.PRODUCTNDC);
    if (code.kind !== 'product' || !keep(row) || !suffixes.has(code.product9)) continue;
    products.set(code.product9, productRow(code.product9, row, [...suffixes.get(code.product9)!].sort()));
  }
  return [...products.values()].sort((a, b) => compare(a[2], b[2]) || compare(a[0], b[0]));
}

function productRow(product9: string, row: FdaRow, packages: string[]): string[] {
  const substances = list(row.SUBSTANCENAME);
  const ingredients =
    substances.length > 0 && substances.length < MANY_INGREDIENTS
      ? substances
      : [row.NONPROPRIETARYNAME.slice(0, 80).toLowerCase()];
  const amount = row.ACTIVE_NUMERATOR_STRENGTH ?? '';
  const strength = substances.length === 1 ? `${amount.replace(/^\./, '0.')} ${row.ACTIVE_INGRED_UNIT}` : '';
  return [
    product9,
    (row.PROPRIETARYNAME || row.NONPROPRIETARYNAME).slice(0, 60),
    ingredients.join('; '),
    strength.trim(),
    row.DOSAGEFORMNAME.toLowerCase(),
    list(row.ROUTENAME).join('; '),
    packages.join(' '),
  ].map((cell) => cell.replace(/\s+/g, ' ').trim());
}

async function* fdaRows(path: string, needed: string[]): AsyncGenerator<FdaRow> {
  const parser = createReadStream(path)
    .on('error', (error) => parser.destroy(error))
    .pipe(
      parse({ delimiter: '\t', quote: false, columns: true, encoding: 'latin1', relax_column_count: true }),
    );
  try {
    let first = true;
    for await (const row of parser as AsyncIterable<FdaRow>) {
      const missing = first ? needed.filter((column) => !(column in row)) : [];
      if (missing.length > 0) throw new WrongFdaFileError(path, missing);
      first = false;
      yield row;
    }
  } catch (error) {
    throw fromSystemError(error, path, 'read');
  }
}

function list(text = ''): string[] {
  return text
    .split(';')
    .map((item) => item.trim().toLowerCase())
    .filter(Boolean);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
