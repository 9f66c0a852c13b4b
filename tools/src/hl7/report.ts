import type { BrokenCase } from '@ehrsynth/fhir/testing';
import { markdownTable } from '../markdown.ts';
import { BEYOND, type Difference, SILENT, SILENT_CASES } from './compare.ts';

export interface Results {
  patients: number;
  documents: { lines: number; bundles: number; broken: number; examples: number };
  /** Documents that HL7's validator read in a second, its start included. */
  rate: number;
  /** What HL7's validator says of the export. */
  exported: { severity: string; message: string; count: number; why?: string }[];
  /** Errors that our validator finds in the export. */
  exportErrors: number;
  /** Broken cases that HL7's validator does not report. */
  silent: BrokenCase[];
  examples: { onlyOurs: Difference[]; onlyTheirs: Difference[]; both: number };
}

/** The comparison as Markdown. */
export function report({ patients, documents, rate, exported, exportErrors, silent, examples }: Results): string {
  const { lines, bundles, broken, examples: read } = documents;
  const count = (value: number) => value.toLocaleString('en-US');
  const errors = exported.filter(({ severity }) => severity === 'error');
  return `# Our validator compared with HL7's

Written by \`npm run check:hl7 -- --write\`, which runs HL7's reference validator (as HAPI FHIR 8.8 carries it, from Maven Central;
Java 17 and Maven are needed) and ours over the same documents. HL7's is given our dictionaries' entries for the codes in use, HL7's
definitions of US Core's race, ethnicity and birth sex, and, for each US Core profile that we claim, a StructureDefinition made from our
own rules. So it checks that our FHIRPath means what we think, not that our rules are US Core's. It read ${Math.round(rate)} documents per second.

## A generated export

${count(patients)} generated patients: ${count(lines)} resources as lines and ${bundles} Bundles. **${errors.length === 0 ? '0 errors' : `${errors.length} kinds of errors`}** of HL7's,
${exportErrors} errors of ours. Everything else that HL7's reports, except for information:

${table(
  ['', 'count', 'what', 'why it stays'],
  exported.map(({ severity, message, count: n, why = '**avoidable**' }) => [severity, count(n), message, why]),
)}
## ${broken} broken resources, one kind of fault each

Ours reports all of them (\`libs/fhir/src/testing/broken-cases.ts\`, tested). HL7's reports ${broken - silent.length}, and does not report ${silent.length}:

${table(
  ['rule', 'fault', 'why'],
  silent.map(({ rule, name, path }) => [
    rule,
    `${name} (${path})`,
    SILENT_CASES[name] ?? SILENT[rule] ?? '**unexplained**',
  ]),
)}
## ${count(read)} examples of HL7's own

Both find errors in ${examples.both}. Errors that only ours reports, all of them faults of the examples:

${table(['what', 'where'], inGroups(examples.onlyOurs))}
Errors that only HL7's reports:

${table(
  ['what', 'where', 'why ours does not'],
  inGroups(examples.onlyTheirs).map(([what, where]) => [
    what,
    where,
    BEYOND.find(({ pattern }) => pattern.test(what))?.why ??
      "a rule of HL7's validator beyond what R4's definitions say",
  ]),
)}`;
}

/** Messages alike but for names and places, each with the files that it is about. */
function inGroups(differences: Difference[]): [what: string, where: string][] {
  const groups = new Map<string, Set<string>>();
  for (const { where, message } of differences) {
    const general = message
      .replace(/^\S+: /, '')
      .replace(/\([^()]*\)/g, '(…)')
      .replace(/'[^']*'|"[^"]*"|https?:\S+/g, '…');
    groups.set(general, (groups.get(general) ?? new Set()).add(where));
  }
  return [...groups].map(([message, files]) => {
    const [first, ...others] = files;
    return [message.slice(0, 200), others.length > 0 ? `${first} and ${others.length} more` : first];
  });
}

function table(header: string[], rows: string[][]): string {
  if (rows.length === 0) return 'None.\n';
  const onOneLine = rows.map((cells) => cells.map((cell) => cell.replace(/\s+/g, ' ')));
  return `${markdownTable(header, onOneLine)}\n`;
}
