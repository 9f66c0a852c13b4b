import type { CodeableConcept, FhirResource, Identifier, Meta } from 'fhir/r4.js';
import { type Code, type CodedEvent, System } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { usCore } from '../validate/us-core.ts';
import { plainText } from './plain-text.ts';

/** A resource of a record, and the Type/id by which the others refer to it. */
export type Written = FhirResource & { id: string };

/** What every resource of an event begins with. */
export interface Base {
  id: string;
  identifier: Identifier[];
  subject: { reference: string };
  encounter?: { reference: string };
}

export const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';

/** Why a time or a person that a profile asks for is not there. */
export const UNKNOWN = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
};

/** By which a server can tell that it has a resource already. */
const OWN_SYSTEM = 'urn:ehrsynth:resource';

/** Every resource says that it is synthetic: the tag for test health data, and who made it. */
const META: Meta = {
  source: 'urn:ehrsynth:synthetic',
  tag: [{ system: `${TERMINOLOGY}/v3-ActReason`, code: 'HTEST', display: 'test health data' }],
};

/** The meta of a resource that claims US Core's profile of that short name, where there is one. */
export function metaOf(profile: string | undefined): Meta {
  return profile ? { ...META, profile: [usCore(profile)] } : META;
}

export function identifierOf(id: string): Identifier[] {
  return [{ system: OWN_SYSTEM, value: id }];
}

/** A code of one of HL7's own systems. */
export function concept(system: string, code: string): CodeableConcept {
  return { coding: [{ system: `${TERMINOLOGY}/${system}`, code }] };
}

/** A code as it is. */
export function toConcept({ system, code, display: given }: Code): CodeableConcept {
  const display = given && plainText(given);
  return { coding: [{ system, code, ...(display && { display }) }], ...(display && { text: display }) };
}

/** An event's code, with RxNorm beside an NDC where a crosswalk knows it. */
export function codeOf({ code }: CodedEvent, vocabulary: Vocabulary): CodeableConcept {
  const written = toConcept(code);
  const rxnorm = code.system === System.ndc ? vocabulary.rxnormOf(code.code) : undefined;
  if (rxnorm) written.coding!.push({ system: System.rxnorm, code: rxnorm.rxcui, display: rxnorm.name });
  return written;
}
