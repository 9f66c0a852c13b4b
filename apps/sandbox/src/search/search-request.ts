import { loadDefinitions } from '../definitions.ts';
import { Rejection } from '../rejection.ts';
import { isType } from '../target.ts';
import { NotSupported, wrongValue } from './errors.ts';
import { type Include, includeOf } from './includes.ts';
import { type Criterion, criterionOf } from './query.ts';
import { type SortRule, sortRulesOf } from './sorting.ts';

/** What a search asks for, once its parameters are understood. */
export interface SearchRequest {
  criteria: Criterion[];
  sort: SortRule[];
  includes: Include[];
  summary: 'true' | 'text' | 'data' | 'count' | 'false';
  /** Elements that matches are cut down to: name, or Patient.name for one type. */
  elements?: string[];
  hasTotal: boolean;
  count: number;
  offset: number;
  /** The parameters that were understood, for the address of this page. */
  used: URLSearchParams;
  /** What was not, and is left out: handling=lenient. */
  ignored: string[];
}

/** Resources to a page, where the request does not say. */
const PAGE = 100;
const LARGEST_PAGE = 1000;
/** Parameters of the answer's form, which is JSON whatever they say. */
const OF_FORMAT = ['_format', '_pretty'];

/**
 * @param types that are searched: conditions must be known to each
 * @param isLenient leaves out what is not supported, instead of turning the search down
 * @throws NotSupported, or Rejection where a value is wrong
 */
export function parseSearch(types: readonly string[], params: URLSearchParams, isLenient = false): SearchRequest {
  const request: SearchRequest = {
    criteria: [],
    sort: [],
    includes: [],
    summary: 'false',
    hasTotal: true,
    count: PAGE,
    offset: 0,
    used: new URLSearchParams(),
    ignored: [],
  };
  for (const [name, value] of params) {
    if (OF_FORMAT.includes(name)) continue;
    try {
      take(request, types, name, value);
    } catch (error) {
      if (!(isLenient && error instanceof NotSupported)) throw error;
      request.ignored.push(error.text);
      continue;
    }
    request.used.append(name, value);
  }
  if (request.summary === 'text' && request.includes.length > 0)
    throw Rejection.because(400, 'invalid', '_include and _revinclude cannot be combined with _summary=text');
  if (request.count === 0) request.summary = 'count';
  return request;
}

function take(request: SearchRequest, types: readonly string[], name: string, value: string): void {
  const [code, modifier] = name.split(':');
  switch (code) {
    case '_sort':
      request.sort = sortRulesOf(types, value);
      return;
    case '_include':
    case '_revinclude':
      request.includes.push(includeOf(code, modifier, value));
      return;
    case '_summary':
      request.summary = oneOf(name, value, ['true', 'text', 'data', 'count', 'false']);
      return;
    case '_elements':
      request.elements = elementsOf(types, value);
      return;
    case '_total':
      request.hasTotal = oneOf(name, value, ['none', 'estimate', 'accurate']) !== 'none';
      return;
    case '_count':
      request.count = Math.min(wholeNumber(name, value), LARGEST_PAGE);
      return;
    case '_offset':
      request.offset = wholeNumber(name, value);
      return;
    case '_contained':
      if (value !== 'false') throw new NotSupported(`${name}=${value}: contained resources are not searched`);
      return;
    case '_type':
      return;
    default: {
      const [first] = types;
      if (types.length > 1 && !code.startsWith('_'))
        throw new NotSupported(
          `${name}: a search of several types only takes parameters that all types have, such as _id`,
        );
      request.criteria.push(criterionOf(first, name, value));
    }
  }
}

function oneOf<T extends string>(name: string, value: string, allowed: T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw wrongValue(name, value, `one of ${allowed.join(', ')}`);
  return found;
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw wrongValue(name, value, 'not a number');
  return Number(value);
}

function elementsOf(types: readonly string[], value: string): string[] {
  const { elements } = loadDefinitions();
  const names = value.split(',').map((name) => name.trim());
  for (const name of names) {
    const [first, second] = name.split('.');
    const paths = isType(first) ? [`${first}.${second}`] : types.map((type) => `${type}.${name}`);
    if (!paths.some((path) => elements.has(path) || elements.has(`${path}[x]`)))
      throw new NotSupported(`_elements: ${types.join(', ')} has no element ${JSON.stringify(name)}`);
  }
  return names;
}
