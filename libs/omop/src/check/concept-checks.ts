import { GENDER } from '../cdm/concepts.ts';
import type { Source } from '../read/source.ts';
import type { Check } from './check.ts';
import { DESCENDANTS_THRESHOLD, GENDER_ANCESTORS, GENDER_CONCEPTS, GENDER_THRESHOLD } from './gender-concepts.ts';
import { countFrom, countOf } from './sql.ts';
import { PLAUSIBLE_RANGES, PLAUSIBLE_UNITS, RANGE_THRESHOLD, UNIT_THRESHOLD } from './unit-concepts.ts';

/** Checks of the rows of single concepts: the person's gender, units, numbers. */
export async function conceptChecks(source: Source): Promise<Check[]> {
  const checks = [...genders(), ...descendants(), ...units(), ...ranges()];
  const names = await namesOf(source, checks);
  return checks.map((check) => {
    const { id, unit } = check.concept!;
    const name = idsIn(id)
      .map((one) => names.get(one) ?? one)
      .join(', ');
    const concept = { id, name, unit: unit && { id: unit.id, name: names.get(unit.id) ?? unit.id } };
    return { ...check, concept, description: check.description.replace('CONCEPT', name) };
  });
}

function genders(): Check[] {
  return GENDER_CONCEPTS.flatMap(({ table, sex, ids }) =>
    idsIn(ids).map((id) => {
      const field = conceptField(table);
      return {
        name: 'plausibleGender',
        table,
        field,
        concept: { id, name: '' },
        description: `Rows of CONCEPT in persons who are not ${sex}`,
        threshold: GENDER_THRESHOLD,
        violated: countFrom(
          `FROM ${table} t JOIN person p ON p.person_id = t.person_id WHERE t.${field} = ${id} AND p.gender_concept_id <> ${GENDER[sex]}`,
        ),
        checked: countOf(table, `t.${field} = ${id}`),
      } satisfies Check;
    }),
  );
}

function descendants(): Check[] {
  return GENDER_ANCESTORS.map(({ table, sex, ids }): Check => {
    const field = conceptField(table);
    const from = `FROM ${table} t JOIN concept_ancestor a ON a.descendant_concept_id = t.${field} AND a.ancestor_concept_id IN (${ids.join(', ')})`;
    return {
      name: 'plausibleGenderUseDescendants',
      table,
      field,
      concept: { id: ids.join(', '), name: '' },
      description: `Rows of CONCEPT and their descendants in persons who are not ${sex}`,
      threshold: DESCENDANTS_THRESHOLD,
      needs: ['concept_ancestor'],
      violated: countFrom(
        `${from} JOIN person p ON p.person_id = t.person_id WHERE p.gender_concept_id <> ${GENDER[sex]}`,
      ),
      checked: countFrom(from),
    };
  });
}

function units(): Check[] {
  return PLAUSIBLE_UNITS.flatMap(([plausible, measurements]) =>
    idsIn(measurements).map((id): Check => {
      const ids = idsIn(plausible);
      const isOther =
        plausible === '-1' ? 't.unit_concept_id <> 0' : `t.unit_concept_id NOT IN (${[...ids, '0'].join(', ')})`;
      const ofConcept = `t.measurement_concept_id = ${id}`;
      return {
        name: 'plausibleUnitConceptIds',
        table: 'measurement',
        field: 'measurement_concept_id',
        concept: { id, name: '' },
        description: `Rows of CONCEPT with a unit other than ${ids.join(', ')}`,
        threshold: UNIT_THRESHOLD,
        needs: ['measurement.unit_concept_id'],
        violated: countOf('measurement', `${ofConcept} AND ${isOther}`),
        checked: countOf('measurement', `${ofConcept} AND (t.unit_concept_id <> 0 OR t.unit_concept_id IS NULL)`),
      };
    }),
  );
}

function ranges(): Check[] {
  return PLAUSIBLE_RANGES.flatMap(([concept, unit, low, high]) => {
    const rows = `t.observation_concept_id = ${concept} AND t.unit_concept_id = ${unit} AND t.value_as_number IS NOT NULL`;
    const check = {
      table: 'observation',
      field: 'observation_concept_id',
      concept: { id: String(concept), name: '', unit: { id: String(unit), name: '' } },
      threshold: RANGE_THRESHOLD,
      needs: ['observation.unit_concept_id', 'observation.value_as_number'],
      checked: countOf('observation', rows),
    };
    return [
      {
        ...check,
        name: 'plausibleValueLow' as const,
        description: `Rows of CONCEPT less than ${low}`,
        violated: countOf('observation', `${rows} AND t.value_as_number < ${low}`),
      },
      {
        ...check,
        name: 'plausibleValueHigh' as const,
        description: `Rows of CONCEPT greater than ${high}`,
        violated: countOf('observation', `${rows} AND t.value_as_number > ${high}`),
      },
    ];
  });
}

function conceptField(table: string): string {
  return `${table.split('_')[0]}_concept_id`;
}

function idsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

async function namesOf({ database, tables }: Source, checks: Check[]): Promise<Map<string, string>> {
  if (!tables.has('concept')) return new Map();
  const ids = new Set(
    checks.flatMap(({ concept }) => [...idsIn(concept!.id), ...(concept!.unit ? [concept!.unit.id] : [])]),
  );
  const rows = await database.all<{ id: bigint | number | string; name: string | null }>(
    `SELECT concept_id AS id, concept_name AS name FROM concept WHERE concept_id IN (${[...ids].join(', ')})`,
  );
  return new Map(rows.flatMap(({ id, name }) => (name ? [[String(id), name]] : [])));
}
