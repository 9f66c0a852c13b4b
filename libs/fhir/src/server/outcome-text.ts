import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import { asJson } from '../as-json.ts';

const MOST_ISSUES = 10;
const MOST_CHARACTERS = 1000;

/** The OperationOutcome that an answer is, with those of its issues that are objects; undefined where it is none. */
export function outcomeIn(value: unknown): OperationOutcome | undefined {
  const { resourceType, issue } = Object(value) as { resourceType?: unknown; issue?: unknown };
  if (resourceType !== 'OperationOutcome' || !Array.isArray(issue)) return undefined;
  const kept = issue.filter((one) => typeof one === 'object' && one !== null);
  return kept.length > 0 ? ({ ...(value as object), issue: kept } as OperationOutcome) : undefined;
}

/** What it says, in one line: at most ten issues and a thousand characters. */
export function textsOf({ issue }: OperationOutcome): string {
  const texts = issue.map(textOf);
  const said = texts.slice(0, MOST_ISSUES).filter((text) => text !== undefined);
  const more = texts.length > MOST_ISSUES ? [`and ${texts.length - MOST_ISSUES} more`] : [];
  return cut([...said, ...more].join('; '));
}

/**
 * The issues that say that something is missing: fatal ones, errors and warnings, but for those that only inform, that are of
 * the size of a page, or that find nothing where nothing came; and informations that say it all the same.
 * @param isEmpty whether nothing else came
 * @see R4, IssueType
 */
export function issuesOfLoss({ issue }: OperationOutcome, isEmpty: boolean): OperationOutcomeIssue[] {
  return issue.filter((one) => {
    const { severity, code } = one;
    if (OF_LOSS.has(code)) return true;
    if (severity === 'fatal' || severity === 'error') return true;
    const text = textOf(one) ?? '';
    if (severity === 'information' || code === 'informational') return TRUNCATED.test(text);
    if (PAGE_SIZE.test(text) && !TRUNCATED.test(text)) return false;
    return !(isEmpty && (code === 'not-found' || NOTHING.test(text)));
  });
}

const OF_LOSS = new Set(['incomplete', 'too-costly', 'suppressed', 'too-long', 'timeout']);
/** A smaller page than was asked for loses nothing. */
const PAGE_SIZE = /_count\b|page ?size/i;
const TRUNCATED = /truncat|incomplete|not all |limit(ed)? (was )?(reached|exceeded)/i;
/** Words for a search without matches; Epic has them as a warning. */
export const NOTHING = /no (results?|matches|resources?|data|records?)\b/i;

/** The first of what it says in words; its code where it has no words. */
export function textOf({ details, diagnostics, code }: OperationOutcomeIssue): string | undefined {
  const display = Array.isArray(details?.coding) ? details.coding[0]?.display : undefined;
  return [details?.text, diagnostics, display, code].find((text) => typeof text === 'string' && text !== '');
}

/** What a server says where it says it otherwise than FHIR does: a line of text, or the usual members of its JSON. */
export function plainTextIn(text: string): string | undefined {
  if (/^\s*<|^\s*$/.test(text)) return undefined;
  const parsed = asJson(text);
  if (parsed === undefined) return cut(text.trim().split('\n')[0]);
  const { error_description, detailedmessage, message, detail, error, title } = Object(parsed) as Record<
    string,
    unknown
  >;
  const said = [detailedmessage, error_description, message, detail, error, title];
  const found = said.find((one) => typeof one === 'string' && one !== '');
  return found === undefined ? undefined : cut(found as string);
}

function cut(line: string): string {
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
}
