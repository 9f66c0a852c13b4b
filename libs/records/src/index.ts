export { PatientRecord, Encounter, CodedEvent, Code, Comparator, EventKind, Quantity, Sex } from './patient-record.ts';
export { withoutText } from './without-text.ts';
export { OMOP_CONCEPT, OMOP_VOCABULARY, SOURCE_VALUE_OF, System, systemName, UCUM } from './systems.ts';
export {
  ageInYears,
  compareInstants,
  DAYS_A_YEAR,
  daysBetween,
  addDays,
  addMonths,
  dayOf,
  isCalendarDate,
} from './dates.ts';
export { Race, Ethnicity } from './race.ts';
export { originOfText, type Origin } from './race-words.ts';
export { sexOfCode, sexOfWord } from './sex-words.ts';
export { classOfWords, ENCOUNTER_CODES, TABLE_0004 } from './visit-words.ts';
export {
  AFTER_DEATH_DAYS,
  APART_DAYS,
  DOUBTFUL_DAYS,
  DOUBTFUL_YEARS,
  isPlaceholder,
  isPlaceholderOfBirth,
  LONGEST_YEARS,
  PLACEHOLDER_DAYS,
  RECORDED_AFTER_DEATH_DAYS,
  ZONE_DAYS,
} from './placeholder-dates.ts';
export { isTooLongAgo } from './too-long-ago.ts';
export { Tally, type Problem } from './tally.ts';
export { BadInputError } from './errors.ts';
export { CONTROLS_IN_CODE, FORMER_RELEASE, hasControls, withoutControls } from './outside-text.ts';
export { RULED_OUT_WORDS } from './condition-words.ts';
export { groupBy } from './group-by.ts';
export { saysNoAllergy } from './no-allergy.ts';
export { quoted, sampleOf } from './quoted.ts';
export { withoutUnit, withQuantities } from './quantities.ts';
export { writtenNumber } from './written-number.ts';
