import { classOfWords, type Origin, originOfText, type Sex, sexOfWord } from '@ehrsynth/records';
import { originOfConcept, PEOPLE_ANCESTORS, sexOfConcept } from '../cdm/people.ts';
import { CLASS_ANCESTORS, classOfConcept } from '../cdm/visit-classes.ts';
import type { Source } from './source.ts';

/** What the concepts of persons and visits mean, by their ids: those of which it is known. */
export interface Meanings {
  sexes: Map<number, Sex>;
  origins: Map<number, Origin>;
  classes: Map<number, string>;
}

/**
 * The meanings of all concepts that the source's persons and visits have: by the tables here; of others by what the source's own
 * vocabularies say: what they map to, what they stand under, their names.
 */
export async function meaningsOf(source: Source): Promise<Meanings> {
  const columns = (of: string) => [`${of}_concept_id`, `${of}_source_concept_id`];
  return {
    sexes: await meanings(source, 'person', columns('gender'), sexOfConcept, PEOPLE_ANCESTORS, sexOfName),
    origins: await meanings(
      source,
      'person',
      [...columns('race'), ...columns('ethnicity')],
      originOfConcept,
      PEOPLE_ANCESTORS,
      originOfText,
    ),
    classes: await meanings(
      source,
      'visit_occurrence',
      columns('visit'),
      classOfConcept,
      CLASS_ANCESTORS,
      classOfWords,
    ),
  };
}

/** Of a concept's name: a word, or a few with one of them: Female gender, Transgender woman. */
function sexOfName(name: string): Sex | undefined {
  const words = name.toLowerCase();
  if (/trans|non-?binary|intersex|indeterminate|ambiguous|queer/.test(words)) return 'other';
  return (
    sexOfWord(name) ??
    sexOfWord(/\b(?:female|feminine|woman|girl|male|masculine|man|boy|unknown|unspecified)\b/.exec(words)?.[0] ?? '')
  );
}

async function meanings<Meaning>(
  { database, tables }: Source,
  table: string,
  columns: string[],
  ofConcept: (concept: number) => Meaning | undefined,
  ancestors: number[],
  ofName: (name: string) => Meaning | undefined,
): Promise<Map<number, Meaning>> {
  const known = new Map<number, Meaning>();
  if (!tables.has(table)) return known;
  const used = columns.map((column) => `SELECT DISTINCT ${column} AS id FROM ${table}`).join(' UNION ');
  const ids = (await database.all<{ id: bigint | null }>(used)).map(({ id }) => Number(id ?? 0));
  const unknown: number[] = [];
  for (const id of ids) {
    const meaning = ofConcept(id);
    if (meaning !== undefined) known.set(id, meaning);
    else if (id !== 0) unknown.push(id);
  }
  if (unknown.length === 0) return known;
  const list = unknown.sort((a, b) => a - b).join(', ');
  const named = await database.all<{ id: bigint; name: string | null }>(
    `SELECT concept_id AS id, concept_name AS name FROM concept WHERE concept_id IN (${list}) ORDER BY concept_id`,
  );
  const over = await database.all<{ id: bigint; other: bigint }>(`
    SELECT concept_id_1 AS id, concept_id_2 AS other, -1 AS far FROM concept_relationship
    WHERE relationship_id = 'Maps to' AND concept_id_1 IN (${list}) AND concept_id_2 <> concept_id_1
    UNION ALL
    SELECT descendant_concept_id, ancestor_concept_id, min_levels_of_separation FROM concept_ancestor
    WHERE descendant_concept_id IN (${list}) AND ancestor_concept_id IN (${ancestors.join(', ')})
    ORDER BY id, far, other`);
  for (const { id, other } of over) {
    const meaning = ofConcept(Number(other));
    if (meaning !== undefined && !known.has(Number(id))) known.set(Number(id), meaning);
  }
  for (const { id, name } of named) {
    const meaning = known.has(Number(id)) || !name ? undefined : ofName(name);
    if (meaning !== undefined) known.set(Number(id), meaning);
  }
  return known;
}
