import { groupBy } from '@ehrsynth/records';

/** A product of the FDA's directory. */
interface Product {
  ingredients: string[];
  routes: string[];
  form: string;
  packages: string[];
}

/** As the FDA's directory names the substance and its route. */
export interface Wanted {
  ingredient: string;
  route: string;
  /** How the dosage form begins: tablet. */
  form?: string;
}

/**
 * 11-digit NDCs of products of that one ingredient, the first in the directory first, by `keyOf` what is wanted.
 * @throws where there is none
 */
export function productsOf(ndc: Iterable<Product>, wanted: Wanted[], each: number): Map<string, string[]> {
  const found = new Map(wanted.map((one) => [keyOf(one), [] as string[]]));
  const byIngredient = groupBy(wanted, ({ ingredient }) => ingredient);
  for (const { ingredients, routes, form, packages } of ndc) {
    if (ingredients.length > 1) continue;
    for (const one of byIngredient.get(ingredients[0]) ?? []) {
      const isRoute = routes.includes(one.route) || routes.join('; ') === one.route;
      const products = found.get(keyOf(one))!;
      if (isRoute && form.startsWith(one.form ?? '') && products.length < each && !products.includes(packages[0]))
        products.push(packages[0]);
    }
  }
  for (const [key, products] of found) {
    if (products.length === 0) throw new Error(`no product of ${key} in the NDC dictionary`);
  }
  return found;
}

export function keyOf({ ingredient, route, form = '' }: Wanted): string {
  return `${ingredient}, ${route}, ${form}`;
}
