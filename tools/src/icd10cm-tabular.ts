import { XMLParser } from 'fast-xml-parser';

export interface TabularRow {
  /** A chapter's number, a block's range (A00-A09) or a code without its dot. */
  code: string;
  billable: boolean;
  title: string;
}

interface Extension {
  '@char': string;
  '#text': string;
}
interface Diag {
  name: string;
  desc: string;
  diag?: Diag[];
  sevenChrDef?: { extension: Extension[] };
}
interface Section {
  '@id': string;
  desc: string;
  diag?: Diag[];
}
interface Chapter {
  name: string;
  desc: string;
  section: Section[];
}

const ARRAYS = new Set(['chapter', 'section', 'diag', 'extension']);

/**
 * The rows of the ICD-10-CM tabular list (CDC/NCHS XML) in its order: each chapter, its blocks, their codes.
 * Seventh characters are spelled out, with X as placeholder (Guidelines, I.A.4–5).
 */
export function tabularRows(xml: string): TabularRow[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    isArray: (name) => ARRAYS.has(name),
  });
  const chapters = parser.parse(xml)['ICD10CM.tabular'].chapter as Chapter[];
  return chapters.flatMap((chapter) => [
    { code: chapter.name, billable: false, title: clean(chapter.desc) },
    ...chapter.section.flatMap((section) => [
      { code: blockRange(section['@id']), billable: false, title: clean(section.desc) },
      ...(section.diag ?? []).flatMap((diag) => diagRows(diag, [])),
    ]),
  ]);
}

/** A block of one category is written as a range too: B99-B99. */
function blockRange(id: string): string {
  return id.includes('-') ? id : `${id}-${id}`;
}

function diagRows(diag: Diag, inherited: Extension[]): TabularRow[] {
  const extensions = diag.sevenChrDef?.extension ?? inherited;
  const code = diag.name.replace('.', '');
  const title = clean(diag.desc);
  if (diag.diag) {
    return [{ code, billable: false, title }, ...diag.diag.flatMap((child) => diagRows(child, extensions))];
  }
  if (extensions.length === 0 || code.length === 7) return [{ code, billable: true, title }];
  return [
    { code, billable: false, title },
    ...extensions
      .filter((extension) => applies(extension, code))
      .map((extension) => ({
        code: code.padEnd(6, 'X') + extension['@char'],
        billable: true,
        title: `${title}, ${clean(extension['#text'])}`,
      })),
  ];
}

/** Note at S06: "7th characters D and S do not apply to codes in category S06 with 6th character 7 or 8" (death). */
function applies(extension: Extension, code: string): boolean {
  return !/^S06..[78]$/.test(code) || extension['@char'] === 'A';
}

/** One line, without the range that follows a chapter's or block's title. */
function clean(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/ \([A-Z]\w\w(-[A-Z]\w\w)?\)$/, '')
    .trim();
}
