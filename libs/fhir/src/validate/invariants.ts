import { createRequire } from 'node:module';
import type { ElementNode } from './definitions.ts';
import type { Report } from './finding.ts';

type Compiled = (element: unknown, context: Record<string, unknown>) => unknown;

/** Loaded with the first invariant: it takes longer than many a command that checks none. */
const require = createRequire(import.meta.url);
let engine: { compile: (path: { base: string; expression: string }, model: unknown) => Compiled } | undefined;

const compiled = new Map<string, Compiled | undefined>();
const compiledByNode = new WeakMap<ElementNode, (Compiled | undefined)[]>();
/** Rules about contained resources: dear, and true of every resource that contains none. */
const ABOUT_CONTAINED = new Set(['dom-2', 'dom-4', 'dom-5']);
/** Best practice that is checked where it is asked for: a narrative for people. */
const BEST_PRACTICE = new Set(['dom-6']);

/** Evaluates the invariants of an element, of those that FHIRPath alone can decide. */
export function checkInvariants(
  element: object,
  node: ElementNode,
  path: string,
  resource: Record<string, unknown>,
  root: Record<string, unknown>,
  report: Report,
  bestPractice: boolean,
): void {
  const runs = compiledOf(node);
  for (const [i, invariant] of node.invariants.entries()) {
    if (BEST_PRACTICE.has(invariant.key) && !bestPractice) continue;
    if (ABOUT_CONTAINED.has(invariant.key) && !resource.contained) continue;
    if (!isKept(runs[i], element, { resource, rootResource: root })) {
      report(
        invariant.severity,
        'invariant',
        path,
        `${invariant.key}: ${invariant.human}`,
        `Make true: ${invariant.expression}`,
      );
    }
  }
}

/** Whether FHIRPath finds nothing against it: false alone does. */
export function isTrue(expression: string, base: string, element: object, context: Record<string, unknown>): boolean {
  return isKept(compile(expression, base), element, context);
}

function isKept(run: Compiled | undefined, element: object, context: Record<string, unknown>): boolean {
  if (!run) return true;
  try {
    const result = run(element, context) as unknown[];
    return result.length === 0 || result.every((value) => value !== false);
  } catch {
    return true; // FHIRPath that this engine cannot evaluate decides nothing.
  }
}

/** The invariants of an element, each compiled once. */
function compiledOf(node: ElementNode): (Compiled | undefined)[] {
  let runs = compiledByNode.get(node);
  if (!runs) {
    runs = node.invariants.map(({ expression }) => compile(expression, node.path));
    compiledByNode.set(node, runs);
  }
  return runs;
}

function compile(expression: string, base: string): Compiled | undefined {
  const key = `${base}|${expression}`;
  if (!compiled.has(key)) {
    let run: Compiled | undefined;
    try {
      run = compileWithR4({ base, expression });
    } catch {
      run = undefined;
    }
    compiled.set(key, run);
  }
  return compiled.get(key);
}

function compileWithR4(path: { base: string; expression: string }): Compiled {
  engine ??= require('fhirpath') as NonNullable<typeof engine>;
  return engine.compile(path, require('fhirpath/fhir-context/r4/index.js'));
}
