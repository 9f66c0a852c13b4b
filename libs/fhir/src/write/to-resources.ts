import type {
  AllergyIntolerance,
  CodeableConcept,
  Condition,
  Encounter,
  Extension,
  FhirResource,
  Identifier,
  Immunization,
  MedicationRequest,
  Meta,
  Observation,
  Patient,
  Procedure,
} from 'fhir/r4.js';
import { uuidOf } from '@ehrsynth/random';
import { FHIR_ID } from '../resource-types.ts';
import { type CodedEvent, Ethnicity, type PatientRecord, Race, System } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { encounterClass } from '../read/encounter-class.ts';
import { usCore } from '../validate/us-core.ts';
import { CATEGORY_PROFILES, categoryOf } from './observation-category.ts';
import { toQuantity, toSimpleQuantity } from './quantity.ts';

/** By which a server can tell that it has a resource already. */
const OWN_SYSTEM = 'urn:ehrsynth:resource';
const OMB = 'urn:oid:2.16.840.1.113883.6.238';
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const BIRTH_SEX: Record<PatientRecord['sex'], string> = {
  female: 'F',
  male: 'M',
  other: 'OTH',
  unknown: 'UNK',
};

/** Every resource says that it is synthetic: the tag for test health data, and who made it. */
const META: Meta = {
  source: 'urn:ehrsynth:synthetic',
  tag: [{ system: `${TERMINOLOGY}/v3-ActReason`, code: 'HTEST', display: 'test health data' }],
};

/** What each encounter class (HL7 v3-ActCode) is called, and the visit that it stands for in SNOMED CT. */
const CLASSES: Record<string, { display: string; type: [code: string, display: string] }> = {
  AMB: { display: 'ambulatory', type: ['308335008', 'Patient encounter procedure'] },
  EMER: { display: 'emergency', type: ['50849002', 'Emergency room admission'] },
  IMP: { display: 'inpatient encounter', type: ['32485007', 'Hospital admission'] },
  ACUTE: { display: 'inpatient acute', type: ['32485007', 'Hospital admission'] },
  NONAC: { display: 'inpatient non-acute', type: ['32485007', 'Hospital admission'] },
  OBSENC: { display: 'observation encounter', type: ['32485007', 'Hospital admission'] },
  SS: { display: 'short stay', type: ['32485007', 'Hospital admission'] },
  PRENC: { display: 'pre-admission', type: ['308335008', 'Patient encounter procedure'] },
  FLD: { display: 'field', type: ['308335008', 'Patient encounter procedure'] },
  HH: { display: 'home health', type: ['439708006', 'Home visit'] },
  VR: { display: 'virtual', type: ['308335008', 'Patient encounter procedure'] },
};

/** Why a time or a person that a profile asks for is not there. */
const UNKNOWN = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};

/** A resource of a record, and the Type/id by which the others refer to it. */
export type Written = FhirResource & { id: string };

/**
 * A record as R4 resources: the Patient first, then the encounters in order, then the events. References are Type/id.
 * @see US Core 6.1.0, whose profiles they claim
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
      const own = idOf(`event/${i}`);
      const base = { id: own, identifier: identifierOf(own), subject, ...(encounter && { encounter }) };
      return WRITERS[event.kind](base, event, toConcept(event, vocabulary));
    }),
  ];
}

interface Base {
  id: string;
  identifier: Identifier[];
  subject: { reference: string };
  encounter?: { reference: string };
}

const WRITERS: Record<CodedEvent['kind'], (base: Base, event: CodedEvent, code: CodeableConcept) => Written> =
  {
    condition: (base, { start, end, active }, code): Condition & Written => ({
      resourceType: 'Condition',
      meta: metaOf('condition-encounter-diagnosis'),
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
    drug: (base, { start, quantity: given }, code): MedicationRequest & Written => {
      const quantity = given && toSimpleQuantity(given);
      return {
        resourceType: 'MedicationRequest',
        meta: metaOf('medicationrequest'),
        ...base,
        status: 'completed',
        intent: 'order',
        medicationCodeableConcept: code,
        ...(start && { authoredOn: start }),
        requester: UNKNOWN,
        ...(quantity && { dispenseRequest: { quantity } }),
      };
    },
    procedure: (base, { start }, code): Procedure & Written => ({
      resourceType: 'Procedure',
      meta: metaOf('procedure'),
      ...base,
      status: 'completed',
      code,
      ...(start ? { performedDateTime: start } : { _performedDateTime: UNKNOWN }),
    }),
    measurement: (base, { start, quantity, code: { code: loinc } }, code): Observation & Written => {
      const category = categoryOf(loinc);
      const valueQuantity = quantity && toQuantity(quantity);
      const profile = CATEGORY_PROFILES[category];
      return {
        resourceType: 'Observation',
        meta: metaOf(profile),
        ...base,
        status: 'final',
        category: [concept('observation-category', category)],
        code,
        ...(start ? { effectiveDateTime: start } : { _effectiveDateTime: UNKNOWN }),
        ...(valueQuantity
          ? { valueQuantity }
          : // It was measured; that no value is given is because models have none.
            { dataAbsentReason: concept('data-absent-reason', 'unsupported') }),
      };
    },
    immunization: (base, { start }, code): Immunization & Written => {
      const { subject: patient, ...rest } = base;
      return {
        resourceType: 'Immunization',
        meta: metaOf('immunization'),
        ...rest,
        patient,
        status: 'completed',
        vaccineCode: code,
        ...(start ? { occurrenceDateTime: start } : { occurrenceString: 'unknown' }),
      };
    },
    allergy: (base, { start, active }, code): AllergyIntolerance & Written => {
      const { subject: patient, ...rest } = base;
      return {
        resourceType: 'AllergyIntolerance',
        meta: metaOf('allergyintolerance'),
        ...rest,
        patient,
        clinicalStatus: concept('allergyintolerance-clinical', active === false ? 'resolved' : 'active'),
        verificationStatus: concept('allergyintolerance-verification', 'confirmed'),
        code,
        ...(start && { recordedDate: start }),
      };
    },
  };

function toPatient(record: PatientRecord, id: string): Patient & Written {
  const { sex, birthDate, deathDate, race, ethnicity } = record;
  const extension = [
    ombExtension('race', race, Race),
    ombExtension('ethnicity', ethnicity, Ethnicity),
    { url: usCore('birthsex'), valueCode: BIRTH_SEX[sex] },
  ].filter((entry) => entry !== undefined);
  return {
    resourceType: 'Patient',
    id,
    meta: metaOf('patient'),
    extension,
    identifier: [{ system: 'urn:ehrsynth:patient', value: record.id }],
    name: [{ use: 'anonymous', family: 'Synthetic', given: [`Patient-${uuidOf(record.id).slice(0, 8)}`] }],
    gender: sex,
    ...(birthDate && { birthDate }),
    ...(deathDate && { deceasedDateTime: deathDate }),
  };
}

function toEncounter(
  { class: given, start, end }: PatientRecord['encounters'][number],
  id: string,
  subject: Base['subject'],
): Encounter & Written {
  // Records of earlier versions, or of tables, may have what v3-ActCode does not.
  const { code } = encounterClass({ code: given });
  const { display, type } = CLASSES[code];
  return {
    resourceType: 'Encounter',
    id,
    meta: metaOf('encounter'),
    identifier: identifierOf(id),
    status: 'finished',
    class: { system: `${TERMINOLOGY}/v3-ActCode`, code, display },
    type: [{ coding: [{ system: System.snomed, code: type[0], display: type[1] }] }],
    subject,
    ...((start || end) && { period: { ...(start && { start }), ...(end && { end }) } }),
  };
}

function metaOf(profile: string | undefined): Meta {
  return profile ? { ...META, profile: [usCore(profile)] } : META;
}

function identifierOf(id: string): Identifier[] {
  return [{ system: OWN_SYSTEM, value: id }];
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
    url: usCore(name),
    extension: [
      { url: 'ombCategory', valueCoding: { system: OMB, code, display } },
      { url: 'text', valueString: display },
    ],
  };
}

function concept(system: string, code: string): CodeableConcept {
  return { coding: [{ system: `${TERMINOLOGY}/${system}`, code }] };
}
