import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4.js';
import type { Finding, Rule } from './finding.ts';

const FILE = 'http://hl7.org/fhir/StructureDefinition/operationoutcome-file';
/** @see FHIR R4, value set issue-type */
const ISSUE_TYPES: Record<Rule, OperationOutcomeIssue['code']> = {
  structure: 'structure',
  format: 'value',
  binding: 'code-invalid',
  invariant: 'invariant',
  reference: 'not-found',
  bundle: 'structure',
  profile: 'invariant',
  code: 'code-invalid',
  date: 'business-rule',
  plausibility: 'business-rule',
};

/** A finding as an issue of an OperationOutcome; the file stands in HL7's extension for it. */
export function toIssue({ severity, rule, where, resource, path, message, remedy }: Finding): OperationOutcomeIssue {
  return {
    ...(where && { extension: [{ url: FILE, valueString: where }] }),
    severity,
    code: ISSUE_TYPES[rule],
    details: { text: message },
    diagnostics: [resource, remedy].filter(Boolean).join(': '),
    ...(path && { expression: [path] }),
  };
}

/** Findings as one OperationOutcome, which says so where there are none. */
export function toOutcome(findings: Finding[]): OperationOutcome {
  const issue = findings.map(toIssue);
  return { resourceType: 'OperationOutcome', issue: issue.length > 0 ? issue : [ALL_WELL] };
}

/** The issue of an outcome without any. */
export const ALL_WELL: OperationOutcomeIssue = {
  severity: 'information',
  code: 'informational',
  details: { text: 'No findings' },
};
