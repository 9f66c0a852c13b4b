import { isType } from '../target.ts';
import { NotSupported } from './errors.ts';
import { parametersOf } from './parameters.ts';
import { referenceOf } from './query.ts';
import { localParts } from './reference-text.ts';
import type { SearchIndex } from './search-index.ts';
import type { Stored } from './type-index.ts';

/** What is to come along with matches. @see https://hl7.org/fhir/R4/search.html#revinclude */
export interface Include {
  isReverse: boolean;
  /** Of what came along too. */
  isIterated: boolean;
  /** The type that has the references; undefined for any. */
  type?: string;
  /** Its reference parameters. */
  codes: string[];
  /** The type that they are to point to; undefined for any. */
  target?: string;
  /** The types that may come along; undefined for all. */
  isTaken?: (type: string) => boolean;
}

/** `Observation:subject:Patient` @throws NotSupported where there is no such reference */
export function includeOf(name: '_include' | '_revinclude', modifier: string | undefined, value: string): Include {
  const isReverse = name === '_revinclude';
  if (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse')
    throw new NotSupported(`${name}:${modifier}: ${name}:iterate is the only modifier`);
  const rest = { isReverse, isIterated: modifier !== undefined };
  const [type, code, target, ...more] = value.split(':');
  if (value === '*' && !isReverse) return { ...rest, codes: [] };
  if (!isType(type) || code === undefined || more.length > 0 || (target !== undefined && !isType(target)))
    throw new NotSupported(`${name}=${value}: must be Type:parameter or Type:parameter:TargetType`);
  const codes = code === '*' ? referencesOf(type) : [referenceOf(type, code).code];
  return { ...rest, type, codes, ...(target !== undefined && { target }) };
}

function referencesOf(type: string): string[] {
  return [...parametersOf(type).values()].filter(({ kind }) => kind === 'reference').map(({ code }) => code);
}

/** What comes along with these matches: each resource once, and none of the matches. */
export function included(index: SearchIndex, matches: readonly Stored[], includes: readonly Include[]): Stored[] {
  const keyOf = ({ resourceType, id }: Stored) => `${resourceType}/${id}`;
  const seen = new Set(matches.map(keyOf));
  const found: Stored[] = [];
  let round = matches;
  let rules = includes;
  while (round.length > 0 && rules.length > 0) {
    const next: Stored[] = [];
    for (const include of rules) {
      for (const resource of round) {
        for (const other of include.isReverse
          ? referring(index, resource, include)
          : referred(index, resource, include)) {
          if (seen.has(keyOf(other)) || include.isTaken?.(other.resourceType) === false) continue;
          seen.add(keyOf(other));
          next.push(other);
        }
      }
    }
    found.push(...next);
    round = next;
    rules = includes.filter(({ isIterated }) => isIterated);
  }
  return found;
}

function* referred(index: SearchIndex, resource: Stored, { type, codes, target }: Include): Generator<Stored> {
  const { resourceType, id } = resource;
  if (type !== undefined && type !== resourceType) return;
  const own = index.ofType(resourceType);
  const place = own.placeOf(id)!;
  for (const code of type === undefined ? referencesOf(resourceType) : codes) {
    for (const key of own.references(code)!.keysAt(place)) {
      if (target !== undefined && localParts(key)?.[0] !== target) continue;
      const other = index.read(key);
      if (other) yield other;
    }
  }
}

function* referring(index: SearchIndex, resource: Stored, { type, codes, target }: Include): Generator<Stored> {
  const { resourceType, id } = resource;
  if (target !== undefined && target !== resourceType) return;
  const from = index.ofType(type!);
  for (const code of codes) {
    for (const place of from.references(code)!.placesOf(`${resourceType}/${id}`)) {
      const other = from.at(place);
      if (other) yield other;
    }
  }
}
