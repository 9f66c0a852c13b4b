import { type CdmType, isText, plainName } from '../cdm/tables.ts';
import { cast } from './cast.ts';
import type { Source } from './source.ts';

/** The rows of raw_TABLE in which a field holds what is no value of its type, as SQL; undefined where it can hold none. */
export function unreadable(source: Source, table: string, field: string, type: CdmType): string | undefined {
  if (!source.hasTexts) return source.unreadable?.get(table)?.get(plainName(field));
  const isThere = source.columns.get(table)?.has(plainName(field)) ?? true;
  return isText(type) || !isThere ? undefined : `nullif(${field}, '') IS NOT NULL AND ${cast(field, type)} IS NULL`;
}
