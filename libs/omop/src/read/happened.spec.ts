import { type CodedEvent, System } from '@ehrsynth/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../testing/postgres.ts';
import { type ReadCdm, readAsFiles, readFromServer, type SmallCdm } from '../testing/small-cdm.ts';

const DAY = '2020-01-31';
const OTHER_DAY = 'datetime on another day than its date, time dropped';
const BEFORE = 'ends before it begins on the same day, time of the end dropped';

const concept = (id: number, name: string, vocabulary: string, code: string, domain = 'Observation') => ({
  concept_id: id,
  concept_name: name,
  domain_id: domain,
  vocabulary_id: vocabulary,
  concept_code: code,
  concept_class_id: 'x',
});
let key = 0;
const measured = (loinc: string, more: object) => ({
  measurement_id: ++key,
  person_id: 1,
  measurement_concept_id: 0,
  measurement_date: DAY,
  measurement_source_value: loinc,
  ...more,
});
const observed = (more: object) => ({
  observation_id: ++key,
  person_id: 1,
  observation_date: DAY,
  observation_source_value: 'allergy list',
  ...more,
});
const given = (more: object) => ({
  drug_exposure_id: ++key,
  person_id: 1,
  drug_exposure_start_date: DAY,
  drug_exposure_end_date: DAY,
  ...more,
});
const had = (code: string, more: object) => ({
  condition_occurrence_id: ++key,
  person_id: 1,
  condition_concept_id: 0,
  condition_start_date: DAY,
  condition_source_value: code,
  ...more,
});
const at = (time: string, day = DAY) => `${day} ${time}`;
/** Names another row of measurement. */
const of = (id: number) => ({ measurement_event_id: id, meas_event_field_concept_id: 1147138 });

const PANEL = 1000;
const CDM: SmallCdm = {
  person: [{ person_id: 1, gender_concept_id: 8532, year_of_birth: 1960, person_source_value: 'a' }],
  visit_occurrence: [
    {
      visit_occurrence_id: 1,
      person_id: 1,
      visit_concept_id: 9201,
      visit_start_date: DAY,
      visit_start_datetime: at('14:05:59'),
      visit_end_date: '2020-02-01',
      visit_end_datetime: at('00:00:00', '2020-02-01'),
    },
    {
      visit_occurrence_id: 2,
      person_id: 1,
      visit_concept_id: 9202,
      visit_start_date: DAY,
      visit_start_datetime: at('09:00:00'),
      visit_end_date: DAY,
      visit_end_datetime: at('08:00:00'),
    },
  ],
  condition_occurrence: [
    had('I10', { condition_start_datetime: at('00:00:00') }),
    had('E11.9', { condition_start_datetime: at('23:30:00', '2020-01-30') }),
    had('J06.9', {
      condition_start_datetime: at('00:00:01'),
      condition_end_date: DAY,
      condition_end_datetime: at('12:00:00'),
    }),
  ],
  measurement: [
    measured('4548-4', { measurement_datetime: at('07:08:09') }),
    measured('2345-7', { measurement_time: '16:20' }),
    measured('2339-0', { measurement_time: '00:00:00' }),
    measured('718-7', { measurement_time: 'evening' }),
    measured('85354-9', { measurement_id: PANEL, measurement_datetime: at('10:00:00') }),
    measured('8480-6', { value_as_number: 120, measurement_datetime: at('10:00:00'), ...of(PANEL) }),
    measured('8462-4', { value_as_number: 80, measurement_datetime: at('10:00:00'), ...of(PANEL) }),
    measured('9279-1', { value_as_number: 16, ...of(4711) }),
    measured('8867-4', { value_as_number: 70, measurement_event_id: PANEL, meas_event_field_concept_id: 1147165 }),
  ],
  drug_exposure: [
    given({ drug_concept_id: 40213154, drug_source_value: '140', drug_source_concept_id: 0 }),
    given({ drug_concept_id: 40213154, drug_source_value: '49281041950', drug_source_concept_id: 0 }),
    given({ drug_concept_id: 0, drug_source_value: '08', drug_source_concept_id: 40213306 }),
    given({ drug_concept_id: 0, drug_source_value: '00093104801', sig: 'Dose 1 tablet, 2 times a day' }),
    given({ drug_concept_id: 0, drug_source_value: '68180051301', sig: 'One daily for Jane Doe' }),
  ],
  observation: [
    observed({ observation_concept_id: 439224, value_as_concept_id: 1728416, qualifier_source_value: 'active' }),
    observed({ observation_concept_id: 4169307, value_as_concept_id: 0, value_source_value: 'Peanuts' }),
    observed({ observation_concept_id: 439224, value_as_concept_id: 4188540, value_source_value: 'No' }),
    observed({ observation_concept_id: 4240903, observation_source_concept_id: 4240903 }),
    observed({ observation_concept_id: 4057538, observation_source_concept_id: 4057538 }),
  ],
  concept: [
    concept(40213154, 'Influenza, seasonal, injectable, preservative free', 'CVX', '140', 'Drug'),
    concept(40213306, 'hepatitis B vaccine, pediatric', 'CVX', '08', 'Drug'),
    concept(439224, 'Allergy to drug', 'SNOMED', '416098002'),
    concept(4169307, 'Allergy to substance', 'SNOMED', '419199007'),
    concept(4240903, 'Allergy to penicillin', 'SNOMED', '91936005'),
    concept(4057538, 'No known allergy to penicillin', 'SNOMED', '1'),
    concept(1728416, 'penicillin G', 'RxNorm', '7980', 'Drug'),
  ],
};

const server = await startPostgres();
afterAll(() => server?.stop());

describe.each(['files', 'a server'] as const)('what happened, read from %s', (from) => {
  let cdm: ReadCdm;
  let events: CodedEvent[];
  const isThere = from === 'files' || server;
  beforeAll(async () => {
    if (!isThere) return;
    cdm = from === 'files' ? await readAsFiles(CDM) : await readFromServer(CDM, server!.url, 'happened');
    events = cdm.records.get('a')!.events;
  });
  const find = (code: string) => events.find((event) => event.code.code === code)!;

  it.skipIf(!isThere)('has times of day where datetimes say them', () => {
    expect(find('I10').startTime).toBeUndefined();
    expect(find('E11.9')).toMatchObject({ start: DAY });
    expect(find('E11.9').startTime).toBeUndefined();
    expect(find('J06.9')).toMatchObject({ startTime: '00:00', end: DAY, endTime: '12:00' });
    expect(find('4548-4').startTime).toBe('07:08');
    expect(find('2345-7').startTime).toBe('16:20');
    for (const code of ['2339-0', '718-7']) expect(find(code).startTime).toBeUndefined();
    expect(cdm.tally.notes.get(OTHER_DAY)).toBe(1);
  });

  it.skipIf(!isThere)('has visits in the order of their times', () => {
    const encounters = JSON.parse(JSON.stringify(cdm.records.get('a')!.encounters)) as unknown;
    expect(encounters).toEqual([
      { class: 'AMB', start: DAY, startTime: '09:00', end: DAY },
      { class: 'IMP', start: DAY, startTime: '14:05', end: '2020-02-01' },
    ]);
    expect(cdm.tally.notes.get(BEFORE)).toBe(1);
  });

  it.skipIf(!isThere)('has the panels that measurements name, and no events for them', () => {
    const panel = { system: System.loinc, code: '85354-9' };
    expect(events.filter((event) => event.panel)).toMatchObject([
      { code: { code: '8462-4' }, panel, startTime: '10:00', quantity: { value: 80 } },
      { code: { code: '8480-6' }, panel, startTime: '10:00', quantity: { value: 120 } },
    ]);
    expect(find('85354-9')).toBeUndefined();
    expect(cdm.tally.used.get('measurement')).toBe(9);
  });

  it.skipIf(!isThere)('has vaccines by CVX, of the source or of the standard', () => {
    const vaccines = events.filter(({ kind }) => kind === 'immunization').map(({ code }) => code);
    expect(vaccines.map(({ system, code }) => [system, code]).sort()).toEqual([
      [System.cvx, '08'],
      [System.cvx, '140'],
      [System.ndc, '49281041950'],
    ]);
  });

  it.skipIf(!isThere)('has allergies: to what a value names, and findings that are some themselves', () => {
    const allergies = events.filter(({ kind }) => kind === 'allergy');
    const said = allergies.map(({ code: { system, code }, active }) => [system, code, active]);
    expect(said.sort()).toEqual([
      [System.snomed, '91936005', undefined],
      [System.rxnorm, '7980', true],
      ['urn:ehrsynth:source-value-of:observation', 'Peanuts', undefined],
    ]);
    expect(allergies.every(({ answer, text }) => !answer && !text)).toBe(true);
    const others = events.filter(({ code }) => code.system === System.snomed && code.code !== '91936005');
    expect(others.map(({ kind }) => kind)).toEqual(['measurement']);
  });

  it.skipIf(!isThere)('has a dose where sig has its form, and no other text of it', () => {
    expect(find('00093104801')).toMatchObject({ dose: { value: 1, unit: 'tablet' }, timesPerDay: 2 });
    expect(JSON.stringify(find('68180051301'))).not.toContain('Doe');
    expect(cdm.tally.notes.get('sig left out: free text')).toBe(1);
  });
});
