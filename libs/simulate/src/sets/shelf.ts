import type { Vocabulary } from '@ehrsynth/vocab';
import { DRUGS } from './drugs.ts';

const PRODUCTS_EACH = 3;

/** Ingredient → 11-digit NDCs that are prescribed, the commonest first: of real products of that one ingredient. */
export function shelfOf({ ndc }: Vocabulary): Map<string, string[]> {
  const routes = new Map(DRUGS.map(({ ingredient, route }) => [ingredient, route]));
  const shelf = new Map<string, string[]>();
  for (const { ingredients, routes: given, packages } of ndc) {
    const [ingredient] = ingredients;
    if (ingredients.length > 1 || !routes.has(ingredient)) continue;
    if (!given.includes(routes.get(ingredient)!) && !given.includes('respiratory (inhalation)')) continue;
    const products = shelf.get(ingredient) ?? [];
    if (products.length < PRODUCTS_EACH) shelf.set(ingredient, [...products, packages[0]]);
  }
  for (const { ingredient } of DRUGS) {
    if (!shelf.has(ingredient)) throw new Error(`no product of ${ingredient} in the NDC dictionary`);
  }
  return shelf;
}
