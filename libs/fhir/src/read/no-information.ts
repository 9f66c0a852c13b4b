import { System } from '@ehrsynth/records';
import { understoodSystem } from './system-names.ts';

/**
 * Whether a coding says that nothing is known, or that there is nothing, and so is no diagnosis, drug, procedure or
 * measurement; in whatever writing of its system.
 */
export function saysNothing(system: unknown, code: unknown): boolean {
  if (typeof system !== 'string' || system === '') return false;
  const codes = nothingIn(system);
  if (codes === undefined) return false;
  return codes === 'all' || codes.has(String(code).trim());
}

const MOST_CACHED = 10_000;
const cache = new Map<string, ReadonlySet<string> | 'all' | undefined>();

/** Codes of a system, as a source writes it, that say nothing. */
function nothingIn(system: string): ReadonlySet<string> | 'all' | undefined {
  if (cache.has(system)) return cache.get(system);
  const understood = understoodSystem(system);
  let codes: ReadonlySet<string> | 'all' | undefined;
  if (understood === System.snomed) codes = NOTHING_KNOWN_IN_SNOMED;
  else if (understood === System.cvx) codes = NO_VACCINE;
  else if (ABSENT_SYSTEM.test(system.trim())) codes = 'all';
  if (cache.size >= MOST_CACHED) cache.clear();
  cache.set(system, codes);
  return codes;
}

/**
 * Code systems that have nothing but reasons for having no data: HL7's data-absent-reason and v3-NullFlavor (by their
 * present and former URIs, names and OIDs), and the International Patient Summary's absent-unknown.
 */
const ABSENT_SYSTEM =
  /(?:(?:^|\/)(?:data-?absent-?reason|(?:v3-?)?\/?NullFlavor|absent-unknown(?:-uv-ips)?)|^(?:urn:oid:)?2\.16\.840\.1\.113883\.(?:5\.1008|4\.642\.4\.1048))\/?(?:\|.*)?$/i;

/** @see International Patient Summary, value set "Absent or Unknown SNOMED", and what came before its codes. */
const NOTHING_KNOWN_IN_SNOMED = new Set([
  '160245001', // No current problems or disability
  '443508001', // No history of clinical finding in subject
  '787480003', // No known procedures
  '787481004', // No known medications
  '787482006', // No known immunizations
  '787483001', // No known device use
  '716186003', // No known allergy
  '160244002', // No known allergies
  '409137002', // No known drug allergy
  '428607008', // No known environmental allergy
  '429625007', // No known food allergy
  '716184000', // No known latex allergy
  '1003774007', // No known Hevea brasiliensis latex allergy
  '716220001', // No known animal allergy
  '428197003', // No known insect allergy
  '182849000', // No drug therapy prescribed
  '182904002', // Drug treatment unknown
  '1287211007', // No information available
  '1234391000168107', // No known current medicines (Australia)
  '261665006', // Unknown
  '385432009', // Not applicable
]);

/** "No vaccine administered", and "unknown". */
const NO_VACCINE = new Set(['998', '999']);
