import { System } from '@ehrsynth/records';
import { KINDS_OF_FAULTS } from './kinds-of-faults.ts';
import { coded, hl7, RIGHT, RIGHT_BUNDLE, type RightName } from './right-resources.ts';

export interface BrokenCase {
  name: string;
  /** What is written, a line each. */
  documents: object[];
  /** The line with the fault, from 1. */
  line: number;
  rule: string;
  /** Of the invariant, where the rule is one: pat-1. */
  key: string | undefined;
  /** FHIRPath of the element at fault. */
  path: string;
  severity: 'error' | 'warning';
}

const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-';

/** [what, of which right resource, what is changed, the rule that it breaks, where, how grave, what else is changed] */
type Row = [string, RightName, object, string, string, ('error' | 'warning')?, ('twice' | 'woman')?];

// prettier-ignore
const RESOURCES: Row[] = [
  ['an element that does not exist', 'patient', { sex: 'male' }, 'structure', 'Patient.sex'],
  ['an element deep down that does not exist', 'patient', { name: [{ surname: 'x' }] }, 'structure', 'Patient.name[0].surname'],
  ['a list where there is one', 'patient', { gender: ['male'] }, 'structure', 'Patient.gender'],
  ['one where there is a list', 'patient', { name: { family: 'x' } }, 'structure', 'Patient.name'],
  ['an empty list', 'patient', { name: [] }, 'structure', 'Patient.name'],
  ['an empty object', 'patient', { name: [{}] }, 'structure', 'Patient.name[0]'],
  ['an empty string', 'patient', { name: [{ family: '' }] }, 'format', 'Patient.name[0].family'],
  ['null in a list', 'patient', { name: [null] }, 'structure', 'Patient.name[0]'],
  ['text where there is an object', 'patient', { name: ['x'] }, 'structure', 'Patient.name[0]'],
  ['a number where there is text', 'patient', { birthDate: 1970 }, 'format', 'Patient.birthDate'],
  ['text where there is a boolean', 'patient', { active: 'true' }, 'format', 'Patient.active'],
  ['text where there is a number', 'observation', { valueQuantity: { value: '6.1' } }, 'format', 'Observation.valueQuantity.value'],
  ['a date in another form', 'patient', { birthDate: '28.02.1970' }, 'format', 'Patient.birthDate'],
  ['a date that the calendar lacks', 'patient', { birthDate: '1970-02-30' }, 'format', 'Patient.birthDate'],
  ['a date with a time where none may be', 'patient', { birthDate: '1970-02-28T10:00:00Z' }, 'format', 'Patient.birthDate'],
  ['a dateTime without its zone', 'condition', { onsetDateTime: '2010-01-01T10:00:00' }, 'format', 'Condition.onsetDateTime'],
  ['an instant without its time', 'patient', { meta: { lastUpdated: '2010-01-01' } }, 'format', 'Patient.meta.lastUpdated'],
  ['an id with a character that may not be', 'patient', { id: 'p_1' }, 'format', 'Patient.id'],
  ['a code with spaces around it', 'encounter', { status: ' finished' }, 'format', 'Encounter.status'],
  ['a positive number that is not', 'patient', { telecom: [{ system: 'phone', value: '1', rank: 0 }] }, 'format', 'Patient.telecom[0].rank'],
  ['a required element missing', 'encounter', { status: undefined }, 'structure', 'Encounter.status'],
  ['a required object missing', 'encounter', { class: undefined }, 'structure', 'Encounter.class'],
  ['a required reference missing', 'condition', { subject: undefined }, 'structure', 'Condition.subject'],
  ['a required choice missing', 'medication', { medicationCodeableConcept: undefined }, 'structure', 'MedicationRequest.medication[x]'],
  ['both of a choice', 'condition', { onsetString: 'long ago' }, 'structure', 'Condition.onsetString'],
  ['a choice of a type that it does not have', 'condition', { onsetBoolean: true }, 'structure', 'Condition.onsetBoolean'],
  ['a required element deep down', 'patient', { link: [{ type: 'seealso' }] }, 'structure', 'Patient.link[0].other'],
  ['gender outside its value set', 'patient', { gender: 'mail' }, 'binding', 'Patient.gender'],
  ['status outside its value set', 'encounter', { status: 'done' }, 'binding', 'Encounter.status'],
  ['clinical status outside its value set', 'condition', { clinicalStatus: hl7('condition-clinical', 'ok') }, 'binding', 'Condition.clinicalStatus'],
  ['clinical status of another system', 'condition', { clinicalStatus: coded('urn:x', 'active') }, 'binding', 'Condition.clinicalStatus'],
  ['intent outside its value set', 'medication', { intent: 'wish' }, 'binding', 'MedicationRequest.intent'],
  ['a name use outside its value set', 'patient', { name: [{ use: 'stage', family: 'x' }] }, 'binding', 'Patient.name[0].use'],
  ['a contact without anything (pat-1)', 'patient', { contact: [{ gender: 'male' }] }, 'invariant', 'Patient.contact[0]'],
  ['abatement of an active condition (con-4)', 'condition', { abatementDateTime: '2011-01-01' }, 'invariant', 'Condition'],
  ['a period that ends before it begins (per-1)', 'encounter', { period: { start: '2010-02-01', end: '2010-01-01' } }, 'invariant', 'Encounter.period'],
  ['a quantity code without a system (qty-3)', 'observation', { valueQuantity: { value: 1, code: '%' } }, 'invariant', 'Observation.valueQuantity'],
  ['a value and a reason for its absence (obs-6)', 'observation', { dataAbsentReason: hl7('data-absent-reason', 'unknown') }, 'invariant', 'Observation'],
  ['an extension with neither value nor extensions (ext-1)', 'patient', { extension: [{ url: 'urn:x' }] }, 'invariant', 'Patient.extension[0]'],
  ['an extension without its url', 'patient', { extension: [{ valueString: 'x' }] }, 'structure', 'Patient.extension[0].url'],
  ['a telecom value without its system (cpt-2)', 'patient', { telecom: [{ value: '1' }] }, 'invariant', 'Patient.telecom[0]'],
  ['a primitive with neither value nor extension', 'patient', { birthDate: undefined, _birthDate: { id: 'x' } }, 'structure', 'Patient.birthDate'],
  ['a reference to a type that may not stand there', 'condition', { encounter: { reference: 'Patient/p' } }, 'reference', 'Condition.encounter'],
  ['a reference to nothing', 'condition', { subject: { reference: 'Patient/q' } }, 'reference', 'Condition.subject'],
  ['a reference to nothing contained', 'medication', { medicationCodeableConcept: undefined, medicationReference: { reference: '#x' } }, 'reference', 'MedicationRequest.medicationReference'],
  ['an ICD-10-CM code that does not exist', 'condition', { code: coded(System.icd10cm, 'I10.99') }, 'code', 'Condition.code.coding[0]'],
  ['an NDC that is none', 'medication', { medicationCodeableConcept: coded(System.ndc, '123') }, 'code', 'MedicationRequest.medicationCodeableConcept.coding[0]'],
  ['a date before birth', 'condition', { onsetDateTime: '1960-01-01' }, 'date', 'Condition', 'warning'],
  ['death before birth', 'patient', { deceasedDateTime: '1969-01-01' }, 'date', 'Patient.deceasedDateTime'],
  ['an end before the beginning', 'condition', { clinicalStatus: hl7('condition-clinical', 'resolved'), abatementDateTime: '2009-01-01' }, 'date', 'Condition'],
  ['pregnancy in a man', 'condition', { code: coded(System.icd10cm, 'O80') }, 'plausibility', 'Condition.code'],
  ['a newborn code at 39', 'condition', { code: coded(System.icd10cm, 'P07.39') }, 'plausibility', 'Condition.code'],
  ['a resource type that does not exist', 'condition', { resourceType: 'Illness' }, 'structure', 'Illness'],
  ['an element in capitals', 'patient', { Gender: 'male' }, 'structure', 'Patient.Gender'],
  ['an element of another resource', 'encounter', { onsetDateTime: '2010-01-01' }, 'structure', 'Encounter.onsetDateTime'],
  ['more than there may be', 'patient', { maritalStatus: [coded('urn:x', 'M')] }, 'structure', 'Patient.maritalStatus'],
  ['an object where there is text', 'patient', { gender: { value: 'male' } }, 'format', 'Patient.gender'],
  ['a list in a list', 'patient', { name: [[{ family: 'x' }]] }, 'structure', 'Patient.name[0]'],
  ['a number where there is a resource', 'patient', { contained: [1] }, 'structure', 'Patient.contained[0]'],
  ['a contained resource of no type', 'patient', { contained: [{ id: 'x' }] }, 'structure', 'Patient.contained[0]'],
  ['an empty object deep down', 'encounter', { participant: [{ period: {} }] }, 'structure', 'Encounter.participant[0].period'],
  ['a required code missing', 'observation', { code: undefined }, 'structure', 'Observation.code'],
  ['a required status missing', 'medication', { status: undefined }, 'structure', 'MedicationRequest.status'],
  ['a required element of a component', 'observation', { component: [{ valueInteger: 1 }] }, 'structure', 'Observation.component[0].code'],
  ['the extension of a primitive that is text', 'patient', { _birthDate: 'x' }, 'structure', 'Patient.birthDate'],
  ['a resourceType where there is none', 'patient', { name: [{ resourceType: 'HumanName', family: 'x' }] }, 'structure', 'Patient.name[0].resourceType'],
  ['a date in the American way', 'patient', { birthDate: '02/28/1970' }, 'format', 'Patient.birthDate'],
  ['a thirteenth month', 'patient', { birthDate: '1970-13-01' }, 'format', 'Patient.birthDate'],
  ['a time without its zone', 'procedure', { performedDateTime: '2010-01-01T10:00:00' }, 'format', 'Procedure.performedDateTime'],
  ['a time of 25 hours', 'procedure', { performedDateTime: '2010-01-01T25:00:00Z' }, 'format', 'Procedure.performedDateTime'],
  ['an instant without its seconds', 'observation', { issued: '2010-01-01T10:00Z' }, 'format', 'Observation.issued'],
  ['a time that is none', 'observation', { valueQuantity: undefined, valueTime: '10 h' }, 'format', 'Observation.valueTime'],
  ['an id with an underscore', 'observation', { id: 'o_1' }, 'format', 'Observation.id'],
  ['an id of 65 letters', 'observation', { id: 'x'.repeat(65) }, 'format', 'Observation.id'],
  ['white space in a code', 'encounter', { class: { code: ' AMB', system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode' } }, 'format', 'Encounter.class.code'],
  ['white space in a URI', 'patient', { implicitRules: 'http://x y' }, 'format', 'Patient.implicitRules'],
  ['a fraction where there is a whole number', 'patient', { multipleBirthInteger: 1.5 }, 'format', 'Patient.multipleBirthInteger'],
  ['a whole number too large', 'patient', { multipleBirthInteger: 3000000000 }, 'format', 'Patient.multipleBirthInteger'],
  ['base64 that is none', 'patient', { photo: [{ contentType: 'image/png', data: '???' }] }, 'format', 'Patient.photo[0].data'],
  ['a number below 0 where none may be', 'medication', { dispenseRequest: { numberOfRepeatsAllowed: -1 } }, 'format', 'MedicationRequest.dispenseRequest.numberOfRepeatsAllowed'],
  ['a script in the narrative (txt-1)', 'patient', { text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>' } }, 'invariant', 'Patient.text.div'],
  ['a narrative of another namespace (txt-1)', 'patient', { text: { status: 'generated', div: '<div>x</div>' } }, 'invariant', 'Patient.text.div'],
  ['an event handler in the narrative (txt-1)', 'patient', { text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="x">x</p></div>' } }, 'invariant', 'Patient.text.div'],
  ['a narrative that is not closed (txt-1)', 'patient', { text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>x</div>' } }, 'invariant', 'Patient.text.div'],
  ['an empty narrative (txt-2)', 'patient', { text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"> </div>' } }, 'invariant', 'Patient.text.div'],
  ['a narrative without its status', 'patient', { text: { div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' } }, 'structure', 'Patient.text.status'],
  ['a narrative status outside its value set', 'patient', { text: { status: 'done', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' } }, 'binding', 'Patient.text.status'],
  ['a verification status outside its value set', 'condition', { verificationStatus: hl7('condition-ver-status', 'sure') }, 'binding', 'Condition.verificationStatus'],
  ['a telecom system outside its value set', 'patient', { telecom: [{ system: 'pigeon', value: '1' }] }, 'binding', 'Patient.telecom[0].system'],
  ['an address use outside its value set', 'patient', { address: [{ use: 'winter', city: 'x' }] }, 'binding', 'Patient.address[0].use'],
  ['an identifier use outside its value set', 'patient', { identifier: [{ use: 'first', system: 'urn:x', value: '1' }] }, 'binding', 'Patient.identifier[0].use'],
  ['a link type outside its value set', 'patient', { link: [{ other: { reference: 'Patient/p' }, type: 'twin' }] }, 'binding', 'Patient.link[0].type'],
  ['a procedure status outside its value set', 'procedure', { status: 'done' }, 'binding', 'Procedure.status'],
  ['an observation status outside its value set', 'observation', { status: 'finished' }, 'binding', 'Observation.status'],
  ['a comparator outside its value set', 'observation', { valueQuantity: { value: 1, comparator: '~' } }, 'binding', 'Observation.valueQuantity.comparator'],
  ['a priority outside its value set', 'medication', { priority: 'soon' }, 'binding', 'MedicationRequest.priority'],
  ['a mime type that is none', 'patient', { photo: [{ contentType: 'picture', data: 'AAAA' }] }, 'binding', 'Patient.photo[0].contentType'],
  ['a unit of time that is none', 'medication', { dosageInstruction: [{ timing: { repeat: { period: 1, periodUnit: 'day' } } }] }, 'binding', 'MedicationRequest.dosageInstruction[0].timing.repeat.periodUnit'],
  ['a day of the week that is none', 'medication', { dosageInstruction: [{ timing: { repeat: { dayOfWeek: ['monday'] } } }] }, 'binding', 'MedicationRequest.dosageInstruction[0].timing.repeat.dayOfWeek[0]'],
  ['an encounter class of another system', 'encounter', { class: { system: 'urn:x', code: 'AMB' } }, 'binding', 'Encounter.class', 'warning'],
  ['a category outside its extensible value set', 'condition', { category: [hl7('condition-category', 'encounter-diagnosis'), coded('urn:x', 'y')] }, 'binding', 'Condition.category[1]', 'warning'],
  ['a reason for absence outside its value set', 'observation', { valueQuantity: undefined, dataAbsentReason: coded('urn:x', 'lost') }, 'binding', 'Observation.dataAbsentReason', 'warning'],
  ['a marital status outside its value set', 'patient', { maritalStatus: coded('urn:x', 'happy') }, 'binding', 'Patient.maritalStatus', 'warning'],
  ['a component with a value and a reason for its absence (obs-7)', 'observation', { component: [{ code: coded(System.loinc, '4548-4'), valueInteger: 1 }] }, 'invariant', 'Observation'],
  ['a reference range without anything (obs-3)', 'observation', { referenceRange: [{ age: { low: { value: 1 } } }] }, 'invariant', 'Observation.referenceRange[0]'],
  ['a range from high to low (rng-2)', 'observation', { valueQuantity: undefined, valueRange: { low: { value: 2, system: 'http://unitsofmeasure.org', code: 'kg' }, high: { value: 1, system: 'http://unitsofmeasure.org', code: 'kg' } } }, 'invariant', 'Observation.valueRange'],
  ['half a ratio (rat-1)', 'observation', { valueQuantity: undefined, valueRatio: { numerator: { value: 1 } } }, 'invariant', 'Observation.valueRatio'],
  ['an attachment without its type (att-1)', 'patient', { photo: [{ data: 'AAAA' }] }, 'invariant', 'Patient.photo[0]'],
  ['a repeat without its unit (tim-1)', 'medication', { dosageInstruction: [{ timing: { repeat: { duration: 1 } } }] }, 'invariant', 'MedicationRequest.dosageInstruction[0].timing.repeat'],
  ['a period without its unit (tim-2)', 'medication', { dosageInstruction: [{ timing: { repeat: { period: 1 } } }] }, 'invariant', 'MedicationRequest.dosageInstruction[0].timing.repeat'],
  ['a stage without anything (con-1)', 'condition', { stage: [{ type: { text: 'x' } }] }, 'invariant', 'Condition.stage[0]'],
  ['evidence without anything (con-2)', 'condition', { evidence: [{ id: 'x' }] }, 'invariant', 'Condition.evidence[0]'],
  ['a status of what was entered in error (con-5)', 'condition', { verificationStatus: hl7('condition-ver-status', 'entered-in-error') }, 'invariant', 'Condition'],
  ['a problem without its status (con-3)', 'condition', { clinicalStatus: undefined, category: [hl7('condition-category', 'problem-list-item'), hl7('condition-category', 'encounter-diagnosis')] }, 'invariant', 'Condition', 'warning'],
  ['a contained resource nobody refers to (dom-3)', 'patient', { contained: [{ resourceType: 'Organization', id: 'x', name: 'x' }] }, 'invariant', 'Patient.contained[0]'],
  ['a contained resource that contains (dom-2)', 'patient', { contained: [{ resourceType: 'Organization', id: 'x', name: 'x', contained: [{ resourceType: 'Organization', id: 'y', name: 'y' }], partOf: { reference: '#y' } }], managingOrganization: { reference: '#x' } }, 'invariant', 'Patient'],
  ['a version of a contained resource (dom-4)', 'patient', { contained: [{ resourceType: 'Organization', id: 'x', name: 'x', meta: { versionId: '1' } }], managingOrganization: { reference: '#x' } }, 'invariant', 'Patient'],
  ['a security label on a contained resource (dom-5)', 'patient', { contained: [{ resourceType: 'Organization', id: 'x', name: 'x', meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'N' }] } }], managingOrganization: { reference: '#x' } }, 'invariant', 'Patient'],
  ['an extension with a value and extensions (ext-1)', 'patient', { extension: [{ url: 'urn:x', valueString: 'x', extension: [{ url: 'y', valueString: 'y' }] }] }, 'invariant', 'Patient.extension[0]'],
  ['a value of a type that extensions do not have', 'patient', { extension: [{ url: 'urn:x', valueNumber: 1 }] }, 'structure', 'Patient.extension[0].valueNumber'],
  ['a subject that is an encounter', 'condition', { subject: { reference: 'Encounter/e' } }, 'reference', 'Condition.subject'],
  ['a contained resource of a wrong type', 'medication', { medicationCodeableConcept: undefined, medicationReference: { reference: '#x' }, contained: [{ resourceType: 'Organization', id: 'x', name: 'x' }] }, 'reference', 'MedicationRequest.medicationReference'],
  ['a urn that nothing has', 'condition', { subject: { reference: 'urn:uuid:00000000-0000-4000-8000-00000000000f' } }, 'reference', 'Condition.subject'],
  ['the id of another resource', 'medication', {}, 'reference', 'MedicationRequest.id', 'error', 'twice'],
  ['an ICD-10-CM code of the old release', 'condition', { code: coded(System.icd10cm, '250.00') }, 'code', 'Condition.code.coding[0]'],
  ['an NDC of 12 digits', 'medication', { medicationCodeableConcept: { coding: [{ system: System.ndc, code: '681800513019' }, { system: System.rxnorm, code: '311354' }] } }, 'code', 'MedicationRequest.medicationCodeableConcept.coding[0]'],
  ['a procedure before birth', 'procedure', { performedDateTime: '1960-01-01' }, 'date', 'Procedure', 'warning'],
  ['a birth in the future', 'observation', { resourceType: 'Patient', status: undefined, meta: undefined, category: undefined, code: undefined, subject: undefined, effectiveDateTime: undefined, valueQuantity: undefined, birthDate: '2999-01-01' }, 'date', 'Patient.birthDate', 'warning'],
  ['an observation that ends before it begins', 'observation', { effectiveDateTime: undefined, effectivePeriod: { start: '2010-02-01', end: '2010-01-01' } }, 'date', 'Observation'],
  ['cancer of the prostate in a woman', 'condition', { code: coded(System.icd10cm, 'C61') }, 'plausibility', 'Condition.code', 'error', 'woman'],
  ['a patient without an identifier (US Core)', 'patient', { identifier: undefined }, 'profile', 'Patient.identifier'],
  ['an identifier without its system (US Core)', 'patient', { identifier: [{ value: '1' }] }, 'profile', 'Patient.identifier'],
  ['a patient without a name (US Core)', 'patient', { name: undefined }, 'profile', 'Patient.name'],
  ['a name without anything (US Core)', 'patient', { name: [{ use: 'anonymous' }] }, 'profile', 'Patient.name'],
  ['a patient without a gender (US Core)', 'patient', { gender: undefined }, 'profile', 'Patient.gender'],
  ['a race without its text (US Core)', 'patient', { extension: [{ url: `${US_CORE}race`, extension: [{ url: 'ombCategory', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code: '2106-3' } }] }] }, 'profile', 'Patient.extension'],
  ['a race that OMB does not know (US Core)', 'patient', { extension: [{ url: `${US_CORE}race`, extension: [{ url: 'ombCategory', valueCoding: { system: 'urn:oid:2.16.840.1.113883.6.238', code: '1' } }, { url: 'text', valueString: 'x' }] }] }, 'profile', 'Patient.extension'],
  ['an encounter without its type (US Core)', 'encounter', { type: undefined }, 'profile', 'Encounter.type'],
  ['an encounter without its patient (US Core)', 'encounter', { subject: undefined }, 'profile', 'Encounter.subject'],
  ['a condition without its category (US Core)', 'condition', { category: undefined }, 'profile', 'Condition.category'],
  ['a condition without a code (US Core)', 'condition', { code: undefined }, 'profile', 'Condition.code'],
  ['a procedure without its time (US Core)', 'procedure', { performedDateTime: undefined }, 'profile', 'Procedure.performed'],
  ['a procedure without a code (US Core)', 'procedure', { code: undefined }, 'profile', 'Procedure.code'],
  ['a laboratory result of another category (US Core)', 'observation', { category: [hl7('observation-category', 'survey')] }, 'profile', 'Observation.category'],
  ['a laboratory result without a value (US Core)', 'observation', { valueQuantity: undefined }, 'profile', 'Observation.value'],
  ['a drug without RxNorm (US Core)', 'medication', { medicationCodeableConcept: coded(System.ndc, '68180051301') }, 'profile', 'MedicationRequest.medication[x]', 'warning'],
];

type Bundle = typeof RIGHT_BUNDLE;
type Entry = Record<string, unknown>;

/** [what, how the right bundle is changed, the rule that it breaks, where, how grave] */
// prettier-ignore
const BUNDLES: [string, (bundle: Bundle) => object, string, string, 'warning'?][] = [
  ['a bundle of no type', (bundle) => ({ ...bundle, type: 'parcel' }), 'binding', 'Bundle.type'],
  ['a bundle without its type', (bundle) => ({ ...bundle, type: undefined }), 'structure', 'Bundle.type'],
  ['an entry without a request (bdl-3)', changeEntry({ request: undefined }), 'invariant', 'Bundle'],
  ['a request without its method', changeEntry({ request: { url: 'Condition' } }), 'structure', 'Bundle.entry[1].request.method'],
  ['a request without its url', changeEntry({ request: { method: 'POST' } }), 'structure', 'Bundle.entry[1].request.url'],
  ['a method that HTTP does not have', changeEntry({ request: { method: 'SEND', url: 'Condition' } }), 'binding', 'Bundle.entry[1].request.method'],
  ['a resource posted to another type', changeEntry({ request: { method: 'POST', url: 'Patient' } }), 'bundle', 'Bundle.entry[1].request.url'],
  ['a resource put to another id', changeEntry({ request: { method: 'PUT', url: 'Condition/x' } }, { id: 'c' }), 'bundle', 'Bundle.entry[1].request.url'],
  ['a post without a resource', changeEntry({ resource: undefined }), 'bundle', 'Bundle.entry[1].resource'],
  ['a fullUrl that is relative', changeEntry({ fullUrl: 'Condition/c' }), 'bundle', 'Bundle.entry[1].fullUrl'],
  ['a urn:uuid without a UUID', changeEntry({ fullUrl: 'urn:uuid:c' }), 'bundle', 'Bundle.entry[1].fullUrl'],
  ['a urn:uuid in capitals', changeEntry({ fullUrl: 'urn:uuid:ABCDEF00-0000-4000-8000-000000000002' }), 'bundle', 'Bundle.entry[1].fullUrl'],
  ['a urn:oid without an OID', changeEntry({ fullUrl: 'urn:oid:9.x' }), 'bundle', 'Bundle.entry[1].fullUrl'],
  ['a fullUrl of another resource', changeEntry({ fullUrl: 'http://x.org/fhir/Condition/d', request: { method: 'PUT', url: 'Condition/c' } }, { id: 'c' }), 'bundle', 'Bundle.entry[1].fullUrl'],
  ['a version in a fullUrl (bdl-8)', changeEntry({ fullUrl: 'http://x.org/fhir/Condition/c/_history/1' }), 'invariant', 'Bundle.entry[1]'],
  ['two entries of one fullUrl (bdl-7)', (bundle) => ({ ...bundle, entry: [bundle.entry[0], bundle.entry[0]] }), 'invariant', 'Bundle'],
  ['one resource changed twice', (bundle) => ({ ...bundle, entry: [put(bundle, 1), put(bundle, 2)] }), 'bundle', 'Bundle.entry[1].request'],
  ['one condition of creation twice', (bundle) => ({ ...bundle, entry: bundle.entry.map((entry) => ({ ...entry, resource: bundle.entry[0].resource, request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=1' } })) }), 'bundle', 'Bundle.entry[1].request'],
  ['a search entry in a transaction (bdl-2)', changeEntry({ search: { mode: 'match' } }), 'invariant', 'Bundle'],
  ['a response in a transaction (bdl-4)', changeEntry({ response: { status: '200' } }), 'invariant', 'Bundle'],
  ['a total of a transaction (bdl-1)', (bundle) => ({ ...bundle, total: 2 }), 'invariant', 'Bundle'],
  ['a document without its composition (bdl-11)', (bundle) => ({ ...bundle, type: 'document', identifier: { system: 'urn:x', value: '1' }, timestamp: '2010-01-01T00:00:00Z', entry: bundle.entry.map(({ fullUrl, resource }) => ({ fullUrl, resource })) }), 'invariant', 'Bundle'],
  ['a document without its date (bdl-10)', (bundle) => ({ ...bundle, type: 'document', identifier: { system: 'urn:x', value: '1' }, entry: bundle.entry.map(({ fullUrl, resource }) => ({ fullUrl, resource })) }), 'invariant', 'Bundle'],
  ['a message without its header (bdl-12)', (bundle) => ({ ...bundle, type: 'message', entry: bundle.entry.map(({ fullUrl, resource }) => ({ fullUrl, resource })) }), 'invariant', 'Bundle'],
  ['an entry without anything (bdl-5)', (bundle) => ({ ...bundle, type: 'collection', entry: [{ fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000003' }] }), 'invariant', 'Bundle.entry[0]'],
  ['a reference to nothing in the bundle', changeEntry({}, { subject: { reference: 'urn:uuid:00000000-0000-4000-8000-00000000000f' } }), 'reference', 'Condition.subject'],
  ['pregnancy in the man of the bundle', changeEntry({}, { code: coded(System.icd10cm, 'O80') }), 'plausibility', 'Condition.code'],
  ['an onset before the birth in the bundle', changeEntry({}, { onsetDateTime: '1950-01-01' }), 'date', 'Condition', 'warning'],
];

/** Every kind of fault once: a document, or several lines of which one has it. */
export const BROKEN: BrokenCase[] = [
  ...RESOURCES.map(([name, of, change, rule, path, severity = 'error', also]) => {
    const resources = { ...RIGHT, [of]: { ...RIGHT[of], ...change } };
    if (also === 'woman') resources.patient = { ...resources.patient, gender: 'female' };
    const documents: object[] = Object.values(resources);
    if (also === 'twice') documents.push(RIGHT[of]);
    const line = also === 'twice' ? documents.length : 1 + Object.keys(RIGHT).indexOf(of);
    return { name, key: keyIn(name), documents, line, rule, path, severity };
  }),
  ...BUNDLES.map(([name, change, rule, path, severity = 'error' as const]) => {
    return { name, key: keyIn(name), documents: [change(RIGHT_BUNDLE)], line: 1, rule, path, severity };
  }),
  ...Object.values(KINDS_OF_FAULTS).flatMap(({ broken }) =>
    broken.map(([name, resource, change, rule, path, severity = 'error']) => {
      const documents = [{ ...resource, ...change }];
      return { name, key: keyIn(name), documents, line: 1, rule, path, severity };
    }),
  ),
];

/** The key in the brackets of the name. */
function keyIn(name: string): string | undefined {
  return /\(([a-z]+-\d+)\)$/.exec(name)?.[1];
}

/** Changes the second entry and its resource. */
function changeEntry(change: Entry, ofResource: Entry = {}): (bundle: Bundle) => object {
  return (bundle) => {
    const [first, second] = bundle.entry;
    const resource = { ...second.resource, ...ofResource };
    return { ...bundle, entry: [first, { ...second, resource, ...change }] };
  };
}

/** An entry that puts the same Patient under an address of its own. */
function put({ entry: [{ resource }] }: Bundle, base: number): object {
  const fullUrl = `http://x${base}.org/fhir/Patient/p`;
  return { fullUrl, resource: { ...resource, id: 'p' }, request: { method: 'PUT', url: 'Patient/p' } };
}
