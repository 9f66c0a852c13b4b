import { SaxesParser } from 'saxes';
import type { Report } from './finding.ts';

const XHTML = 'http://www.w3.org/1999/xhtml';
/** HTML 4.0's basic formatting (its chapters 7–11 and 15), links and images. @see FHIR R4, narrative */
const ELEMENTS = new Set(
  (
    'a abbr acronym address b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i ' +
    'img ins li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt u ul var kbd del map area font bdo center'
  ).split(' '),
);
const ATTRIBUTES = new Set(
  (
    'abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite class ' +
    'color colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev rowspan ' +
    'rules scope shape size span src start style summary tabindex title type usemap valign value vspace width xml:lang xml:space xmlns'
  ).split(' '),
);

const LINKS = new Set(['href', 'src', 'cite', 'longdesc', 'usemap']);
/** Addresses that a browser runs; an image may be data. */
const ACTIVE = /^[\s\u0000-\u001f]*(javascript|vbscript|data:(?!image\/))/i;

/**
 * A narrative is a div of harmless XHTML with something in it (txt-1, txt-2), without HTML's named entities.
 * @see FHIR R4, narrative, "Limited XHTML content"
 */
export function checkNarrative(text: string, path: string, report: Report): void {
  let depth = 0;
  let content = false;
  const faults = new Set<string>();
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => faults.add(`not XML: ${error.message.replace(/^\d+:\d+: /, '')}`));
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (depth++ === 0 && (local !== 'div' || uri !== XHTML))
      faults.add('not a <div xmlns="http://www.w3.org/1999/xhtml">');
    if (!ELEMENTS.has(local)) faults.add(`<${local}> is not allowed in a narrative`);
    if (local === 'img') content = true;
    for (const [name, { value }] of Object.entries(attributes)) {
      if (LINKS.has(name) && ACTIVE.test(value)) faults.add(`the ${name} of <${local}> is a script`);
      if (!ATTRIBUTES.has(name) && !name.startsWith('xmlns:'))
        faults.add(`the attribute ${name} is not allowed in a narrative`);
    }
  });
  parser.on('doctype', () => faults.add('a DOCTYPE is not allowed in a narrative'));
  parser.on('processinginstruction', () => faults.add('a processing instruction is not allowed in a narrative'));
  parser.on('closetag', () => depth--);
  parser.on('text', (inner) => (content ||= inner.trim() !== ''));
  // Entities of HTML, which XML does not know: each is reported by its name.
  const named = (entity: string) => {
    faults.add(`${entity} is an entity of HTML that XML lacks: write the character itself, or its number (&#160;)`);
    return 'x';
  };
  parser.write(text.replace(/&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]\w*;/g, named)).close();
  const remedy = 'Basic formatting only: no scripts, forms, frames, objects or event handlers.';
  for (const fault of faults) report('error', 'invariant', path, `txt-1: ${fault}`, remedy);
  if (faults.size === 0 && !content) {
    report('error', 'invariant', path, 'txt-2: the narrative is empty', 'Give the narrative a text, or remove it.');
  }
}
