import { parse as parseTolerantly, type ParseError } from 'jsonc-parser';
import type { Text } from './files.ts';
import type { Found } from './found.ts';
import { type Fault, isResource } from './resources.ts';
import { splitText, withoutSeparators } from './split.ts';

/** A document with the JSON that it stands in; a note has none. */
export interface Document {
  found: Found | Fault;
  json?: string;
  /** It stands in a list, which FHIR has no documents of. */
  inList?: true;
}

/**
 * What a text holds: as a rule one resource; where it is a list its elements, and where several documents follow each other, each of
 * them. What is wrong is a fault with its place.
 */
export function documentsOf(text: Text): Document[] {
  try {
    return valuesOf(JSON.parse(text.text) as unknown, text);
  } catch (error) {
    return otherwise(text, error as Error);
  }
}

function valuesOf(value: unknown, { text: json, where, isClosed, folder }: Text): Document[] {
  const found = (item: unknown, at: string): Document => {
    if (!isResource(item)) return { found: notFhir(at, isClosed), json };
    return {
      found: { resource: item, where: at, ...(isClosed && { isClosed }), ...(folder && { folder }) },
      json,
    };
  };
  if (!Array.isArray(value)) return [found(value, where)];
  return value.map((item, i) => ({ ...found(item, `${where}, item ${i}`), inList: true }));
}

/** A text that is not one document: another form of several, or broken. */
function otherwise(text: Text, error: Error): Document[] {
  const { text: clean, found } = withoutSeparators(text);
  const notes: Document[] = found.map((detail) => ({
    found: { fault: 'something beside the JSON', where: text.where, detail, kind: 'note' },
  }));
  if (clean.trim() === '') return notes;
  if (clean !== text.text) {
    try {
      return [...notes, ...valuesOf(JSON.parse(clean) as unknown, { ...text, text: clean })];
    } catch {
      // Several of them.
    }
  }
  const parts = splitText(clean).map(({ text: json, line }, i) => {
    const where = text.isClosed ? `${text.where}, document ${i + 1}` : `${text.where}, line ${line + 1}`;
    return { ...text, text: json, where };
  });
  const documents = parts.map((part) => {
    try {
      return valuesOf(JSON.parse(part.text) as unknown, part);
    } catch (fault) {
      return [{ found: brokenJson({ ...part, isClosed: true }, fault as Error) }];
    }
  });
  const isSeveral = documents.some(([{ found: first }]) => !('fault' in first));
  return [...notes, ...(isSeveral ? documents.flat() : [{ found: brokenJson(text, error) }])];
}

function notFhir(where: string, isClosed: boolean): Fault {
  const fault = { fault: 'not a FHIR resource', where, detail: 'no resourceType' };
  return isClosed ? fault : { ...fault, file: true };
}

function brokenJson({ text, where, isClosed }: Text, { message }: Error): Fault {
  const fault = { fault: 'broken JSON', where, detail: message };
  return isClosed ? fault : { ...fault, where: `${where}, line ${lineOfFault(text)}`, file: true };
}

/** The line of the first fault; JSON.parse itself does not always say the place. */
function lineOfFault(text: string): number {
  const faults: ParseError[] = [];
  try {
    parseTolerantly(text, faults);
  } catch {
    // Deeper than the stack: the end of the file has to do for the place.
  }
  return text.slice(0, faults[0]?.offset ?? text.length).split('\n').length;
}
