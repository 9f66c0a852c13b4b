import { type Code, System } from '@ehrsynth/records';
import type { Rng } from '@ehrsynth/random';
import type { Vocabulary } from '@ehrsynth/vocab';
import { keyOf, productsOf, type Wanted } from '../products.ts';
import type { Drug } from './types.ts';

const PRODUCTS_EACH = 3;
const FORMS: Record<string, string> = { '{tbl}': 'tablet', '{capsule}': 'capsule' };

/** Packages of the NDC directory for the drugs of a world. */
export class Pharmacy {
  private readonly products: Map<string, Code[]>;

  /** @throws where the directory has no product of a drug */
  constructor(drugs: Record<string, Drug>, vocabulary: Vocabulary) {
    const found = productsOf(vocabulary.ndc, Object.values(drugs).map(wantedOf), PRODUCTS_EACH);
    this.products = new Map(
      Object.entries(drugs).map(([name, drug]) => {
        const codes = found.get(keyOf(wantedOf(drug)))!;
        return [
          name,
          codes.map((code) => ({
            system: System.ndc,
            code,
            display: vocabulary.find(System.ndc, code)!.display,
          })),
        ];
      }),
    );
  }

  /** The package that a person gets of a drug: the commonest most often. */
  dispense(drug: string, rng: Rng): Code {
    const products = this.products.get(drug)!;
    return products[rng.weighted(products.map((_, i) => 1 / (i + 1)))];
  }
}

/** What is taken as tablets is dispensed as tablets. */
function wantedOf({ ingredient, route, dose }: Drug): Wanted {
  const form = FORMS[dose.unit];
  return { ingredient, route, ...(form && { form }) };
}
