import { type CodedEvent, Race, System } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import type { Column, Level } from './code-matrix.ts';

/** The levels of the systems that have several, finest first. */
export const LEVELS: Record<string, Level[]> = {
  [System.icd10cm]: ['code', 'category'],
  [System.ndc]: ['package', 'product', 'ingredient'],
};

/** The level wanted of a system, by its URI. */
export type LevelChoice = Record<string, Level>;

/** The column that an event counts in, at the level wanted of its system; its display is the source's own. */
export function levelOf(event: CodedEvent, choice: LevelChoice, vocabulary: Vocabulary): Column {
  const { system, code, display } = event.code;
  const finest = LEVELS[system]?.[0] ?? 'code';
  const level: Level = system === System.ndc && code.length === 9 ? 'product' : finest;
  let column: Column = { kind: event.kind, system, code, display, level };
  const wanted = LEVELS[system]?.indexOf(choice[system] ?? finest) ?? 0;
  while (LEVELS[system] && LEVELS[system].indexOf(column.level) < wanted) {
    const up = rollUp(column, vocabulary);
    if (!up) break;
    column = up;
  }
  return column;
}

/**
 * The next coarser column: an ICD-10-CM code's parent up to its category (3 characters), an NDC package's product
 * (9 digits), a product's ingredients (an RxNorm ingredient where the crosswalk was imported); undefined at the top.
 */
export function rollUp(column: Column, vocabulary: Vocabulary): Column | undefined {
  const { kind, system, code, level } = column;
  if (system === System.icd10cm) {
    const parent = vocabulary.icd10cm.find(vocabulary.icd10cm.find(code)?.parent ?? '');
    if (parent?.level !== 'code') return undefined;
    const up: Level = parent.code.length === 3 ? 'category' : 'code';
    return { kind, system, code: parent.code, display: parent.title, level: up };
  }
  if (system !== System.ndc || level === 'ingredient') return undefined;
  const product = vocabulary.ndc.find(code);
  if (level === 'package') {
    return {
      kind,
      system,
      code: code.slice(0, 9),
      display: product && productName(product),
      level: 'product',
    };
  }
  const [rxnorm, ...more] = vocabulary.rxnorm.find(code)?.ingredients ?? [];
  if (rxnorm && more.length === 0) {
    return { kind, system: System.rxnorm, code: rxnorm.rxcui, display: rxnorm.name, level: 'ingredient' };
  }
  if (!product) return undefined;
  const ingredients = product.ingredients.join('; ');
  return { kind, system, code: ingredients, display: ingredients, level: 'ingredient' };
}

/** What the dictionary calls a column; undefined where it has none. */
export function dictionaryTitle({ kind, system, code, level }: Column, vocabulary: Vocabulary): string | undefined {
  if (kind === 'demographic') return system === 'race' ? Race[code] : undefined;
  if (system === System.rxnorm) return vocabulary.rxnorm.nameOf(code);
  if (system !== System.ndc || level === 'package') return vocabulary.find(system, code)?.display;
  if (level === 'ingredient') return code;
  const product = vocabulary.ndc.find(code);
  return product && productName(product);
}

function productName({ ingredients, strength, form }: { ingredients: string[]; strength?: string; form: string }) {
  return [ingredients.join(' / '), strength?.replace(/\/1$/, ''), form].filter(Boolean).join(' ');
}
