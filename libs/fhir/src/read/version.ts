type Loose = Record<string, unknown>;

const DSTU2_ONLY = new Set([
  'MedicationOrder',
  'DiagnosticOrder',
  'ProcedureRequest',
  'Order',
  'Conformance',
]);

/**
 * The FHIR release that a resource's own form betrays where it is not R4, by elements that R4 has under another name or
 * in another type (R4 and R5 specifications, "changes since").
 */
export function otherRelease(resource: Loose): 'DSTU2' | 'STU3' | 'R5' | undefined {
  const type = String(resource.resourceType);
  if (DSTU2_ONLY.has(type)) return 'DSTU2';
  if (type === 'Condition') {
    if ('patient' in resource || 'dateRecorded' in resource) return 'DSTU2';
    if (typeof resource.clinicalStatus === 'string' || 'assertedDate' in resource || 'context' in resource) {
      return 'STU3';
    }
    if ('participant' in resource) return 'R5';
  }
  if (type === 'Encounter') {
    if (typeof resource.class === 'string' || 'patient' in resource) return 'DSTU2';
    if (Array.isArray(resource.class) || 'actualPeriod' in resource || 'subjectStatus' in resource)
      return 'R5';
    if ('reason' in resource) return 'STU3';
  }
  if (type.startsWith('Medication') && type !== 'Medication') {
    if ('medication' in resource) return 'R5';
    if (type === 'MedicationRequest' && 'context' in resource) return 'STU3';
    if (
      type === 'MedicationAdministration' &&
      ('patient' in resource || 'effectiveTimeDateTime' in resource)
    ) {
      return 'DSTU2';
    }
    if (type === 'MedicationStatement' && 'taken' in resource) return 'STU3';
  }
  if (type === 'Procedure') {
    if ('occurrenceDateTime' in resource || 'occurrencePeriod' in resource) return 'R5';
    if ('context' in resource || 'notDone' in resource) return 'STU3';
  }
  return undefined;
}
