import { System, systemName } from '@ehrsynth/records';
import { codeFormFault, type Vocabulary } from '@ehrsynth/vocab';
import { SystemAliases } from '../read/systems.ts';
import type { Report } from './finding.ts';
import { codesOf } from './value-sets.ts';

/** HL7's OIDs of the systems that R4 lists by a URI. */
const SYNONYMS = new SystemAliases();
/** A system of HL7's whose codes R4 carries, and of which real systems make up others for Encounter.class. */
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

/**
 * A code has the form of its system's codes (an error), is one of v3-ActCode where it claims to be (an error), and is in its
 * system's dictionary, where we have one. An OID of a system that R4 lists by a URI is read as that system, with a warning.
 * @see FHIR R4, terminologies-systems; datatypes, Coding
 */
export function checkCode(path: string, system: string, code: string, vocabulary: Vocabulary, report: Report): void {
  if (code.trim() !== code || code === '') return; // Reported as format.
  if (system === ACT_CODE && codesOf(ACT_CODE)?.has(code) === false)
    report('error', 'code', path, `Unknown code of v3-ActCode: ${shown(code)}`, 'Write AMB, IMP, EMER, …');
  const known = SYNONYMS.resolve(system) ?? system;
  if (known !== system && system.startsWith('urn:oid:')) {
    const message = `${system} is the OID of ${systemName(known)}, for which R4 lists a URI`;
    report('warning', 'code', path, message, `Write ${known} as the system.`);
  }
  const entry = vocabulary.has(known) ? vocabulary.find(known, code) : undefined;
  // A product that the directory has is one, although its nine digits may be a concept's identifier as well.
  const fault = known === System.ndc && entry ? undefined : codeFormFault(known, code);
  if (fault) {
    const message = `Not a code of ${systemName(known)}: ${shown(code)}: ${fault}`;
    report('error', 'code', path, message, 'Correct the code, or name the system that it belongs to.');
  } else if (entry?.billable === false) {
    const message = `${code} is a header, not a billable code`;
    report('information', 'code', path, message, 'Use one of the codes below it.');
  } else if (!entry && vocabulary.has(known)) {
    report(
      vocabulary.isComplete(known) ? 'error' : 'information',
      'code',
      path,
      `${code} is not in the dictionary of ${known}`,
      '`ehrsynth vocab show` finds codes; a newer release may be imported with `ehrsynth vocab import`.',
    );
  }
}

function shown(code: string): string {
  return JSON.stringify(code.slice(0, 60));
}
