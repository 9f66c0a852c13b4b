import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTable } from '@ehrsynth/io';
import { userFolder } from './folders.ts';
import { normaliseNdc } from './ndc.ts';

export interface RxNormDrug {
  rxcui: string;
  name: string;
  /** RxCUI and name of the ingredients. */
  ingredients: { rxcui: string; name: string }[];
}

/** NDC → RxCUI → ingredient, as imported from RxNorm's release files. */
export class RxNormCrosswalk {
  private readonly drugs = new Map<string, RxNormDrug>();
  private readonly names = new Map<string, string>();

  constructor(rows: string[][]) {
    for (const [ndc11, rxcui, name, ingredients] of rows) {
      const drug: RxNormDrug = {
        rxcui,
        name,
        ingredients: ingredients
          .split('; ')
          .filter(Boolean)
          .map((ingredient) => {
            const [cui, ...words] = ingredient.split(' ');
            return { rxcui: cui, name: words.join(' ') };
          }),
      };
      this.drugs.set(ndc11, drug);
      for (const one of [drug, ...drug.ingredients]) this.names.set(one.rxcui, one.name);
    }
  }

  /** Empty where nothing was imported. */
  static load(folder = userFolder()): RxNormCrosswalk {
    const path = join(folder, 'rxnorm-ndc.tsv.gz');
    return new RxNormCrosswalk(existsSync(path) ? readTable(path) : []);
  }

  /** The RxNorm drug of a package's NDC. */
  find(ndc: string): RxNormDrug | undefined {
    const code = normaliseNdc(ndc);
    return code.kind === 'package' ? this.drugs.get(code.ndc11) : undefined;
  }

  /** Name of a drug or an ingredient. */
  nameOf(rxcui: string): string | undefined {
    return this.names.get(rxcui);
  }

  get size(): number {
    return this.drugs.size;
  }
}
