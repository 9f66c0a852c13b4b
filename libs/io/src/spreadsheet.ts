/**
 * Begins a formula in Excel, LibreOffice or Google Sheets when a CSV file is opened there: = + - @, also in full width and behind
 * spaces, a tab or a line end. Apostrophes before it are those that were put there.
 * @see OWASP, CSV injection
 */
const FORMULA = /^'*(?:[\t\r\n]|[\s\0\ufeff]*[=+\-@＝＋－＠])/;

/** A text for a cell of a CSV file that people open in a spreadsheet: an apostrophe stands before what would be a formula. */
export function asCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text of a cell that `asCell` made. */
export function fromCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
