/** Controls, ends of lines, halves of a pair of UTF-16, and what no XML can hold. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]+/gu;

/** Why a text cannot be a code: it holds characters that no code has and that act on what shows them. @see R4, datatype code */
export const CONTROLS_IN_CODE = 'code with control characters';

/** What is to be known of a code that held once, and holds no more. */
export const FORMER_RELEASE = 'code of a former ICD-10-CM release';

export function hasControls(text: string): boolean {
  return text.search(CONTROLS) !== -1;
}

/** What a source writes beside a code, on one line. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, ' ').trim();
}
