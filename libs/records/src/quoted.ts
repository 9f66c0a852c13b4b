/**
 * A source's text as a report may quote it: itself where it looks like a code or is one of the words, else only its length. Free text may
 * name a patient.
 */
export function quoted(text: string, words?: (text: string) => unknown): string {
  const bare = text.trim();
  const isShort = bare.length <= LONGEST_CODE;
  return isShort && (isCodeLike(bare) || words?.(bare)) ? bare : lengthOf(text);
}

/**
 * What stands in a column of numbers or dates and is none, in quotes: itself where it is written with what numbers and dates are written
 * with, else only its length.
 */
export function sampleOf(value: string): string {
  const isNumeric = NO_NUMBER.test(value) || OF_NUMBERS.test(value.replace(WORDS, ''));
  return isNumeric && value.length <= LONGEST_NUMBER ? JSON.stringify(value) : lengthOf(value);
}

/** One word without long runs of letters, as names have them: with a digit, or in capitals. */
function isCodeLike(text: string): boolean {
  const isWord = /^[\p{L}\d][\p{L}\d._:;,|/+^#*-]*$/u.test(text) && !/\p{L}{5}/u.test(text);
  return isWord && (/\d/.test(text) || text === text.toUpperCase());
}

const LONGEST_CODE = 50;
const LONGEST_NUMBER = 30;
/** Digits, signs, separators, and the letters of exponents, times and zones. */
const OF_NUMBERS = /^(?=.*\d)[\d\s+\-\u2212.,:;/_'"%<>=~()eETZ]*$/;
const NO_NUMBER = /^\s*[+-]?(?:nan|inf(?:inity)?|epoch)\s*$/i;
const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const WORDS = new RegExp(`(?<![a-z])(?:${MONTH}|am|pm|utc|gmt|bc)(?![a-z])`, 'gi');

function lengthOf(text: string): string {
  return `a text of ${text.length} characters`;
}
