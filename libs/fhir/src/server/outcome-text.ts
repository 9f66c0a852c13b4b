import type { OperationOutcome } from 'fhir/r4.js';

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
  const texts = issue.map(({ details, diagnostics, code }) =>
    [details?.text, diagnostics, code].find((text) => typeof text === 'string'),
  );
  const said = texts.slice(0, MOST_ISSUES).filter((text) => text !== undefined);
  const more = texts.length > MOST_ISSUES ? [`and ${texts.length - MOST_ISSUES} more`] : [];
  const line = [...said, ...more].join('; ');
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
}
