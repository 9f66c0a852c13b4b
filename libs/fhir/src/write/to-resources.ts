import type {
  CodeableConcept,
  Condition,
  Encounter,
  Extension,
  FhirResource,
  MedicationRequest,
  Meta,
  Observation,
  Patient,
  Procedure,
} from 'fhir/r4.js';
import { uuidOf } from '@ehrsynth/random';
import { type CodedEvent, Ethnicity, type PatientRecord, Race, System } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';

const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';
const OMB = 'urn:oid:2.16.840.1.113883.6.238';
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const BIRTH_SEX: Record<PatientRecord['sex'], string> = {
  female: 'F',
  male: 'M',
  other: 'OTH',
  unknown: 'UNK',
};
const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** Every resource says that it is synthetic: the tag for test health data, and who made it. */
const META: Meta = {
  source: 'urn:ehrsynth:synthetic',
  tag: [{ system: `${TERMINOLOGY}/v3-ActReason`, code: 'HTEST', display: 'test health data' }],
};

/** What each encounter class is called (HL7 v3-ActCode). */
const CLASS_DISPLAY: Record<string, string> = {
  AMB: 'ambulatory',
  EMER: 'emergency',
  IMP: 'inpatient encounter',
  ACUTE: 'inpatient acute',
  NONAC: 'inpatient non-acute',
  OBSENC: 'observation encounter',
  SS: 'short stay',
  HH: 'home health',
  VR: 'virtual',
};

/** A resource of a record, and the Type/id by which the others refer to it. */
export type Written = FhirResource & { id: string };

/**
 * A record as R4 resources: the Patient first, then the encounters in order, then the events. References are Type/id.
 * @see US Core for race, ethnicity and birth sex
 */
export function toResources(record: PatientRecord, vocabulary: Vocabulary): Written[] {
  const id = FHIR_ID.test(record.id) ? record.id : uuidOf(record.id);
  const subject = { reference: `Patient/${id}` };
  const idOf = (part: string) => uuidOf(`${record.id}/${part}`);
  const encounterIds = record.encounters.map((_, i) => idOf(`encounter/${i}`));
  return [
    toPatient(record, id),
    ...record.encounters.map((encounter, i) => toEncounter(encounter, encounterIds[i], subject)),
    ...record.events.map((event, i) => {
      const encounter =
        event.encounter === undefined
          ? undefined
          : { reference: `Encounter/${encounterIds[event.encounter]}` };
      const base = { id: idOf(`event/${i}`), meta: META, subject, ...(encounter && { encounter }) };
      return WRITERS[event.kind](base, event, toConcept(event, vocabulary));
    }),
  ];
}

interface Base {
  id: string;
  meta: Meta;
  subject: { reference: string };
  encounter?: { reference: string };
}

const WRITERS: Record<CodedEvent['kind'], (base: Base, event: CodedEvent, code: CodeableConcept) => Written> =
  {
    condition: (base, { start, end, active }, code): Condition & Written => ({
      resourceType: 'Condition',
      ...base,
      ...(active !== undefined && {
        clinicalStatus: concept('condition-clinical', active ? 'active' : 'resolved'),
      }),
      verificationStatus: concept('condition-ver-status', 'confirmed'),
      category: [concept('condition-category', 'encounter-diagnosis')],
      code,
      ...(start && { onsetDateTime: start, recordedDate: start }),
      ...(end && active === false && { abatementDateTime: end }),
    }),
    drug: (base, { start, quantity }, code): MedicationRequest & Written => ({
      resourceType: 'MedicationRequest',
      ...base,
      status: 'completed',
      intent: 'order',
      medicationCodeableConcept: code,
      ...(start && { authoredOn: start }),
      ...(quantity && { dispenseRequest: { quantity } }),
    }),
    procedure: (base, { start }, code): Procedure & Written => ({
      resourceType: 'Procedure',
      ...base,
      status: 'completed',
      code,
      ...(start && { performedDateTime: start }),
    }),
    measurement: (base, { start, quantity }, code): Observation & Written => ({
      resourceType: 'Observation',
      ...base,
      status: 'final',
      code,
      ...(start && { effectiveDateTime: start }),
      ...(quantity
        ? { valueQuantity: quantity }
        : { dataAbsentReason: concept('data-absent-reason', 'unknown') }),
    }),
  };

function toPatient(record: PatientRecord, id: string): Patient & Written {
  const { sex, birthDate, deathDate, race, ethnicity } = record;
  const extension = [
    ombExtension('race', race, Race),
    ombExtension('ethnicity', ethnicity, Ethnicity),
    { url: `${US_CORE}birthsex`, valueCode: BIRTH_SEX[sex] },
  ].filter((entry) => entry !== undefined);
  return {
    resourceType: 'Patient',
    id,
    meta: META,
    extension,
    identifier: [{ system: 'urn:ehrsynth:patient', value: record.id }],
    name: [{ use: 'anonymous', family: 'Synthetic', given: [`Patient-${uuidOf(record.id).slice(0, 8)}`] }],
    gender: sex,
    ...(birthDate && { birthDate }),
    ...(deathDate && { deceasedDateTime: deathDate }),
  };
}

function toEncounter(
  { class: code, start, end }: PatientRecord['encounters'][number],
  id: string,
  subject: Base['subject'],
): Encounter & Written {
  const display = CLASS_DISPLAY[code];
  return {
    resourceType: 'Encounter',
    id,
    meta: META,
    status: 'finished',
    class: { system: `${TERMINOLOGY}/v3-ActCode`, code, ...(display && { display }) },
    subject,
    ...((start || end) && { period: { ...(start && { start }), ...(end && { end }) } }),
  };
}

/** The code, with RxNorm beside an NDC where the crosswalk knows it. */
function toConcept({ code: { system, code, display } }: CodedEvent, vocabulary: Vocabulary): CodeableConcept {
  const coding = [{ system, code, ...(display && { display }) }];
  const rxnorm = system === System.ndc ? vocabulary.rxnorm.find(code) : undefined;
  if (rxnorm) coding.push({ system: System.rxnorm, code: rxnorm.rxcui, display: rxnorm.name });
  return { coding, ...(display && { text: display }) };
}

function ombExtension(
  name: string,
  code: string | undefined,
  known: Record<string, string>,
): Extension | undefined {
  const display = code && known[code];
  if (!display) return undefined;
  return {
    url: US_CORE + name,
    extension: [
      { url: 'ombCategory', valueCoding: { system: OMB, code, display } },
      { url: 'text', valueString: display },
    ],
  };
}

function concept(system: string, code: string): CodeableConcept {
  return { coding: [{ system: `${TERMINOLOGY}/${system}`, code }] };
}
