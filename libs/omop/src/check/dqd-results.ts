import { CHECKS, type CheckResult } from './check.ts';
import type { OmopChecked } from './check-omop.ts';

/** The names of the dashboard's SQL files, where they are not the check's own in snake case. */
const SQL_FILES: Partial<Record<CheckResult['name'], string>> = {
  cdmTable: 'table_cdm_table.sql',
  measurePersonCompleteness: 'table_person_completeness.sql',
  measureConditionEraCompleteness: 'table_condition_era_completeness.sql',
  measureObservationPeriodOverlap: 'table_observation_period_overlap.sql',
  isRequired: 'field_is_not_nullable.sql',
  isForeignKey: 'is_foreign_key.sql',
  standardConceptRecordCompleteness: 'field_concept_record_completeness.sql',
  sourceConceptRecordCompleteness: 'field_concept_record_completeness.sql',
};

/**
 * Results in the shape of the file that OHDSI's DataQualityDashboard (2.x) writes and its viewer opens.
 * @param version of ehrsynth, given in place of the dashboard's
 */
export function toDqdResults({ results, source, seconds }: OmopChecked, started: Date, version: string): object {
  const stamp = (time: number) => new Date(time).toISOString().slice(0, 19).replace('T', ' ');
  return {
    startTimestamp: [stamp(started.getTime())],
    endTimestamp: [stamp(started.getTime() + seconds * 1000)],
    executionTime: [`${seconds.toFixed(2)} secs`],
    CheckResults: results.map(toCheckResult),
    Metadata: [
      {
        cdmSourceName: source.cdm_source_name ?? '',
        cdmSourceAbbreviation: source.cdm_source_abbreviation ?? '',
        cdmHolder: source.cdm_holder ?? '',
        sourceDescription: source.source_description ?? '',
        sourceDocumentationReference: source.source_documentation_reference ?? '',
        cdmEtlReference: source.cdm_etl_reference ?? '',
        sourceReleaseDate: source.source_release_date ?? '',
        cdmReleaseDate: source.cdm_release_date ?? '',
        cdmVersion: source.cdm_version ?? '',
        cdmVersionConceptId: Number(source.cdm_version_concept_id ?? 0),
        vocabularyVersion: source.vocabulary_version ?? '',
        dqdVersion: `ehrsynth ${version}`,
      },
    ],
    Overview: overview(results),
  };
}

function toCheckResult(result: CheckResult): object {
  const {
    name,
    table,
    field,
    description,
    threshold,
    violations,
    rows,
    share,
    hasFailed,
    notApplicable,
    error,
    seconds,
    concept,
    violated,
    checked,
  } = result;
  const [ofCheck, context, category, subcategory] = CHECKS[name];
  const level = concept ? 'CONCEPT' : ofCheck;
  return {
    numViolatedRows: violations,
    pctViolatedRows: share,
    numDenominatorRows: rows,
    executionTime: `${seconds.toFixed(6)} secs`,
    queryText: [violated, checked].filter(Boolean).join(';\n'),
    checkName: name,
    checkLevel: level,
    checkDescription: description,
    cdmTableName: table.toUpperCase(),
    ...(field && { cdmFieldName: field }),
    ...(concept && { conceptId: concept.id, conceptName: concept.name }),
    ...(concept?.unit && { unitConceptId: concept.unit.id, unitConceptName: concept.unit.name }),
    sqlFile:
      SQL_FILES[name] ?? `${level.toLowerCase()}_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}.sql`,
    category,
    subcategory,
    context,
    ...(error && { error }),
    checkId: [level, name, table, field, concept?.id.replaceAll(' ', ''), concept?.unit?.id]
      .filter(Boolean)
      .join('_')
      .toLowerCase(),
    failed: hasFailed && !error ? 1 : 0,
    passed: hasFailed || error || notApplicable ? 0 : 1,
    isError: error ? 1 : 0,
    notApplicable: notApplicable ? 1 : 0,
    notApplicableReason: notApplicable ?? null,
    thresholdValue: threshold,
    notesValue: null,
  };
}

function overview(results: CheckResult[]): Record<string, number[]> {
  const of = (some: CheckResult[], category: string) => some.filter(({ name }) => CHECKS[name][2] === category).length;
  const failed = results.filter(({ hasFailed }) => hasFailed);
  const passed = results.filter(({ hasFailed }) => !hasFailed);
  const errors = results.filter(({ error }) => error);
  const counts: Record<string, number> = {
    countTotal: results.length,
    countThresholdFailed: failed.length - errors.length,
    countErrorFailed: errors.length,
    countOverallFailed: failed.length,
    countPassed: passed.length,
    percentPassed: Math.round((100 * passed.length) / Math.max(1, results.length)),
    percentFailed: Math.round((100 * failed.length) / Math.max(1, results.length)),
  };
  for (const category of ['Plausibility', 'Conformance', 'Completeness']) {
    counts[`countTotal${category}`] = of(results, category);
    counts[`countFailed${category}`] = of(failed, category);
    counts[`countPassed${category}`] = of(passed, category);
  }
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, [value]]));
}
