import type { Cdm } from '@ehrsynth/omop/testing';
import { Rng } from '@ehrsynth/random';
import { addDays } from '@ehrsynth/records';

const SEXES = ['8507', '8532', '0'];
const RACES = ['', 'White', 'B', 'nobody knows', 'Asian'];
/** With a header beside its codes, one that no dictionary has, former ones, and texts that are none. */
const CONDITIONS = ['E11', 'E11.9', 'E11.65', 'I10', 'J45.909', 'Q99.99', '250.00', "it's none"];
const STATUS = ['', '', '', 'resolved', 'ruled out'];
/** Concepts of a hospital's own, two names for one code. */
const LOCAL = [
  { concept_id: '2000000001', concept_code: 'L1', concept_name: 'Red card' },
  { concept_id: '2000000002', concept_code: 'L1', concept_name: 'Card, red' },
  { concept_id: '2000000003', concept_code: 'L2', concept_name: 'Seen by a porter' },
];

/** A CDM in which much of what there may be occurs, also what is wrong, as texts: of patients whose codes some have and few have. */
export function oddPatients(patients: number): Cdm {
  const rng = new Rng(7);
  const cdm: Cdm = {
    person: [],
    death: [],
    visit_occurrence: [],
    condition_occurrence: [],
    measurement: [],
    drug_exposure: [],
    concept: LOCAL.map((concept) => ({ ...concept, vocabulary_id: 'Ours', domain_id: 'Condition' })),
    vocabulary: [{ vocabulary_id: 'Ours', vocabulary_name: 'Ours', vocabulary_reference: 'http://hospital.example' }],
  };
  let rows = 0;
  const key = () => String(++rows);
  for (let i = 1; i <= patients; i++) {
    const person_id = String(1000 - 7 * i);
    const born = addDays('1920-01-01', rng.int(36_000));
    const day = () => addDays('2015-03-01', rng.int(2500) - (rng.chance(0.05) ? 40_000 : 0));
    cdm.person.push({
      person_id,
      person_source_value: i % 4 === 0 ? '' : i % 4 === 1 ? `pät-${i}` : i % 4 === 2 ? `𝒫${i}` : `P-${i}`,
      gender_concept_id: rng.pick(SEXES),
      gender_source_value: 'F',
      year_of_birth: rng.chance(0.1) ? '' : born.slice(0, 4),
      month_of_birth: born.slice(5, 7),
      day_of_birth: born.slice(8),
      race_source_value: rng.pick(RACES),
    });
    if (rng.chance(0.2)) cdm.death.push({ person_id, death_date: addDays('2016-01-01', rng.int(3000)) });
    for (let visit = rng.int(4); visit > 0; visit--)
      cdm.visit_occurrence.push({ visit_occurrence_id: key(), person_id, visit_start_date: day() });
    for (let event = rng.int(9); event > 0; event--) {
      const local = rng.chance(0.3) ? rng.pick(LOCAL) : undefined;
      cdm.condition_occurrence.push({
        condition_occurrence_id: key(),
        person_id,
        condition_start_date: day(),
        condition_source_value: local ? local.concept_code : rng.pick(CONDITIONS),
        condition_source_concept_id: local?.concept_id ?? '0',
        condition_status_source_value: rng.pick(STATUS),
      });
    }
    const panel = key();
    for (const of of ['', panel, panel])
      cdm.measurement.push({
        measurement_id: of ? key() : panel,
        person_id,
        measurement_date: '2019-05-05',
        measurement_source_value: of ? '4548-4' : '24323-8',
        value_as_number: of && '6.1',
        unit_source_value: of && unitOf(i),
        measurement_event_id: of,
        meas_event_field_concept_id: of && '1147138',
      });
    if (rng.chance(0.5))
      cdm.drug_exposure.push({
        drug_exposure_id: key(),
        person_id,
        drug_exposure_start_date: day(),
        drug_source_value: rng.pick(['68180051301', '681800513', '00000000000']),
      });
  }
  return cdm;
}

/** Units that are brought to one, one that few have, and words. */
function unitOf(patient: number): string {
  if (patient % 31 === 0) return 'Stix';
  if (patient % 37 === 0) return 'as Zoë wants';
  return patient % 5 === 0 ? 'mmol/mol' : '%';
}
