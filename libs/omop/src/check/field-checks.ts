import { type Column, plainName, type Table } from '../cdm/tables.ts';
import type { Source } from '../read/source.ts';
import type { CdmVersion } from './cdm-version.ts';
import type { Check, OfField } from './check.ts';
import {
  CLASSES,
  domainOf,
  isStandardField,
  sourceThreshold,
  sourceValueOf,
  standardThreshold,
} from './field-facts.ts';
import { missing, unreadable } from './profile.ts';
import { countFrom, countOf } from './sql.ts';
import { timeChecks } from './time-checks.ts';

/** Checks of single fields. @param today YYYY-MM-DD */
export function fieldChecks(source: Source, tables: Table[], version: CdmVersion, today: string): Check[] {
  return tables.flatMap((table) =>
    table.columns.flatMap((column) => {
      const checks = [
        ...conformance(source, table, column),
        ...concepts(table, column, version),
        ...completeness(source, table, column, version),
        ...timeChecks(table, column, version, today),
      ];
      return checks.map((check): Check => ({
        ...check,
        table: table.name,
        field: plainName(column.name),
      }));
    }),
  );
}

function conformance(source: Source, table: Table, column: Column): OfField[] {
  const { name: t, primaryKey } = table;
  const { name: field, type, required, foreignKey } = column;
  const isThere = source.columns.get(t)?.has(plainName(field)) ?? false;
  const checks: OfField[] = [
    {
      name: 'cdmField',
      description: `Whether ${t} has the field ${field}`,
      threshold: 0,
      isViolated: !isThere,
    },
  ];
  if (required)
    checks.push({
      name: 'isRequired',
      description: `Rows without a value in ${field} of ${t}, which must have one`,
      threshold: 0,
      profile: 'missing',
      violated: countOf(`raw_${t}`, missing(source, column)),
    });
  if (type !== 'text')
    checks.push({
      name: 'cdmDatatype',
      description: `Rows whose ${field} in ${t} is not of the type ${type}`,
      threshold: 0,
      profile: 'unreadable',
      violated: countOf(`raw_${t}`, unreadable(source, table, column)),
    });
  if (primaryKey === field)
    checks.push({
      name: 'isPrimaryKey',
      description: `Rows whose ${field} in ${t} is also that of another row`,
      threshold: 0,
      violated: `SELECT coalesce(sum(c), 0) AS n FROM (SELECT count(*) AS c FROM ${t} WHERE ${field} IS NOT NULL GROUP BY ${field} HAVING count(*) > 1) d`,
    });
  if (foreignKey) {
    const { table: other, column: key } = foreignKey;
    checks.push({
      name: 'isForeignKey',
      description: `Rows whose ${field} in ${t} is not in ${other}`,
      threshold: 0,
      needs: [`${other}.${key}`],
      violated: countOf(
        t,
        `t.${field} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${other} o WHERE o.${key} = t.${field})`,
      ),
    });
  }
  return checks;
}

function concepts({ name: t }: Table, column: Column, version: CdmVersion): OfField[] {
  const field = column.name;
  const checks: OfField[] = [];
  const violating = (what: string) =>
    countFrom(`FROM ${t} t JOIN concept c ON c.concept_id = t.${field} WHERE c.concept_id <> 0 AND ${what}`);
  const domain = domainOf(t, field, version);
  if (domain)
    checks.push({
      name: 'fkDomain',
      description: `Rows whose ${field} in ${t} is not a concept of the domain ${domain}`,
      threshold: 0,
      needs: ['concept'],
      violated: violating(`c.domain_id <> '${domain}'`),
    });
  const classes = CLASSES[`${t}.${field}`];
  if (classes)
    checks.push({
      name: 'fkClass',
      description: `Rows whose ${field} in ${t} is not a concept of the class ${classes.join(' or ')}`,
      threshold: 0,
      needs: ['concept'],
      violated: violating(`c.concept_class_id NOT IN (${classes.map((one) => `'${one}'`).join(', ')})`),
    });
  if (isStandardField(t, column))
    checks.push({
      name: 'isStandardValidConcept',
      description: `Rows whose ${field} in ${t} is not a standard, valid concept`,
      threshold: 0,
      needs: ['concept'],
      violated: violating("(coalesce(c.standard_concept, '') <> 'S' OR c.invalid_reason IS NOT NULL)"),
      checked: countOf(t, `t.${field} IS NOT NULL`),
    });
  return checks;
}

function completeness(from: Source, table: Table, column: Column, version: CdmVersion): OfField[] {
  const { name: t } = table;
  const { name: field, required } = column;
  const checks: OfField[] = [
    {
      name: 'measureValueCompleteness',
      description: `Rows without a value in ${field} of ${t}`,
      threshold: required ? 0 : 100,
      profile: 'missing',
      violated: countOf(`raw_${t}`, missing(from, column)),
    },
  ];
  const standard = standardThreshold(t, column, version);
  const source = sourceThreshold(t, field, version);
  if (standard !== undefined)
    checks.push({
      name: 'standardConceptRecordCompleteness',
      description: `Rows whose standard concept ${field} in ${t} is 0, or missing although there is a source value`,
      threshold: standard,
      ...unmapped(table, column),
    });
  if (source !== undefined)
    checks.push({
      name: 'sourceConceptRecordCompleteness',
      description: `Rows whose source concept ${field} in ${t} is 0, or missing although there is a source value`,
      threshold: source,
      ...unmapped(table, column),
    });
  const value = sourceValueOf(table, field, version);
  if (value)
    checks.push({
      name: 'sourceValueCompleteness',
      description: `Distinct values of ${field} in ${t} that are mapped to 0`,
      threshold: value.threshold,
      needs: [`${t}.${value.concept}`],
      violated: distinct(t, field, `WHERE t.${value.concept} = 0`),
      checked: distinct(t, field),
    });
  return checks;
}

/** Main source values, whose source concept the dashboard does not ask to be there where they are. */
const ALONE =
  /^(condition|drug|procedure|device|measurement|observation|visit|visit_detail|episode|gender|race|ethnicity)_source_concept_id$/;

/** Rows with concept 0, or with none though there is a source value; of those that have a concept or a source value. */
function unmapped(
  { name: t, columns }: Table,
  { name: field, required }: Column,
): Pick<Check, 'violated' | 'checked' | 'needs'> {
  const value = field.replace(/(_source)?_concept_id$/, '_source_value');
  return !required && !ALONE.test(field) && columns.some(({ name }) => name === value)
    ? {
        needs: [`${t}.${value}`],
        violated: countOf(t, `t.${field} = 0 OR (t.${field} IS NULL AND t.${value} IS NOT NULL)`),
        checked: countOf(t, `t.${field} IS NOT NULL OR t.${value} IS NOT NULL`),
      }
    : { violated: countOf(t, `t.${field} = 0`), checked: countOf(t, `t.${field} IS NOT NULL`) };
}

/** Distinct values, a missing one being a value too. */
function distinct(table: string, field: string, where = ''): string {
  return `SELECT count(*) AS n FROM (SELECT DISTINCT t.${field} FROM ${table} t ${where}) d`;
}
