import { dayOf, isCalendarDate } from '@ehrsynth/records';
import { OID, UUID } from './addresses.ts';
import { typeDefinitions } from './definitions.ts';
import type { Report } from './finding.ts';
import { checkNarrative } from './narrative.ts';

const NUMBERS = new Set(['decimal', 'integer', 'positiveInt', 'unsignedInt']);
const EXAMPLES: Record<string, string> = {
  date: 'YYYY, YYYY-MM or YYYY-MM-DD',
  dateTime: 'a date, or YYYY-MM-DDThh:mm:ss with a time zone (Z or +hh:mm)',
  instant: 'YYYY-MM-DDThh:mm:ss.sss with a time zone (Z or +hh:mm)',
  time: 'hh:mm:ss',
  id: '1 to 64 of A-Z a-z 0-9 - .',
  code: 'no leading or trailing white space, and only single spaces within',
  oid: 'urn:oid:1.2.3',
  uuid: 'urn:uuid: and a UUID in lower case',
  uri: 'no white space',
  positiveInt: 'a whole number above 0',
  unsignedInt: 'a whole number of at least 0',
  integer: 'a whole number from -2,147,483,648 to 2,147,483,647',
};
/** Of the types that are strings: characters. @see FHIR R4, datatypes, string */
const LONGEST = 1024 * 1024;
const STRINGS = new Set(['string', 'markdown', 'code', 'id']);
/** What no XML can hold, and so no FHIR that is to be written as XML: C0 controls but for tab and line ends, half a pair of UTF-16. */
const NOT_TEXT =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const SPACE = 32;
const URIS = new Set(['uri', 'url', 'canonical']);
const EXAMPLE_OID = 'Write urn:oid: and numbers with dots between, the first 0, 1 or 2: urn:oid:1.2.3.';
const EXAMPLE_UUID = 'Write urn:uuid: and 8-4-4-4-12 digits of 0-9 a-f, in lower case.';
const INTEGER_LIMITS = [-(2 ** 31), 2 ** 31 - 1];

/** A primitive value is of its JSON type and in its type's format. @see FHIR R4, datatypes, "Primitive Types" */
export function checkPrimitive(value: unknown, code: string, path: string, report: Report): void {
  const wanted = code === 'boolean' ? 'boolean' : NUMBERS.has(code) ? 'number' : 'string';
  if (typeof value !== wanted) {
    report(
      'error',
      'format',
      path,
      `Must be a JSON ${wanted} (${code}), but is ${JSON.stringify(value)?.slice(0, 60)}`,
      wanted === 'string' ? 'Write it in quotes.' : 'Write it without quotes.',
    );
    return;
  }
  const text = String(value);
  if (text === '') {
    report('error', 'format', path, 'An empty string', 'Leave the element out where there is no value.');
    return;
  }
  if (STRINGS.has(code) && text.length > LONGEST) {
    const message = `${text.length.toLocaleString('en-US')} characters: a ${code} has at most 1 MB`;
    report('error', 'format', path, message, 'Put long texts into an Attachment or a Binary.');
    return;
  }
  if (wanted === 'string' && code !== 'base64Binary') {
    const [odd] = NOT_TEXT.exec(text) ?? [];
    if (odd !== undefined) {
      const name = `U+${odd.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
      report('error', 'format', path, `The character ${name} is not allowed in a text`, 'Leave it out.');
      return;
    }
  }
  if (STRINGS.has(code) && text.charCodeAt(0) <= SPACE && text.trim() === '')
    report('warning', 'format', path, 'Only white space', 'Leave the element out where there is no value.');
  if (code === 'xhtml') return checkNarrative(text, path, report);
  if (code === 'base64Binary') return checkBase64(text, path, report);
  if (URIS.has(code)) checkUrn(text, path, report);
  const pattern = typeDefinitions().get(code)?.pattern;
  const tooLarge = wanted === 'number' && code !== 'decimal' && !within(value as number, INTEGER_LIMITS);
  if (tooLarge || (pattern && !pattern.test(text))) {
    const should = EXAMPLES[code] ? `A ${code}: ${EXAMPLES[code]}.` : `Write it as a ${code}.`;
    report('error', 'format', path, `Not a ${code}: ${shown(text)}`, should);
  } else if (/^(date|dateTime|instant)$/.test(code) && !isCalendarDate(dayOf(text))) {
    report('error', 'format', path, `Not on the calendar: ${text}`, 'Give a day that the month has.');
  }
}

/** An OID or a UUID where a URI says that it is one. @see RFC 3061; RFC 4122; FHIR R4, datatypes, uri */
function checkUrn(text: string, path: string, report: Report): void {
  if (!text.startsWith('urn:') || path.endsWith('.fullUrl')) return; // A fullUrl is reported with its bundle.
  const [bare] = text.split(/[|#]/);
  if (bare.startsWith('urn:oid:') && !OID.test(bare))
    report('error', 'format', path, `Not an OID: ${shown(text)}`, EXAMPLE_OID);
  if (bare.startsWith('urn:uuid:') && !UUID.test(bare))
    report('error', 'format', path, `Not a UUID: ${shown(text)}`, EXAMPLE_UUID);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}

/** Whether every element of the type is a primitive: its name begins with a small letter. */
export function isPrimitive(code: string): boolean {
  return code >= 'a' && code < '{' && !code.startsWith('http');
}

function within(value: number, [from, to]: number[]): boolean {
  return value >= from && value <= to;
}

/** White space may stand in it; its own pattern takes time that grows with the square of the length. */
function checkBase64(text: string, path: string, report: Report): void {
  const bare = text.replace(/\s+/g, '');
  if (bare.length % 4 === 0 && /^[0-9a-zA-Z+/]*={0,2}$/.test(bare)) return;
  report('error', 'format', path, 'Not base64', 'Use the characters A-Z a-z 0-9 + / in groups of four, padded with =.');
}
