import type { Finding } from '@ehrsynth/fhir';
import type { BrokenCase } from '@ehrsynth/fhir/testing';
import type { ReferenceFinding } from './reference-validator.ts';

/** Warnings about a generated export that nothing in it can avoid, and why. */
export const UNAVOIDABLE: { pattern: RegExp; why: string }[] = [
  {
    pattern: /ValueSet 'http:\/\/hl7\.org\/fhir\/us\/core\/ValueSet\/(omb-|birthsex)/,
    why: 'due to this check: the package with the extensions lacks their value sets, which our own rules check',
  },
  {
    pattern: /dom-6/,
    why: 'recommends a narrative in every resource; this adds a fifth to the size and only repeats the codes, and Synthea leaves it out, too',
  },
  {
    pattern: /A code of RxNorm should stand there/,
    why: "our own rule for US Core, run by HL7's FHIRPath: the included crosswalk from NDC to RxNorm only covers the simulator's drugs (`ehrsynth vocab import` adds the others)",
  },
  {
    pattern:
      /(CodeSystem is unknown and can't be validated|Unable to expand ValueSet because CodeSystem could not be found).*(snomed|loinc|rxnorm|ICD10)/,
    why: 'the validator has no SNOMED CT, LOINC, RxNorm or ICD-10-PCS without a terminology server',
  },
];

/** Whether the reference validator reports the fault of a case: as gravely, at its element or at one around or in it. */
export function reports(found: ReferenceFinding[], { path, severity, key }: BrokenCase): boolean {
  return found.some((finding) => {
    if (severity === 'error' && finding.severity !== 'error') return false;
    if (finding.severity === 'information' || finding.id.endsWith('#dom-6')) return false;
    if (key && (finding.id.endsWith(`#${key}`) || finding.message.includes(`${key}:`))) return true;
    return overlaps(path, finding.path);
  });
}

/** Why the reference validator, as it is run here, is silent about faults of a rule. */
export const SILENT: Record<string, string> = {
  reference: 'it is given one document at a time and resolves no references',
  date: 'it does not compare dates of different elements or resources',
  plausibility: 'it has no rules for sex and age',
  bundle: 'it leaves the requests of a bundle to the server',
  code: 'it has no terminology server here, and it checks codes by lists, not by their form',
  profile: "it has no definitions of US Core's releases here, only one made of our rules for 6.1.0",
  structure: "its JSON parser ignores it or accepts another type; R4's text does not",
  format: "R4's text requires it; its checks do not",
  invariant: 'the text of the rule requires it, or its XHTML parser ignores it',
};

/** Why it is silent about a fault that its kind of rule would have it report. */
export const SILENT_CASES: Record<string, string> = {
  'a mime type that is none': 'it accepts any code as one of BCP 13',
  'a problem without its status (con-3)':
    "R4's expression compares a CodeableConcept with a text, which its engine leaves undecided; ours is R5's wording",
};

/** What HL7's validator reports beyond ours, and why ours does not. */
export const BEYOND: { pattern: RegExp; why: string }[] = [
  {
    pattern: /Canonical URLs must be absolute/,
    why: "R4 says so in the text of canonical alone; HL7's own examples break it",
  },
  { pattern: /Error processing unit/, why: 'ours does not parse UCUM' },
  { pattern: /Unknown code/, why: 'our NDC directory lacks old codes: for ours that is information' },
  { pattern: /not valid base64/, why: "R4's pattern of base64Binary allows white space" },
  {
    pattern: /[Ee]xtension|Slice .*: a matching slice|allows for the types/,
    why: 'ours checks the form of an extension, not its definition',
  },
  { pattern: /has not been checked because it could not be found/, why: 'a profile that neither validator has' },
  {
    pattern: /must have a fullUrl/,
    why: "the outcome of a search is about the search and nowhere, as in HL7's example",
  },
];

/** What one validator says of a document and the other does not. */
export interface Difference {
  where: string;
  message: string;
}

/** Errors of a document that one of the two reports while the other reports none of any kind. */
export function differences(
  documents: { where: string }[],
  ours: Map<string, Finding[]>,
  theirs: ReferenceFinding[],
): { onlyOurs: Difference[]; onlyTheirs: Difference[]; both: number } {
  const byLine = new Map<number, ReferenceFinding[]>();
  for (const finding of theirs) {
    if (finding.severity === 'error') byLine.set(finding.line, [...(byLine.get(finding.line) ?? []), finding]);
  }
  const onlyOurs: Difference[] = [];
  const onlyTheirs: Difference[] = [];
  let both = 0;
  documents.forEach(({ where }, i) => {
    const mine = (ours.get(where) ?? []).filter(({ severity }) => severity === 'error');
    const other = byLine.get(i + 1) ?? [];
    if (mine.length > 0 && other.length > 0) both++;
    for (const { path, message } of mine) {
      if (!other.some((finding) => overlaps(path, finding.path)))
        onlyOurs.push({ where, message: `${path}: ${message}` });
    }
    for (const { path, message } of other) {
      if (!mine.some((finding) => overlaps(finding.path, path)))
        onlyTheirs.push({ where, message: `${path}: ${message}` });
    }
  });
  return { onlyOurs, onlyTheirs, both };
}

/** Whether one of two paths, ours and HL7's, is that of the other's element or of one around it. */
function overlaps(ours: string, theirs: string): boolean {
  const [mine, other] = [ours, theirs].map((path) => path.replace(/\[\d+\]/g, '').split('.'));
  const common = Math.min(mine.length, other.length);
  return mine.slice(0, common).every((name, i) => isSame(name, other[i]));
}

/** value[x] of the one may be valueQuantity of the other. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => name.replace('[x]', ''));
  return a === b || (other !== b && a.startsWith(b)) || (one !== a && b.startsWith(a));
}
