import {
  BIRTH_FROM_PARTS,
  type Column,
  plainName,
  type Table,
  TABLES,
  VOCABULARY_TABLES,
} from '../cdm/tables.ts';
import { EVENT_TABLES } from '../cdm/events.ts';
import type { Source } from '../read/source.ts';
import { castStrictly } from '../read/cast.ts';
import type { Check } from './check.ts';
import { CLASSES, domainOf, isStandardField, limitsOf, sourceThreshold, sourceValueOf, standardThreshold } from './field-facts.ts'; // prettier-ignore
import { isOfVersion } from './version.ts';

/** Days after a death in which something may still be recorded of a person. */
const AFTER_DEATH = 60;
/** Days by which an event may lie outside its visit. */
const AROUND_VISIT = 7;
const TEMPORAL = 1;

/** Checks of single fields. @param today YYYY-MM-DD */
export function fieldChecks(source: Source, version: string, today: string): Check[] {
  return Object.values(TABLES).flatMap((table) =>
    table.columns
      .filter(({ name }) => isOfVersion(table.name, name, version))
      .flatMap((column) => {
        const checks = [
          ...conformance(source, table, column),
          ...concepts(table, column),
          ...completeness(table, column),
          ...values(table, column, today),
          ...times(table, column),
        ];
        return checks.map((check): Check => ({
          ...check,
          table: table.name,
          field: plainName(column.name),
        }));
      }),
  );
}

type OfField = Omit<Check, 'table' | 'field'>;

const count = (table: string, where: string) => `SELECT count(*) AS n FROM ${table} t WHERE ${where}`;

function conformance({ tables, columns, hasTexts, unreadable }: Source, table: Table, column: Column): OfField[] {
  const { name: t, primaryKey } = table;
  const { name: field, type, required, foreignKey } = column;
  const isThere = columns.get(t)?.has(plainName(field)) ?? false;
  const checks: OfField[] = [];
  if (tables.has(t))
    checks.push({ name: 'cdmField', description: `Whether ${t} has the field ${field}`, threshold: 0, isViolated: !isThere });
  if (required)
    checks.push({ name: 'isRequired', description: `Rows without a value in ${field} of ${t}, which must have one`, threshold: 0, violated: count(t, `${field} IS NULL`) });
  const isBad = `nullif(t.${field}, '') IS NOT NULL AND ${castStrictly(`t.${field}`, type)} IS NULL`;
  const length = /\d+/.exec(type)?.[0];
  const bad = length ? `length(t.${field}) > ${length}` : type === 'text' ? undefined : hasTexts ? isBad : unreadable?.get(t)?.get(plainName(field));
  if (bad)
    checks.push({ name: 'cdmDatatype', description: `Rows whose ${field} in ${t} is no ${type}`, threshold: 0, violated: count(`raw_${t}`, bad) });
  if (primaryKey === field)
    checks.push({ name: 'isPrimaryKey', description: `Rows whose ${field} in ${t} another row has too`, threshold: 0, violated: `SELECT coalesce(sum(c), 0) AS n FROM (SELECT count(*) AS c FROM ${t} GROUP BY ${field} HAVING count(*) > 1) d` });
  if (foreignKey) {
    const { table: other, column: key } = foreignKey;
    checks.push({ name: 'isForeignKey', description: `Rows whose ${field} in ${t} is not in ${other}`, threshold: 0, needs: other, violated: count(t, `t.${field} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${other} o WHERE o.${key} = t.${field})`) });
  }
  return checks;
} // prettier-ignore

function concepts({ name: t }: Table, column: Column): OfField[] {
  const field = column.name;
  const checks: OfField[] = [];
  const violating = (what: string) =>
    count(t, `t.${field} <> 0 AND EXISTS (SELECT 1 FROM concept c WHERE c.concept_id = t.${field} AND ${what})`);
  const domain = domainOf(t, field);
  if (domain)
    checks.push({ name: 'fkDomain', description: `Rows whose ${field} in ${t} is no concept of the domain ${domain}`, threshold: 0, needs: 'concept', violated: violating(`c.domain_id <> '${domain}'`) });
  const kind = CLASSES[`${t}.${field}`];
  if (kind)
    checks.push({ name: 'fkClass', description: `Rows whose ${field} in ${t} is no concept of the class ${kind}`, threshold: 0, needs: 'concept', violated: violating(`c.concept_class_id <> '${kind}'`) });
  if (isStandardField(t, column))
    checks.push({ name: 'isStandardValidConcept', description: `Rows whose ${field} in ${t} is no standard, valid concept`, threshold: 0, needs: 'concept', violated: violating("(coalesce(c.standard_concept, '') <> 'S' OR c.invalid_reason IS NOT NULL)") });
  return checks;
} // prettier-ignore

function completeness(table: Table, column: Column): OfField[] {
  const { name: t } = table;
  const { name: field, required } = column;
  const checks: OfField[] = [
    { name: 'measureValueCompleteness', description: `Rows without a value in ${field} of ${t}`, threshold: required ? 0 : 100, violated: count(t, `${field} IS NULL`) },
  ];
  const standard = standardThreshold(t, column);
  // Units are wanted where there is a number.
  const numbered = field === 'unit_concept_id' && table.columns.some(({ name }) => name === 'value_as_number') ? 'value_as_number IS NOT NULL' : '1 = 1';
  if (standard !== undefined)
    checks.push({ name: 'standardConceptRecordCompleteness', description: `Rows whose standard concept ${field} in ${t} is 0`, threshold: standard, violated: count(t, `${field} = 0 AND ${numbered}`), checked: count(t, numbered) });
  const source = sourceThreshold(t, field);
  if (source !== undefined)
    checks.push({ name: 'sourceConceptRecordCompleteness', description: `Rows whose source concept ${field} in ${t} is 0`, threshold: source, violated: count(t, `${field} = 0`) });
  const value = sourceValueOf(table, field);
  if (value)
    checks.push({ name: 'sourceValueCompleteness', description: `Distinct values of ${field} in ${t} that are mapped to 0`, threshold: value.threshold, violated: `SELECT count(DISTINCT ${field}) AS n FROM ${t} WHERE ${value.concept} = 0`, checked: `SELECT count(DISTINCT ${field}) AS n FROM ${t}` });
  return checks;
} // prettier-ignore

function values({ name: t }: Table, column: Column, today: string): OfField[] {
  const { name: field, type } = column;
  const { low, high } = limitsOf(t, column, today);
  const checked = count(t, `${field} IS NOT NULL`);
  const sql = (limit: string) => (type === 'date' || type === 'datetime' ? `DATE '${limit}'` : limit);
  return [
    ...(low ? [{ name: 'plausibleValueLow' as const, description: `Rows whose ${field} in ${t} is less than ${low}`, threshold: 1, violated: count(t, `${field} < ${sql(low)}`), checked }] : []),
    ...(high ? [{ name: 'plausibleValueHigh' as const, description: `Rows whose ${field} in ${t} is greater than ${high}`, threshold: 1, violated: count(t, `${field} > ${sql(high)}`), checked }] : []),
  ];
} // prettier-ignore

function times({ name: t, columns }: Table, { name: field, type }: Column): OfField[] {
  const checks: OfField[] = [];
  if (type !== 'date' && type !== 'datetime') return checks;
  const has = (name: string) => columns.some((column) => column.name === name);
  const isOfPerson = has('person_id') && t !== 'person' && !VOCABULARY_TABLES.includes(t);
  const day = `CAST(t.${field} AS DATE)`;
  if (isOfPerson) {
    const born = `coalesce(CAST(p.birth_datetime AS DATE), CAST(${BIRTH_FROM_PARTS} AS DATE))`;
    const ofPerson = `FROM ${t} t JOIN person p ON p.person_id = t.person_id WHERE t.${field} IS NOT NULL`;
    checks.push({ name: 'plausibleAfterBirth', description: `Rows whose ${field} in ${t} lies before the person's birth`, threshold: TEMPORAL, violated: `SELECT count(*) AS n ${ofPerson} AND ${day} < ${born}`, checked: `SELECT count(*) AS n ${ofPerson}` });
    if (t !== 'death') {
      const ofDead = `FROM ${t} t JOIN death d ON d.person_id = t.person_id WHERE t.${field} IS NOT NULL`;
      checks.push({ name: 'plausibleBeforeDeath', description: `Rows whose ${field} in ${t} lies more than ${AFTER_DEATH} days after the person's death`, threshold: TEMPORAL, needs: 'death', violated: `SELECT count(*) AS n ${ofDead} AND ${day} > d.death_date + ${AFTER_DEATH}`, checked: `SELECT count(*) AS n ${ofDead}` });
    }
  }
  const end = field.replace('start', 'end').replace(/^procedure_date/, 'procedure_end_date');
  if (end !== field && has(end)) {
    const both = `${field} IS NOT NULL AND ${end} IS NOT NULL`;
    const isStrict = VOCABULARY_TABLES.includes(t) || t === 'observation_period';
    checks.push({ name: 'plausibleStartBeforeEnd', description: `Rows of ${t} whose ${field} lies after their ${end}`, threshold: isStrict ? 0 : TEMPORAL, violated: count(t, `${both} AND ${field} > ${end}`), checked: count(t, both) });
  }
  if (EVENT_TABLES.some(({ table, start }) => table === t && start === field)) {
    const inVisit = `FROM ${t} t JOIN visit_occurrence v ON v.visit_occurrence_id = t.visit_occurrence_id`;
    const outside = `t.${field} < v.visit_start_date - ${AROUND_VISIT} OR t.${field} > v.visit_end_date + ${AROUND_VISIT}`;
    checks.push({ name: 'withinVisitDates', description: `Rows whose ${field} in ${t} lies more than ${AROUND_VISIT} days outside of their visit`, threshold: 5, needs: 'visit_occurrence', violated: `SELECT count(*) AS n ${inVisit} WHERE ${outside}`, checked: `SELECT count(*) AS n ${inVisit}` });
    checks.push({ name: 'withinObservationPeriod', description: `Rows whose ${field} in ${t} lies in no observation period of the person`, threshold: 5, needs: 'observation_period', violated: count(t, `t.${field} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM observation_period o WHERE o.person_id = t.person_id AND t.${field} BETWEEN o.observation_period_start_date AND o.observation_period_end_date)`) });
  }
  return checks;
} // prettier-ignore
