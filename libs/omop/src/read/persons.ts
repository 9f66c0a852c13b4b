import { Ethnicity, isCalendarDate, type PatientRecord, Race, Sex } from '@ehrsynth/records';
import { ETHNICITY, GENDER, RACE } from '../cdm/concepts.ts';
import { BIRTH_FROM_PARTS } from '../cdm/tables.ts';
import { readable } from './fates.ts';
import type { Source } from './source.ts';

export type PersonRow = [
  id: bigint,
  gender: bigint | null,
  genderSource: string | null,
  race: bigint | null,
  ethnicity: bigint | null,
  source: string | null,
  birth: string | null,
  death: string | null,
];

/** Without a month or day, the first, as the CDM's convention for a birth date in parts. */
const BORN = `coalesce(${BIRTH_FROM_PARTS}, CAST(CAST(p.birth_datetime AS DATE) AS VARCHAR))`;

/** Makes the table `lives`: the persons that there are, once each. */
export async function addLives({ database }: Source): Promise<void> {
  await database.run(
    `CREATE ${database.temporary}TABLE lives AS SELECT DISTINCT person_id FROM person WHERE person_id IS NOT NULL`,
  );
}

/** SQL of the persons in the order of their ids. */
export function personRows(): string {
  return `
  SELECT p.person_id, p.gender_concept_id, p.gender_source_value, p.race_concept_id, p.ethnicity_concept_id, p.person_source_value,
    ${BORN} AS birth, CAST(d.death_date AS VARCHAR)
  FROM (${readable('person')}) p
  LEFT JOIN (SELECT person_id, min(death_date) AS death_date FROM (${readable('death')}) x GROUP BY person_id) d ON d.person_id = p.person_id
  ORDER BY p.person_id`;
}

/** What the person table says of a patient. */
export function toPerson([id, gender, genderSource, race, ethnicity, source, birth, death]: PersonRow): Omit<
  PatientRecord,
  'encounters' | 'events'
> {
  return {
    id: source ?? String(id),
    sex: sexOf(gender, genderSource),
    birthDate: birth && isCalendarDate(birth) ? birth : undefined,
    deathDate: death ?? undefined,
    race: keyOf(RACE, race, Race),
    ethnicity: keyOf(ETHNICITY, ethnicity, Ethnicity),
  };
}

function sexOf(concept: bigint | null, text: string | null): Sex {
  const standard = (Object.keys(GENDER) as Sex[]).find(
    (sex) => GENDER[sex] !== 0 && GENDER[sex] === Number(concept),
  );
  if (standard) return standard;
  const source = Sex.safeParse(text?.toLowerCase());
  return source.success ? source.data : 'unknown';
}

function keyOf(
  concepts: Record<string, number>,
  concept: bigint | null,
  known: Record<string, string>,
): string | undefined {
  return Object.keys(known).find((code) => concepts[code] === Number(concept));
}
