import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import type { ElementNode, Invariant } from './definitions.ts';
import type { Report } from './finding.ts';

type Compiled = (element: unknown, context: Record<string, unknown>) => unknown;

const compiled = new Map<string, Compiled | undefined>();
/** Rules about contained resources: dear, and true of every resource that contains none. */
const ABOUT_CONTAINED = new Set(['dom-2', 'dom-3', 'dom-4', 'dom-5']);
/** Best practice that a generated record leaves out by intent: a narrative for people. */
const NOT_CHECKED = new Set(['dom-6']);

/** Evaluates the invariants of an element, of those that FHIRPath alone can decide. */
export function checkInvariants(
  element: object,
  node: ElementNode,
  path: string,
  resource: Record<string, unknown>,
  root: Record<string, unknown>,
  report: Report,
): void {
  for (const invariant of node.invariants) {
    if (NOT_CHECKED.has(invariant.key)) continue;
    if (ABOUT_CONTAINED.has(invariant.key) && !resource.contained) continue;
    if (!holds(invariant, node.path, element, { resource, rootResource: root })) {
      report(invariant.severity, 'invariant', path, `${invariant.key}: ${invariant.human}`);
    }
  }
}

function holds(
  { expression }: Invariant,
  base: string,
  element: object,
  context: Record<string, unknown>,
): boolean {
  const run = compile(expression, base);
  if (!run) return true;
  try {
    const result = run(element, context) as unknown[];
    return result.length === 0 || result.every((value) => value !== false);
  } catch {
    return true; // FHIRPath that this engine cannot evaluate decides nothing.
  }
}

function compile(expression: string, base: string): Compiled | undefined {
  const key = `${base}|${expression}`;
  if (!compiled.has(key)) {
    let run: Compiled | undefined;
    try {
      run = fhirpath.compile({ base, expression }, r4) as Compiled;
    } catch {
      run = undefined;
    }
    compiled.set(key, run);
  }
  return compiled.get(key);
}
