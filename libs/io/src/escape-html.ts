import { printableLines } from './printable.ts';

/** Text as HTML shows it, in elements and between quotes; what would turn or hide other text is shown as its escape. */
export function escapeHtml(text: string): string {
  return printableLines(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
