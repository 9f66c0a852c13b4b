import { describe, expect, it } from 'vitest';
import { checkOmop, type CdmVersion } from '../index.ts';
import { CdmFolder, type CdmRows } from '../testing/cdm-folder.ts';
import { verdicts } from '../testing/verdicts.ts';

const PERSON = [{ person_id: 1, gender_concept_id: 8507, year_of_birth: 1980 }];
const NAMES = [{ concept_id: 7, concept_name: 'OMOP CDM Version 5.3.1', vocabulary_id: 'CDM', concept_code: 'x' }];

async function versionOf(source: CdmRows[string][number], more: CdmRows = {}, version?: CdmVersion) {
  const cdm = new CdmFolder({ person: PERSON, cdm_source: [{ cdm_source_name: 'x', ...source }], ...more });
  try {
    return (await checkOmop(cdm.path, { today: '2026-01-01', version })).version;
  } finally {
    cdm.remove();
  }
}

describe('the version of a CDM', () => {
  it.each<[string, CdmRows[string][number], CdmRows, CdmVersion]>([
    ['by its name', { cdm_version: 'v5.3.1' }, {}, '5.3'],
    ['by its number', { cdm_version: '5.3' }, {}, '5.3'],
    ['by its concept', { cdm_version: '', cdm_version_concept_id: 7 }, { concept: NAMES }, '5.3'],
    ['by a concept that is not there', { cdm_version_concept_id: 756265 }, {}, '5.4'],
    [
      'by its name before its concept',
      { cdm_version: 'CDM v5.4', cdm_version_concept_id: 7 },
      { concept: NAMES },
      '5.4',
    ],
    [
      'by its concept where the text is a date',
      { cdm_version: 'OMOP CDM 20230831', cdm_version_concept_id: 7 },
      { concept: NAMES },
      '5.3',
    ],
    ['by its concept where the text is 5 alone', { cdm_version: 'CDM 5', cdm_version_concept_id: 1147638 }, {}, '5.3'],
    ['where a date and a version are named', { cdm_version: 'v5.3 of 31.08.2023' }, {}, '5.3'],
    ['where only 5 is named', { cdm_version: 'CDM 5' }, {}, '5.4'],
    ['where none is named', { cdm_version: '' }, {}, '5.4'],
  ])('%s', async (_how, source, more, expected) => {
    expect(await versionOf(source, more)).toBe(expected);
  });

  it.each(['v5.2.2', 'v6.0', '5.30', 'CDM 5.5', 'CDM v6'])(
    '%s is refused, unless another is asked for',
    async (name) => {
      await expect(versionOf({ cdm_version: name })).rejects.toMatchObject({ code: 'cdm-version' });
      expect(await versionOf({ cdm_version: name }, {}, '5.4')).toBe('5.4');
    },
  );
});

it('reads the latest release of several, whatever their order, and says so', async () => {
  const releases = [
    { cdm_source_name: 'old', cdm_release_date: '2019-01-01', cdm_version: '5.3' },
    { cdm_source_name: 'new', cdm_release_date: '2024-01-01', cdm_version: '5.4' },
    { cdm_source_name: 'undated', cdm_release_date: '', cdm_version: '5.3' },
  ];
  for (const rows of [releases, [...releases].reverse()]) {
    const cdm = new CdmFolder({ person: PERSON, cdm_source: rows });
    try {
      const { version, source, notes } = await checkOmop(cdm.path, { today: '2026-01-01' });
      expect([version, source.cdm_source_name]).toEqual(['5.4', 'new']);
      expect(notes.map(({ reason }) => reason)).toContain('several rows in cdm_source; the latest release was read');
    } finally {
      cdm.remove();
    }
  }
});

describe('CDM 5.3', () => {
  const VISIT = {
    visit_occurrence_id: 1,
    person_id: 1,
    visit_concept_id: 9201,
    visit_start_date: '2020-01-01',
    visit_end_date: '2020-01-02',
    admitting_source_concept_id: 0,
    admitting_source_value: 'ED',
    discharge_to_concept_id: '',
    discharge_to_source_value: 'home',
  };
  const tables = {
    person: PERSON,
    visit_occurrence: [VISIT, { ...VISIT, visit_occurrence_id: 2, discharge_to_concept_id: 8536 }],
    visit_detail: [
      { visit_detail_id: 1, person_id: 1, visit_detail_start_date: '2020-01-01', visit_detail_parent_id: 9 },
    ],
    cost: [{ cost_id: 1, payer_plan_period_id: 5 }],
    payer_plan_period: 'payer_plan_period_id,person_id',
    attribute_definition: [{ attribute_definition_id: 1, attribute_name: '' }],
    cohort: [{ cohort_definition_id: 1, subject_id: 'x' }],
  };

  it('has columns and tables of its own', async () => {
    const found = await verdicts(tables, { version: '5.3' });
    expect(found).toMatchObject({
      'standardConceptRecordCompleteness visit_occurrence.admitting_source_concept_id': '2/2',
      'standardConceptRecordCompleteness visit_occurrence.discharge_to_concept_id': '1/2',
      'sourceValueCompleteness visit_occurrence.admitting_source_value': '1/1',
      'isForeignKey visit_detail.visit_detail_parent_id': '1/1 failed',
      'isForeignKey cost.payer_plan_period_id': '1/1 failed',
      'cdmDatatype cohort.subject_id': '1/1 failed',
      'measureValueCompleteness attribute_definition.attribute_name': '1/1 failed',
    });
    for (const missing of [
      'cdmTable episode',
      'cdmTable concept',
      'cdmField visit_occurrence.admitted_from_concept_id',
    ])
      expect(found).not.toHaveProperty([missing]);
  });

  it('and 5.4 has others in their place', async () => {
    const found = await verdicts(tables, { version: '5.4' });
    expect(found).toMatchObject({
      'cdmTable episode': '1/1 failed',
      'cdmField visit_occurrence.admitted_from_concept_id': '1/1 failed',
      'cdmField visit_detail.parent_visit_detail_id': '1/1 failed',
    });
    for (const missing of [
      'cdmTable attribute_definition',
      'cdmField visit_occurrence.admitting_source_concept_id',
      'isForeignKey cost.payer_plan_period_id',
    ])
      expect(found).not.toHaveProperty([missing]);
  });
});
