/** What value_source_value is where the source's own writing of a value says no more than its other columns. */
export function plainValue(number: number | undefined, text: string | undefined): string | undefined {
  return number === undefined ? text && cut(text, VARCHAR_50) : String(number);
}

export const VARCHAR_50 = 50;

/** The first characters of a text, as databases count them: none is halved. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : [...text].slice(0, length).join('');
}
