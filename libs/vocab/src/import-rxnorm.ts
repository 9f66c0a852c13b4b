import { readLines } from '@ehrsynth/io';
import { normaliseNdc } from './ndc.ts';

/** Columns of the Rich Release Format files (RxNorm technical documentation, section 12). */
const CONSO = { rxcui: 0, sab: 11, tty: 12, name: 14, suppress: 16 };
const SAT = { rxcui: 0, attribute: 8, sab: 9, value: 10, suppress: 11 };
const DRUGS = new Set(['SCD', 'SBD', 'GPCK', 'BPCK']);
const INGREDIENTS = new Set(['IN', 'PIN']);

/**
 * NDC → RxCUI → ingredient from RxNorm's RXNCONSO.RRF and RXNSAT.RRF, as rows of our table:
 * ndc11, rxcui, drug name, ingredients. The ingredient is read from the drug's normalised name
 * ("metformin hydrochloride 500 MG Oral Tablet"), whose words before the strength are an ingredient's own name.
 */
export async function importRxNorm(consoFile: string, satFile: string): Promise<string[][]> {
  const ingredients = new Map<string, string>();
  const drugs = new Map<string, string>();
  for await (const { text } of readLines(consoFile)) {
    const row = text.split('|');
    if (row[CONSO.sab] !== 'RXNORM' || row[CONSO.suppress] === 'O') continue;
    if (INGREDIENTS.has(row[CONSO.tty])) ingredients.set(row[CONSO.name].toLowerCase(), row[CONSO.rxcui]);
    if (DRUGS.has(row[CONSO.tty])) drugs.set(row[CONSO.rxcui], row[CONSO.name]);
  }
  const rows = new Map<string, string[]>();
  for await (const { text } of readLines(satFile)) {
    const row = text.split('|');
    if (row[SAT.attribute] !== 'NDC' || row[SAT.sab] !== 'RXNORM' || row[SAT.suppress] === 'O') continue;
    const code = normaliseNdc(row[SAT.value]);
    const name = drugs.get(row[SAT.rxcui]);
    if (code.kind !== 'package' || name === undefined) continue;
    const found = drugIngredients(name)
      .filter((ingredient) => ingredients.has(ingredient))
      .map((ingredient) => `${ingredients.get(ingredient)} ${ingredient}`);
    rows.set(code.ndc11, [code.ndc11, row[SAT.rxcui], name, found.join('; ')]);
  }
  return [...rows.keys()].sort().map((ndc11) => rows.get(ndc11)!);
}

/** "24 HR metformin hydrochloride 500 MG / sitagliptin 50 MG Oral Tablet [X]" → metformin hydrochloride, sitagliptin. */
function drugIngredients(name: string): string[] {
  return name
    .toLowerCase()
    .replace(/\s*\[[^\]]*\]$/, '')
    .split(' / ')
    .map((part) =>
      part
        .replace(/^\d[\d.]* (hr|ml|mg|actuat) /, '')
        .replace(/ \d[\d.,]* .*$/, '')
        .trim(),
    );
}
