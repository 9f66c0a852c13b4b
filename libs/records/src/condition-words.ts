/** What sources write of a condition that the patient was found not to have, or that was recorded in error: R4's codes and local words. */
export const RULED_OUT_WORDS: readonly string[] = (
  'refuted entered-in-error ruled-out excluded negated absent error in-error erroneous invalid void voided deleted ' +
  'nullified retracted false-positive negative not-present not-found denied'
).split(' ');
