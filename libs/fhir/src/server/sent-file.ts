import { createReadStream } from 'node:fs';
import type { OperationOutcome } from 'fhir/r4.js';
import { readIfShort, readLines } from '@ehrsynth/io';
import { isResource } from '../read/resources.ts';
import { asJson } from '../as-json.ts';
import { outcomeIn, plainTextIn, textsOf } from './outcome-text.ts';

/** Bytes: a message in place of data is no longer. */
const LONGEST_MESSAGE = 2 ** 20;

/**
 * What stands in place of resources in a file that a server sent with a good status, in words: a login page, an error of a
 * storage in XML, an error in JSON. undefined where it has resources, or nothing at all.
 */
export async function inPlaceOfResources(path: string): Promise<string | undefined> {
  const first = await firstLine(path);
  if (first === undefined || isResource(asJson(first))) return undefined;
  const text = (await readIfShort(path, LONGEST_MESSAGE))?.text.trim();
  if (first.trimStart().startsWith('<')) return markupIn(text ?? first);
  if (text === undefined || /"resourceType"\s*:/.test(text)) return outcomeOfWhole(text);
  if (/^[{[]/.test(text) && !saysSomething(asJson(text))) return undefined;
  const said = plainTextIn(text);
  return `${/^[{[]/.test(text) ? 'JSON without resources' : 'a text'}${said ? ` (${said.slice(0, 200)})` : ''}`;
}

/** The OperationOutcomes among the lines of a file. A line that is longer than a message is none. */
export async function* outcomesAmong(path: string): AsyncGenerator<OperationOutcome> {
  if (!(await isNamedIn(path))) return;
  for await (const { text } of readLines(path, { maxLineBytes: LONGEST_MESSAGE }, 'report')) {
    if (!text.includes(NAME)) continue;
    const outcome = outcomeIn(asJson(text));
    if (outcome) yield outcome;
  }
}

const NAME = '"OperationOutcome"';

/** Whether the bytes of a file have the name: some ten times as fast as its lines. */
async function isNamedIn(path: string): Promise<boolean> {
  let before: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const start = Buffer.concat([before, chunk.subarray(0, NAME.length)]);
    if (chunk.includes(NAME) || start.includes(NAME)) return true;
    before = chunk.subarray(-NAME.length);
  }
  return false;
}

async function firstLine(path: string): Promise<string | undefined> {
  for await (const { text, tooLong } of readLines(path, { maxLineBytes: LONGEST_MESSAGE }, 'report')) {
    return tooLong ? undefined : text;
  }
  return undefined;
}

/** One that goes over several lines is no line of the file. */
function outcomeOfWhole(text: string | undefined): string | undefined {
  const outcome = text === undefined ? undefined : outcomeIn(asJson(text));
  return outcome && `an OperationOutcome (${textsOf(outcome)})`;
}

function markupIn(text: string): string {
  if (/^<(!doctype )?html/i.test(text)) return 'a page of HTML';
  const [, said] = /<(?:Code|Message)>([^<]{1,200})</.exec(text) ?? [];
  return said ? `XML (${said})` : 'XML';
}

/** Broken JSON is reported where it is read; a list of nothing is nothing. */
function saysSomething(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}
