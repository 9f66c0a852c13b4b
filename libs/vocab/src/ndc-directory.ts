import { join } from 'node:path';
import { readTable } from '@ehrsynth/io';
import { shippedFolder } from './folders.ts';
import { normaliseNdc } from './ndc.ts';

export interface NdcProduct {
  /** 9 digits: labeler and product. */
  product9: string;
  /** The name on the package. */
  name: string;
  ingredients: string[];
  /** Of the one ingredient where there is one: 500 mg/1. */
  strength?: string;
  form: string;
  routes: string[];
  /** 11-digit codes of its packages. */
  packages: string[];
  /** WHO ATC code of the ingredient by this route, for commonly prescribed ones. */
  atc?: string;
}

/** Routes by which a drug acts on the whole body: an ingredient's class is that of these where its row names no routes. */
const SYSTEMIC = new Set(
  [
    ['oral', 'enteral', 'buccal', 'sublingual', 'transdermal', 'parenteral', 'intravascular', 'intra-arterial'],
    ['intravenous', 'intramuscular', 'subcutaneous', 'intrathecal', 'epidural'],
  ].flat(),
);

/** The FDA's directory of drug products, by any written form of the NDC. */
export class NdcDirectory {
  private static shipped?: NdcDirectory;
  private readonly products = new Map<string, NdcProduct>();

  /** @param atcRows ingredient, ATC code and the routes by which it is of that class; none: all systemic ones */
  constructor(rows: string[][], atcRows: string[][] = []) {
    const classes = new Map<string, string[][]>();
    for (const row of atcRows) classes.set(row[0], [...(classes.get(row[0]) ?? []), row]);
    for (const [product9, name, ingredients, strength, form, routes, packages] of rows) {
      this.products.set(product9, {
        product9,
        name,
        ingredients: ingredients.split('; '),
        strength: strength || undefined,
        form,
        routes: routes.split('; '),
        packages: packages.split(' ').map((suffix) => product9 + suffix),
        atc: classBy(routes.split('; '), classes.get(ingredients) ?? []),
      });
    }
  }

  /** @param folder where the directory is; the one that ships is read once in a process, since it takes half a second */
  static load(folder = shippedFolder()): NdcDirectory {
    const read = () => {
      const atc = readTable(join(shippedFolder(), 'common-ingredients.tsv'));
      return new NdcDirectory(readTable(join(folder, 'ndc.tsv.gz')), atc);
    };
    return folder === shippedFolder() ? (this.shipped ??= read()) : read();
  }

  /** The product of a package's or product's NDC; of an ambiguous one, where only one reading is in the directory. */
  find(ndc: string): NdcProduct | undefined {
    const code = /^\d{9}$/.test(ndc) ? ({ kind: 'product', product9: ndc } as const) : normaliseNdc(ndc);
    if (code.kind === 'invalid') return undefined;
    if (code.kind !== 'ambiguous') return this.products.get(code.product9);
    const known = code.candidates.filter((candidate) => this.products.has(candidate.slice(0, 9)));
    return known.length === 1 ? this.products.get(known[0].slice(0, 9)) : undefined;
  }

  [Symbol.iterator](): IterableIterator<NdcProduct> {
    return this.products.values();
  }

  get size(): number {
    return this.products.size;
  }
}

/** The one class that an ingredient has by all of its routes that have one. */
function classBy(routes: readonly string[], rows: readonly string[][]): string | undefined {
  const found = routes.flatMap((route) => {
    const row =
      rows.find(([, , named]) => named?.split('; ').includes(route)) ?? rows.find(([, , named]) => !named && SYSTEMIC.has(route));
    return row ? [row[1]] : [];
  });
  return new Set(found).size === 1 ? found[0] : undefined;
}
