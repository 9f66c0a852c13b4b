/** Whether a code of ICD-10-PCS begins with a section and a body system, or what stands in its place, that there are. */
export function isPcsPlace(code: string): boolean {
  return Object.hasOwn(BODY_SYSTEMS, code[0]) && BODY_SYSTEMS[code[0]].includes(code[1]);
}

/**
 * The second characters of each section. Those of new technology (X) are added to from year to year: any.
 * @see CMS, ICD-10-PCS tables
 */
const BODY_SYSTEMS: Record<string, string> = {
  0: '0123456789BCDFGHJKLMNPQRSTUVWXY',
  1: '0',
  2: 'WY',
  3: '0CE',
  4: 'AB',
  5: 'A',
  6: 'A',
  7: 'W',
  8: 'CE',
  9: 'W',
  B: '02345789BDFGHLNPQRTUVWY',
  C: '025789BDFGHPTVW',
  D: '0789BDFGHMPTUVW',
  F: '01',
  G: 'Z',
  H: 'Z',
  X: '0123456789BCDFGHJKLMNPQRSTUVWXY',
};
