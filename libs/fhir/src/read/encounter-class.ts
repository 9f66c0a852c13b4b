/** The class of an encounter, a code of HL7's v3-ActCode; ambulatory where it has none. */
export function encounterClass(coding: { code?: string } | undefined): string {
  return coding?.code ?? 'AMB';
}
