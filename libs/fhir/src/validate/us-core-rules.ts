import type { Severity } from './finding.ts';
import { ALL, type Span } from './us-core-releases.ts';

/** A rule of a profile that FHIRPath can decide; false breaks it. */
export interface ProfileRule {
  key: string;
  severity: Severity;
  /** Relative to the resource. */
  path: string;
  expression: string;
  human: string;
  remedy: string;
  /** Releases of the guide that have the rule. */
  releases: Span;
}

export const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
export const MISSING = "extension('http://hl7.org/fhir/StructureDefinition/data-absent-reason').exists()";
/** Releases whose bindings of codes are extensible; later ones prefer them. */
const EXTENSIBLE: Span = [3, 6];

interface More {
  severity?: Severity;
  remedy?: string;
  releases?: Span;
}

export function rule(
  key: string,
  path: string,
  expression: string,
  human: string,
  { severity = 'error', remedy = `Make true: ${expression}`, releases = ALL }: More = {},
): ProfileRule {
  return { key, severity, path, expression, human, remedy, releases };
}

export function needs(element: string, releases: Span = ALL): ProfileRule {
  const remedy = 'Add the element.';
  return rule(`${element} 1..*`, element, `${element}.exists()`, `${element} must be there`, {
    remedy,
    releases,
  });
}

export function every(element: string, part: string): ProfileRule {
  return rule(
    `${element}.${part} 1..1`,
    element,
    `${element}.all(${part}.exists())`,
    `Every ${element} must have its ${part}`,
  );
}

export function category(code: string, system: string): ProfileRule {
  const expression = `category.coding.where(system = '${system}' and code = '${code}').exists()`;
  return rule(`category ${code}`, 'category', expression, `One category must be ${code} of ${system}`);
}

/** An extensible binding: one of the codings is of a system from which the value set is drawn. */
export function coded(element: string, systems: string[], names: string): ProfileRule {
  const path = element.replace('.ofType(CodeableConcept)', '[x]');
  const fits = systems.map((system) => `system = '${system}'`).join(' or ');
  const expression = `${element}.all(coding.exists(${fits}))`;
  return rule(`${path} binding`, path, expression, `A code of ${names} should stand there where one fits`, {
    severity: 'warning',
    remedy: `Add a coding of ${names}, where you have one.`,
    releases: EXTENSIBLE,
  });
}

export function valueOrReason(key: string): ProfileRule {
  return rule(
    key,
    'value',
    '(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())',
    'There is a value, or the reason why it is missing',
  );
}

export function within(codes: string[]): string {
  return `$this in (${codes.map((code) => `'${code}'`).join(' | ')})`;
}
