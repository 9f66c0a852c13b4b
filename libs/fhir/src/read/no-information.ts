/**
 * Whether a coding says that nothing is known, or that there is nothing, and so is no diagnosis, drug, procedure or
 * measurement.
 */
export function saysNothing(system: unknown, code: unknown): boolean {
  if (typeof system !== 'string' || system === '') return false;
  if (SNOMED.test(system)) return NOTHING_KNOWN_IN_SNOMED.has(code as string);
  if (CVX.test(system)) return NO_VACCINE.has(code as string);
  return ABSENT_SYSTEM.test(system);
}

/**
 * Code systems that have nothing but reasons for having no data: HL7's data-absent-reason and v3-NullFlavor (by their
 * present and former URIs and OIDs), and the International Patient Summary's absent-unknown.
 */
const ABSENT_SYSTEM =
  /(?:\/data-absent-reason|\/(?:v3-?)?\/?NullFlavor|\/absent-unknown-uv-ips|^(?:urn:oid:)?2\.16\.840\.1\.113883\.5\.1008)\/?(?:\|.*)?$/i;

const SNOMED = /^https?:\/\/snomed\.info\/sct\b|^(?:urn:oid:)?2\.16\.840\.1\.113883\.6\.96$/i;

/** @see International Patient Summary, value set "Absent or Unknown SNOMED", and what came before its codes. */
const NOTHING_KNOWN_IN_SNOMED = new Set([
  '160245001', // No current problems or disability
  '787480003', // No known procedures
  '787481004', // No known medications
  '787482006', // No known immunizations
  '787483001', // No known device use
  '716186003', // No known allergy
  '160244002', // No known allergies
  '409137002', // No known drug allergy
  '428607008', // No known environmental allergy
  '429625007', // No known food allergy
  '1287211007', // No information available
  '1234391000168107', // No known current medicines (Australia)
  '261665006', // Unknown
]);

const CVX = /\/cvx(?:\|.*)?$|^(?:urn:oid:)?2\.16\.840\.1\.113883\.12\.292$/i;
/** "No vaccine administered", and "unknown". */
const NO_VACCINE = new Set(['998', '999']);
