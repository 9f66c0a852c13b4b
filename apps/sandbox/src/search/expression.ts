import '../websocket.ts';
import { evalFhirPathTyped, toTypedValue } from '@medplum/core';
import { choiceNames } from '../definitions.ts';
import { typeOfReference } from './reference-text.ts';

/** Gives the values that a search parameter looks at: primitives, and objects as they stand in the resource. */
export type Extract = (node: object) => unknown[];

type Step = (nodes: unknown[]) => unknown[];

/**
 * Compiles the FHIRPath of a search parameter for one type. Search parameters use a small part of the language: paths,
 * ofType, where on a field or on the type of a reference, and unions. What goes beyond is left to Medplum's FHIRPath,
 * which is some hundred times slower.
 * @param root the type whose paths count; undefined where paths start at the node itself, as in components
 */
export function compile(expression: string, root: string | undefined): Extract {
  const terms = expression.split('|').map((term) => unwrapped(term.trim()));
  const own = terms.filter((term) => concerns(term, root));
  const compiled = own.map((term) => path(term, root) ?? slow(term));
  if (compiled.length === 1) return compiled[0];
  return (node) => compiled.flatMap((extract) => extract(node));
}

const ROOT = /^[A-Z]\w*/;

function concerns(term: string, root: string | undefined): boolean {
  const named = ROOT.exec(term)?.[0];
  return named === undefined || root === undefined || [root, 'Resource', 'DomainResource'].includes(named);
}

/** `(Observation.value.ofType(CodeableConcept)).text` → without its first brackets */
function unwrapped(term: string): string {
  if (!term.startsWith('(')) return term;
  let depth = 0;
  for (let i = 0; i < term.length; i++) {
    if (term[i] === '(') depth++;
    else if (term[i] === ')' && --depth === 0) return term.slice(1, i) + term.slice(i + 1);
  }
  return term;
}

const SEGMENT = /\.?(\w+)(\((?:[^()]|\(\))*\))?(\[(\d+)\])?/y;

/** A path as a chain of steps; undefined where it has what is not known here. */
function path(term: string, root: string | undefined): Extract | undefined {
  const steps: Step[] = [];
  let name = '';
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < term.length) {
    const match = SEGMENT.exec(term);
    if (!match) return undefined;
    const [, word, call, , index] = match;
    if (call !== undefined) {
      const type = /^\((\w+)\)$/.exec(call)?.[1];
      if ((word === 'ofType' || word === 'as') && type) steps[steps.length - 1] = typed(name, type);
      else {
        const filter = word === 'where' ? filtered(call) : undefined;
        if (!filter) return undefined;
        steps.push(filter);
      }
    } else if (match.index > 0 || root === undefined || !ROOT.test(word)) steps.push(property((name = word)));
    if (index !== undefined) steps.push((nodes) => nodes.slice(Number(index), Number(index) + 1));
  }
  return (node) => {
    let nodes: unknown[] = [node];
    for (const step of steps) if ((nodes = step(nodes)).length === 0) break;
    return nodes;
  };
}

function typed(name: string, type: string): Step {
  const key = `${name}${type[0].toUpperCase()}${type.slice(1)}`;
  return (nodes) => collect(nodes, (node) => node[key]);
}

function property(name: string): Step {
  if (!choiceNames().has(name)) return (nodes) => collect(nodes, (node) => node[name]);
  // value[x]: its one key starts with the name.
  const ofAnyType = new RegExp(`^${name}[A-Z]`);
  return (nodes) =>
    collect(nodes, (node) => node[name] ?? node[Object.keys(node).find((key) => ofAnyType.test(key)) ?? name]);
}

function collect(nodes: unknown[], get: (node: Record<string, unknown>) => unknown): unknown[] {
  const found: unknown[] = [];
  for (const node of nodes) {
    if (typeof node !== 'object' || node === null) continue;
    const value = get(node as Record<string, unknown>);
    if (Array.isArray(value)) found.push(...value);
    else if (value !== undefined && value !== null) found.push(value);
  }
  return found;
}

/** where(system='phone'), where(resolve() is Patient) */
function filtered(call: string): Step | undefined {
  const [, type] = /^\(resolve\(\) is (\w+)\)$/.exec(call) ?? [];
  if (type) return (nodes) => nodes.filter((node) => typeOfReference(node) === type);
  const [, key, value] = /^\((\w+)='([^']*)'\)$/.exec(call) ?? [];
  return key ? (nodes) => nodes.filter((node) => (node as Record<string, unknown>)[key] === value) : undefined;
}

function slow(term: string): Extract {
  return (node) => evalFhirPathTyped(term, [toTypedValue(node)]).map(({ value }) => value as unknown);
}
