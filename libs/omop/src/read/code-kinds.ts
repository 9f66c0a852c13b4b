import type { EventKind } from '@ehrsynth/records';
import { ALLERGY_CONCEPTS, ALLERGY_NAME, NO_ALLERGY_NAME } from '../cdm/allergies.ts';
import {
  FIRST_LOCAL_CONCEPT,
  KIND_OF_DOMAIN,
  KIND_OF_VOCABULARY,
  PROCEDURE_VOCABULARY,
  SOURCE_VOCABULARY,
  VACCINE,
} from '../cdm/concepts.ts';
import { EVENT_TABLES } from '../cdm/events.ts';
import { quote } from '@ehrsynth/duckdb';
import { CODE_KEY } from './code-row.ts';
import type { CodeChoice } from './rules.ts';
import type { Source } from './source.ts';

/** Tables of what is of no kind of its own: what it is follows from the concept. */
const OF_ANY_KIND = ['observation', 'device_exposure'];
/** In which order a code is looked for that an observation's standard concept may be mapped back to. */
const MAPPED_BACK_TO: EventKind[] = ['measurement', 'condition', 'procedure', 'drug'];

/**
 * Makes the tables `event_codes` (the combinations of CODE_KEY with their rows and the kind that they are) and `used_concepts` (the
 * concepts that they name, each once). An observation is an allergy where its value says to what, or its concept is one. The kind is
 * else the vocabulary's where all its codes are diagnoses, drugs or, in rows without a number
 * or an answer, procedures; else the table's; of an
 * observation or a device that of the domain of its concept (the source's, else the standard one), and the table's where that is none
 * of ours.
 */
export async function addCodeKinds({ database }: Source, choice: CodeChoice): Promise<void> {
  const { temporary } = database;
  const key = CODE_KEY.join(', ');
  await database.run(
    `CREATE ${temporary}TABLE event_rows AS SELECT ${key}, count(*) AS rows FROM events GROUP BY ${key}`,
  );
  const ofAnyKind = `tab IN (${OF_ANY_KIND.map(quote).join(', ')})`;
  await database.run(`
    CREATE ${temporary}TABLE used_concepts AS
    SELECT concept_id, concept_code, concept_name, vocabulary_id, domain_id, concept_class_id FROM (
      SELECT c.*, row_number() OVER (PARTITION BY concept_id ORDER BY vocabulary_id NULLS LAST, concept_code NULLS LAST) AS nth FROM concept c
      WHERE concept_id <> 0 AND concept_id IN (
        SELECT concept FROM event_rows UNION SELECT standard FROM event_rows WHERE ${ofAnyKind} OR tab = 'drug_exposure'
      )
    ) r WHERE nth = 1`);
  await database.run(`
    CREATE ${temporary}TABLE event_codes AS
    SELECT e.*, CASE
      WHEN e.form = 'allergy' OR (e.tab = 'observation' AND e.form = '' AND (${isAllergy('c')} OR ${isAllergy('s')})) THEN 'allergy'
      WHEN ${isVaccine} THEN 'immunization'
      ${whens(VOCABULARY, KIND_OF_VOCABULARY)}
      WHEN ${VOCABULARY} = ${quote(PROCEDURE_VOCABULARY.toLowerCase())} AND e.form <> 'valued' THEN 'procedure'
      WHEN NOT e.${ofAnyKind} THEN ${kindOfTable}
      ${whens("lower(split_part(coalesce(c.domain_id, s.domain_id), '/', 1))", KIND_OF_DOMAIN)}
      ${choice === 'mapped' ? 'WHEN b.kind IS NOT NULL THEN b.kind' : ''}
      ELSE ${kindOfTable} END AS kind
    FROM event_rows e
    LEFT JOIN used_concepts c ON c.concept_id = e.concept
    LEFT JOIN used_concepts s ON s.concept_id = e.standard
    ${choice === 'mapped' ? `LEFT JOIN (${mappedKinds(ofAnyKind)}) b ON b.standard = e.standard` : ''}`);
}

const vocabularyOf = (concept: string) => `lower(trim(${concept}.vocabulary_id))`;
const VOCABULARY = vocabularyOf('c');
/** A code that stands for a vaccine of CVX, or one of other systems of which our export noted that it is a vaccine's. */
const isVaccine = `(e.tab = 'drug_exposure' AND ${vocabularyOf('s')} = 'cvx')
        OR (c.concept_id >= ${FIRST_LOCAL_CONCEPT} AND c.concept_class_id = ${quote(VACCINE)})`;

/** SQL that is true for a concept of SNOMED CT that is an allergy itself, by its name. */
function isAllergy(concept: string): string {
  const name = `lower(trim(${concept}.concept_name))`;
  const isNamed = `${name} ~ ${quote(ALLERGY_NAME)} AND NOT ${name} ~ ${quote(NO_ALLERGY_NAME)}`;
  return `coalesce(${concept}.concept_id IN (${ALLERGY_CONCEPTS.join(', ')}) OR (${vocabularyOf(concept)} = 'snomed' AND ${isNamed}), FALSE)`;
}

const kindOfTable = `CASE e.tab ${EVENT_TABLES.map(({ table, kind }) => `WHEN '${table}' THEN '${kind}'`).join(' ')} END`;

/** @param kinds by what the text is in small letters */
function whens(text: string, kinds: Record<string, EventKind>): string {
  return Object.entries(kinds)
    .map(([of, kind]) => `WHEN ${text} = ${quote(of.toLowerCase())} THEN '${kind}'`)
    .join(' ');
}

/** Standard concepts of observations and devices with the kind of the code that they are mapped back to: the code decides. */
function mappedKinds(ofAnyKind: string): string {
  const rank = MAPPED_BACK_TO.map((kind, i) => `WHEN '${SOURCE_VOCABULARY[kind]}' THEN ${i}`).join(' ');
  const kind = MAPPED_BACK_TO.map((one, i) => `WHEN ${i} THEN '${one}'`).join(' ');
  return `
    SELECT standard, CASE min(nth) ${kind} END AS kind FROM (
      SELECT m.concept_id_2 AS standard, CASE c.vocabulary_id ${rank} END AS nth
      FROM concept_relationship m JOIN concept c ON c.concept_id = m.concept_id_1 AND c.invalid_reason IS NULL
      WHERE m.relationship_id = 'Maps to' AND m.invalid_reason IS NULL
        AND m.concept_id_2 IN (SELECT standard FROM event_rows WHERE ${ofAnyKind})
    ) r WHERE nth IS NOT NULL GROUP BY standard`;
}
