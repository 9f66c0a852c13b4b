import { z } from 'zod';
import { Loss } from './losses.ts';
import { ALL_AT_ONCE, SearchForm } from './search-form.ts';
import { StateFile } from './state-file.ts';

/** How far a type has been read. */
const TypeState = z.object({
  form: SearchForm,
  /** Number of the search that is under way, of those that the form has. */
  search: z.number(),
  isDone: z.boolean(),
  /** Address of its next page; none before its first. */
  next: z.string().optional(),
  /** Address of the page before that. */
  last: z.string().optional(),
  /** So much of the type's file is sure. */
  bytes: z.number(),
  /** Where this search's part of it begins. */
  from: z.number(),
  resources: z.number(),
  pages: z.number(),
  /** Distinct matches of this search, and those that came without a resource. */
  matches: z.number(),
  withoutResource: z.number(),
  /** The smallest of the totals that its pages named. */
  total: z.number().optional(),
  /** Searches that were answered, and that were turned down. */
  answered: z.number(),
  refused: z.number(),
});
export type TypeState = z.infer<typeof TypeState>;

/** How far each type of a server has been read, and what was missing. */
const State = z.object({
  version: z.literal(2),
  server: z.string(),
  /** Before Type/id in the fullUrl of its first resource. */
  base: z.string().optional(),
  types: z.record(z.string(), TypeState),
  losses: z.array(Loss),
});
export type SearchState = z.infer<typeof State>;

export const SEARCH_STATE = new StateFile('search.state', State);

export function freshType(form = ALL_AT_ONCE): TypeState {
  const begin = { search: 0, isDone: false, bytes: 0, from: 0, resources: 0, pages: 0 };
  return { form, ...begin, matches: 0, withoutResource: 0, answered: 0, refused: 0 };
}

/** Makes the search after this one the one that is under way. */
export function beginNext(at: TypeState): void {
  const begin = {
    next: undefined,
    last: undefined,
    pages: 0,
    matches: 0,
    withoutResource: 0,
    total: undefined,
  };
  Object.assign(at, begin, { search: at.search + 1, from: at.bytes });
}

/** Makes it begin again, without what it has written. */
export function restartSearch(at: TypeState): void {
  const { search, from, resources, matches } = at;
  beginNext(at);
  Object.assign(at, { search, from, bytes: from, resources: Math.max(0, resources - matches) });
}

/** Of a search that begins. */
export function freshSearch(server: string): SearchState {
  return { version: 2, server, types: {}, losses: [] };
}
