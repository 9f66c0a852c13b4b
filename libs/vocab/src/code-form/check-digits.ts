/** Verhoeff's multiplication table of the dihedral group D5. */
const MULTIPLY = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
  [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
  [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
  [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
  [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
  [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
  [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
  [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
  [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];
/** What each digit becomes, by its place from the right. */
const PERMUTE = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
  [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
  [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
  [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
  [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
  [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
  [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];
const CHARACTER_0 = 48;

/**
 * Whether the last digit is the check digit of those before it, as SNOMED CT's identifiers have it.
 * @see Verhoeff, Error Detecting Decimal Codes, 1969; SNOMED CT Release File Specification, "Check-digit"
 */
export function fitsVerhoeff(digits: string): boolean {
  let check = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - CHARACTER_0;
    check = MULTIPLY[check][PERMUTE[i % 8][digit]];
  }
  return check === 0;
}

/**
 * The check digit of a LOINC code, from what stands before its dash: every second digit from the right is doubled, then the
 * digits are summed (mod 10). The letters of parts and answers (LP, LA) count with their place after "0" in ASCII.
 * @see LOINC Users' Guide, appendix "Calculating Mod 10 Check Digits"
 */
export function loincCheckDigit(number: string): number {
  let sum = 0;
  for (let i = 0; i < number.length; i++) {
    const value = number.charCodeAt(number.length - 1 - i) - CHARACTER_0;
    sum += i % 2 === 0 ? 2 * value - 9 * Math.floor(value / 5) : value;
  }
  return (10 - (sum % 10)) % 10;
}
