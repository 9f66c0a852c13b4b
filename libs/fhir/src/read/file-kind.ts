import { basename } from 'node:path';
import type { Peek } from '@ehrsynth/io';
import { asJson } from '../as-json.ts';
import { binaryKind } from './magic.ts';

/** Why a file of nothing, or of blanks, is not read. */
export const EMPTY = 'empty file';

/** How a file is read, or why it is not. */
export type FileKind =
  | { as: 'lines' | 'document' }
  /** @param mayHoldData false for what is beside the data as a rule: a README, a log */
  | { notRead: string; mayHoldData: boolean }
  | { as: 'nothing' };

/** What Spark, Hadoop and Databricks leave beside their files, and our own fetching. */
const MARKERS = /^(_SUCCESS|_started_.*|_committed_.*|export\.state|search\.state)$|\.crc$/;
/** A resource per line, by the name: x.ndjson, x.ndjson.1, part-00000-…, x.ndjson-00000-of-00001. */
const NDJSON_NAME = /\.(ndjson|jsonl|ldjson)(\W|$)|^part-\d{5}|-\d{5}-of-\d{5}/i;
const JSON_NAME = /\.json(\W|$)/i;
const TYPE = /"resourceType"\s*:\s*"/;
/** The first byte order mark is gone; RS begins each document of a JSON text sequence (RFC 7464). */
const BLANK = /^[\s\0\x1e\ufeff]+/;

/** What a file holds, by its beginning first and then by its name. */
export function kindOfFile(path: string, { bytes, content, text, isWhole, isGzip }: Peek): FileKind {
  const name = basename(path);
  if (MARKERS.test(name)) return { as: 'nothing' };
  if (bytes.length === 0) return { notRead: EMPTY, mayHoldData: false };
  const binary = binaryKind(content) ?? binaryKind(bytes);
  const isNamed = NDJSON_NAME.test(name) || JSON_NAME.test(name);
  if (isGzip && binaryKind(content) === 'gzip') return { notRead: 'gzip in gzip: unpack it', mayHoldData: true };
  if (binary && binary !== 'gzip') return { notRead: binary, mayHoldData: isNamed || !isOther(binary) };
  // A damaged gzip is reported where it is read.
  if (content.length === 0 && isGzip) return { as: 'lines' };
  const body = text.replace(BLANK, '');
  if (body === '') return isWhole ? { notRead: EMPTY, mayHoldData: false } : { as: 'lines' };
  if (/^[{[]/.test(body)) return kindOfJson(name, body, isWhole);
  if (body.startsWith('<')) {
    const notRead = kindOfMarkup(body);
    return { notRead, mayHoldData: isNamed || !isOther(notRead) };
  }
  const [notRead] = Object.entries(TEXTS).find(([, form]) => form.test(body)) ?? [];
  if (notRead) return { notRead, mayHoldData: true };
  if (isWhole && isJson(body)) return { notRead: NOT_FHIR, mayHoldData: false };
  if (!isPrintable(content)) return { notRead: 'binary data: not FHIR', mayHoldData: isNamed };
  if (TYPE.test(body) || isNamed) return { as: NDJSON_NAME.test(name) ? 'lines' : 'document' };
  if (/\.(csv|tsv)(\W|$)/i.test(name)) return { notRead: 'CSV: not FHIR', mayHoldData: false };
  return { notRead: 'text: not FHIR', mayHoldData: false };
}

/** Whether the text, or its part that is seen, has a document to each line. */
export function hasDocumentPerLine(text: string, name = ''): boolean {
  const [first, second] = text.split(/[\r\n]+/, 3).map((line) => line.replace(BLANK, '').trimEnd());
  const isNamed = NDJSON_NAME.test(name);
  if (second === undefined) return isNamed && (isJson(first) || !/"entry"\s*:\s*\[/.test(first));
  if (second === '' || isJson(first)) return isNamed || second !== '';
  const next = asJson(second);
  if (typeof next === 'object' && next !== null && 'resourceType' in next) return !/^\[/.test(first);
  return isNamed && !/[{[,:]$/.test(first);
}

const NOT_FHIR = 'JSON: not FHIR';
/** How JSON without a resource in it begins that lies beside FHIR as a rule. */
const BESIDE: Record<string, RegExp> = {
  'log of a bulk export': /"exportId"\s*:[^]*"eventId"\s*:/,
  'manifest of a bulk export': /"transactionTime"\s*:[^]*"output"\s*:/,
};
/** run.json, which we write beside our output. */
const RECORD_OF_A_RUN = /^\{\s*("id"\s*:\s*"[^"]*",\s*)?"command"\s*:\s*"[^]*"(inputs|options)"\s*:/;
const TEXTS: Record<string, RegExp> = {
  'HL7 version 2 messages: convert them to FHIR JSON': /^(MSH|FHS|BHS)\|/,
  'FHIR Turtle is not read: convert it to JSON': /^@(prefix|base)\b/i,
  'pointer of Git LFS: fetch the file itself (git lfs pull)': /^version https:\/\/git-lfs\.github\.com\//,
  'encrypted: decrypt it': /^(-----BEGIN PGP MESSAGE|age-encryption\.org\/)/,
  'SMART Health Card: unpack it to a Bundle': /^shc:\/|^eyJ[\w-]+\.[\w-]+\./,
};

function kindOfJson(name: string, body: string, isWhole: boolean): FileKind {
  const asFhir: FileKind = { as: hasDocumentPerLine(body, name) ? 'lines' : 'document' };
  if (name === 'run.json' && RECORD_OF_A_RUN.test(body)) return { as: 'nothing' };
  if (TYPE.test(body)) return asFhir;
  if (/"verifiableCredential"\s*:/.test(body))
    return { notRead: 'SMART Health Card: unpack it to a Bundle', mayHoldData: true };
  const [beside] = Object.entries(BESIDE).find(([, form]) => form.test(body)) ?? [];
  if (beside) return { notRead: beside, mayHoldData: false };
  const [first, ...more] = body.split(/[\r\n]+/);
  const isSeen = isWhole ? isJson(body) || [first, ...more].every(isBlankOrJson) : isJson(first);
  return isSeen ? { notRead: NOT_FHIR, mayHoldData: false } : asFhir;
}

function kindOfMarkup(body: string): string {
  if (/http:\/\/hl7\.org\/fhir["']/.test(body)) return 'FHIR XML is not read: convert it to JSON';
  if (/urn:hl7-org:v3/.test(body)) return 'C-CDA or another HL7 version 3 XML: convert it to FHIR JSON';
  return /^<(!doctype )?html/i.test(body) ? 'HTML: not FHIR' : 'XML: not FHIR';
}

/** What could not be FHIR in whatever form. */
function isOther(kind: string): boolean {
  return kind.endsWith(': not FHIR');
}

function isBlankOrJson(line: string): boolean {
  return line.trim() === '' || isJson(line);
}

function isJson(text: string): boolean {
  return asJson(text) !== undefined;
}

/** Text in whatever encoding: zeros are those of UTF-16, or fill up a file. */
function isPrintable(content: Buffer): boolean {
  return !content.some((byte) => (byte > 0 && byte < 9) || (byte > 13 && byte < 27));
}
