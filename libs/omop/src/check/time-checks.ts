import type { Column, Table } from '../cdm/tables.ts';
import type { CdmVersion } from './cdm-version.ts';
import type { OfField } from './check.ts';
import { limitsOf } from './field-facts.ts';
import { BIRTH, BIRTH_OR_JUNE, countFrom, countOf } from './sql.ts';
import { timeFacts } from './time-facts.ts';

/** Days after a death in which something may still be recorded of a person. */
const AFTER_DEATH = 60;
/** Days by which an event may lie outside its visit. */
const AROUND_VISIT = 7;
/** Percent of the rows. */
const THRESHOLD = 1;

/** What values and dates are plausible. @param today YYYY-MM-DD */
export function timeChecks(table: Table, column: Column, version: CdmVersion, today: string): OfField[] {
  return [
    ...limits(table, column, version, today),
    ...lifetime(table, column, version),
    ...order(table, column, version),
    ...visit(table, column, version),
  ];
}

function limits({ name: t }: Table, column: Column, version: CdmVersion, today: string): OfField[] {
  const { name: field, type } = column;
  const { low, high } = limitsOf(t, column, version, today);
  const checked = countOf(t, `t.${field} IS NOT NULL`);
  const isDate = type === 'date' || type === 'datetime';
  const than = (operator: string, limit: string) =>
    countOf(t, isDate ? `CAST(t.${field} AS DATE) ${operator} DATE '${limit}'` : `t.${field} ${operator} ${limit}`);
  return [
    ...(low
      ? [
          {
            name: 'plausibleValueLow' as const,
            description: `Rows whose ${field} in ${t} is less than ${low}`,
            threshold: THRESHOLD,
            violated: than('<', low),
            checked,
          },
        ]
      : []),
    ...(high
      ? [
          {
            name: 'plausibleValueHigh' as const,
            description: `Rows whose ${field} in ${t} is greater than ${high}`,
            threshold: THRESHOLD,
            violated: than('>', high),
            checked,
          },
        ]
      : []),
  ];
}

function lifetime(table: Table, column: Column, version: CdmVersion): OfField[] {
  const { name: t } = table;
  const field = column.name;
  const { afterBirth, beforeDeath, duringLife } = timeFacts(table, column, version);
  const day = `CAST(t.${field} AS DATE)`;
  const known = `t.${field} IS NOT NULL`;
  const ofDead = `FROM ${t} t JOIN death d ON d.person_id = t.person_id WHERE ${known}`;
  const late = countFrom(`${ofDead} AND ${day} > d.death_date + ${AFTER_DEATH}`);
  const checks: OfField[] = [];
  if (afterBirth)
    checks.push({
      name: 'plausibleAfterBirth',
      description: `Rows whose ${field} in ${t} lies before the person's birth`,
      threshold: THRESHOLD,
      violated: countFrom(
        `FROM ${t} t JOIN person p ON p.person_id = t.person_id WHERE ${known} AND ${day} < ${BIRTH}`,
      ),
      checked: countOf(t, known),
    });
  if (beforeDeath)
    checks.push({
      name: 'plausibleBeforeDeath',
      description: `Rows whose ${field} in ${t} lies more than ${AFTER_DEATH} days after the person's death`,
      threshold: THRESHOLD,
      needs: ['death.person_id', 'death.death_date'],
      violated: late,
      checked: countFrom(ofDead),
    });
  if (duringLife)
    checks.push({
      name: 'plausibleDuringLife',
      description: `Rows of the dead whose ${field} in ${t} lies more than ${AFTER_DEATH} days after death`,
      threshold: THRESHOLD,
      needs: ['death.person_id', 'death.death_date'],
      violated: late,
      checked: countOf(t, 't.person_id IN (SELECT person_id FROM death)'),
    });
  return checks;
}

function order(table: Table, column: Column, version: CdmVersion): OfField[] {
  const { name: t } = table;
  const field = column.name;
  const { notBefore, notAfter } = timeFacts(table, column, version);
  const checks: OfField[] = [];
  if (notBefore) {
    const { field: first, threshold } = notBefore;
    const violated =
      first === 'birth'
        ? countFrom(
            `FROM ${t} t JOIN person p ON p.person_id = t.person_id WHERE ${BIRTH_OR_JUNE} > CAST(t.${field} AS DATE)`,
          )
        : countOf(t, `CAST(t.${first} AS DATE) > CAST(t.${field} AS DATE)`);
    checks.push({
      name: 'plausibleTemporalAfter',
      description: `Rows of ${t} whose ${field} lies before ${first === 'birth' ? "the person's birth" : first}`,
      threshold,
      needs: first === 'birth' ? ['person'] : [`${t}.${first}`],
      violated,
    });
  }
  if (notAfter) {
    const { field: last, threshold } = notAfter;
    const both = `t.${field} IS NOT NULL AND t.${last} IS NOT NULL`;
    checks.push({
      name: 'plausibleStartBeforeEnd',
      description: `Rows of ${t} whose ${field} lies after their ${last}`,
      threshold,
      needs: [`${t}.${last}`],
      violated: countOf(t, `${both} AND CAST(t.${field} AS DATE) > CAST(t.${last} AS DATE)`),
      checked: countOf(t, both),
    });
  }
  return checks;
}

function visit(table: Table, column: Column, version: CdmVersion): OfField[] {
  const { name: t } = table;
  const field = column.name;
  const { withinVisit } = timeFacts(table, column, version);
  if (!withinVisit) return [];
  const inVisit = `FROM ${t} t JOIN visit_occurrence v ON v.visit_occurrence_id = t.visit_occurrence_id`;
  const outside = `t.${field} < v.visit_start_date - ${AROUND_VISIT} OR t.${field} > v.visit_end_date + ${AROUND_VISIT}`;
  const checks: OfField[] = [
    {
      name: 'withinVisitDates',
      description: `Rows whose ${field} in ${t} lies more than ${AROUND_VISIT} days outside their visit`,
      ...withinVisit,
      needs: ['visit_occurrence.visit_occurrence_id', `${t}.visit_occurrence_id`],
      violated: countFrom(`${inVisit} WHERE ${outside}`),
      checked: countFrom(inVisit),
    },
  ];
  // Of events: visits and notes may say that nobody observed.
  if (t !== 'visit_detail' && t !== 'note')
    checks.push({
      name: 'withinObservationPeriod',
      description: `Rows whose ${field} in ${t} is outside every observation period of the person`,
      threshold: 5,
      needs: ['observation_period'],
      violated: countOf(
        t,
        `t.${field} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM observation_period o WHERE o.person_id = t.person_id AND t.${field} BETWEEN o.observation_period_start_date AND o.observation_period_end_date)`,
      ),
    });
  return checks;
}
