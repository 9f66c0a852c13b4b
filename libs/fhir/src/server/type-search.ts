import { appendFile } from 'node:fs/promises';
import { RefusedSearchError, ServerError } from './errors.ts';
import type { FhirServer } from './fhir-server.ts';
import { addLoss } from './losses.ts';
import { issuesOfLoss, textsOf } from './outcome-text.ts';
import { PageGuard } from './page-guard.ts';
import { Refusal } from './refusal.ts';
import type { SearchOptions } from './search-options.ts';
import { baseOf, fileOf, keyOf, keysIn, linesOf, patientIds, referredIds, rewind } from './search-files.ts';
import { CATEGORIES, nextForm, type SearchForm, type Searches, searchesIn } from './search-form.ts';
import { type Entry, fetchOne, fetchPage, otherTypesIn, type SearchPage } from './search-page.ts';
import { beginNext, freshType, restartSearch, SEARCH_STATE, type SearchState, type TypeState } from './search-state.ts';
import { confirmedTotal } from './total.ts';

/** Patients refused at the beginning, after which a server is taken to refuse them all. */
const REFUSED_AT_ONCE = 3;
/** Keys that are held to find repeats, of one search: about half a gigabyte. */
const MOST_KEYS = 4_000_000;

/** The reading of one type: its searches, one after another, in a form that the server takes. */
export class TypeSearch {
  private readonly path: string;
  private keys = new Set<string>();
  /** Resources of this search that came more than once. */
  private repeats = 0;
  /** Whether the next page is the first of this run, and not of its search. */
  private isResumed = false;
  private guard: PageGuard;
  /** Ids of the patients, or of what was referred to, once they are needed. */
  private ids: string[] = [];
  /** What the server said to the first form of the search. */
  private first: ServerError | undefined;

  /** @param at how far it is; a part of the state */
  constructor(
    private readonly server: FhirServer,
    private readonly folder: string,
    private readonly type: string,
    private readonly options: SearchOptions,
    private readonly state: SearchState,
    private readonly at: TypeState,
    /** Keys of what came with other types' searches; all types share them. */
    private readonly included: Set<string>,
  ) {
    this.path = fileOf(folder, type);
    this.guard = this.newGuard();
  }

  /** Gives false where the server has no such type. @param before resources of the types before it */
  async run(before: number): Promise<boolean> {
    const { at, options } = this;
    await rewind(this.path, at.bytes);
    this.isResumed = at.next !== undefined;
    if (at.next) this.keys = new Set(await keysIn(this.folder, this.type, at.from));
    let searches = await this.searches();
    while (!at.isDone) {
      options.signal?.throwIfAborted();
      if (at.search >= searches.count) at.isDone = true;
      else {
        const first = searches.address(at.search);
        const page = await this.fetch(at.next ?? this.whole(first));
        if (page === 'again') await rewind(this.path, at.bytes);
        else if (!(page instanceof Refusal)) await this.take(page, first);
        else if (page.isOfNothing) await this.end(first);
        else if (this.isUnknown(page)) return false;
        else if (await this.changeForm(page)) searches = await this.searches();
        else this.refuse(page, searches.count);
      }
      await SEARCH_STATE.write(this.folder, this.state);
      options.onProgress?.({ note: this.note(searches), resources: before + at.resources });
    }
    return true;
  }

  /** 'again': the search begins again. @throws ServerError but for what another form of the search may help */
  private async fetch(address: string): Promise<SearchPage | Refusal | 'again'> {
    const { at, guard, server, isResumed } = this;
    guard.before(address, at.pages);
    at.last = address;
    this.isResumed = false;
    try {
      return at.form.by === 'reference' ? await fetchOne(server, address) : await fetchPage(server, address, this.type);
    } catch (error) {
      const mayHelp = error instanceof ServerError && Refusal.is(error);
      if (!mayHelp || (at.next !== undefined && !isResumed)) throw error;
      if (at.next === undefined) return new Refusal(error);
      this.beginAgain();
      return 'again';
    }
  }

  /** The server has forgotten the pages of an earlier run: servers keep them for minutes. */
  private beginAgain(): void {
    const { at, options, type } = this;
    restartSearch(at);
    this.keys = new Set();
    this.guard = this.newGuard();
    options.onNote?.(`${type}: the server no longer knows the search that was stopped; it is started again`);
  }

  private async take(page: SearchPage, first: string): Promise<void> {
    const { at, state, type } = this;
    const ofType = page.entries.filter(({ resource }) => resource.resourceType === type).length;
    state.base ??= page.entries.map(baseOf).find((base) => base !== undefined);
    this.guard.after(at.last!, ofType, this.count(page));
    const wanted = new Set(page.entries.filter((entry) => this.isWanted(entry)));
    const left = page.entries.filter((entry) => !wanted.has(entry) && !this.isIncluded(entry));
    const others = otherTypesIn(left, type, ofType > 0);
    if (others !== undefined) this.lose('types that were not searched for', others);
    const lines = linesOf([...wanted], state.base, at.last!);
    await appendFile(this.path, lines, { mode: 0o600 });
    at.bytes += Buffer.byteLength(lines);
    at.resources += ofType;
    at.pages++;
    this.listen(page);
    at.next = page.next;
    if (at.next === undefined) await this.end(first);
  }

  /**
   * What is included is wanted too, where it is of a type that is asked for: once, and not where that type's own search has
   * brought all of it. Its own search does not write it again.
   */
  private isWanted(entry: Entry): boolean {
    const { included, state, type, options } = this;
    const { resourceType } = entry.resource;
    if (resourceType === type && included.size === 0) return true;
    const key = `${resourceType}/${keyOf(entry, state.base)}`;
    if (resourceType === type) return !included.has(key);
    const isRead = state.types[resourceType]?.isDone && state.losses.every((loss) => loss.type !== resourceType);
    if (!options.types.includes(resourceType) || isRead || included.has(key)) return false;
    if (included.size < MOST_KEYS) included.add(key);
    return true;
  }

  private isIncluded(entry: Entry): boolean {
    return this.included.has(`${entry.resource.resourceType}/${keyOf(entry, this.state.base)}`);
  }

  /** Counts the distinct matches. Gives whether any of the entries is new. */
  private count({ entries, withoutResource, total }: SearchPage): boolean {
    const { at, keys, state, type } = this;
    let isNew = false;
    for (const entry of entries) {
      if (entry.resource.resourceType !== type) continue;
      const key = keyOf(entry, state.base);
      if (key !== undefined && keys.has(key)) {
        this.repeats++;
        continue;
      }
      if (key !== undefined && keys.size < MOST_KEYS) keys.add(key);
      isNew = true;
      if (entry.isMatch) at.matches++;
    }
    at.withoutResource += withoutResource;
    if (total !== undefined) at.total = Math.min(at.total ?? total, total);
    return isNew;
  }

  /** Keeps what the server says of its page. */
  private listen({ outcomes, misnamed, entries, withoutResource }: SearchPage): void {
    const isEmpty = entries.length === 0;
    for (const outcome of outcomes) {
      const issue = issuesOfLoss(outcome, isEmpty);
      if (issue.length > 0) this.lose('warned of by the server', textsOf({ ...outcome, issue }));
    }
    if (withoutResource > 0)
      this.lose('matches without their resource', 'entries of its pages have none', withoutResource);
    if (misnamed !== undefined)
      this.lose('next page under a wrong name', `"${misnamed}" in place of "next", followed all the same`);
  }

  /** The search has no further page: is it all? */
  private async end(first: string): Promise<void> {
    const { at, server, type } = this;
    const came = at.matches + at.withoutResource;
    if ((at.total ?? 0) > came || (at.total === undefined && this.repeats > 0)) {
      const total = (await confirmedTotal(server, first)) ?? at.total;
      const missing = Math.min(total ?? came, at.total ?? Infinity) - came;
      if (missing > 0) this.lose('not sent by the server', `it has ${came + missing} and sent ${came}`, missing);
      else if (total === undefined) this.options.onNote?.(shiftText(type, this.repeats));
    }
    at.answered++;
    this.beginNext();
  }

  private refuse({ error }: Refusal, searches: number): void {
    const { at } = this;
    const isOfAll = at.form.by !== 'reference' && at.answered === 0;
    if (at.form.by === 'type' || (isOfAll && at.refused + 1 >= Math.min(REFUSED_AT_ONCE, searches)))
      throw new RefusedSearchError(this.type, this.first ?? error, error);
    at.refused++;
    const what = at.form.by === 'patient' ? 'searches refused by the server' : 'refused by the server';
    const missing = at.form.by === 'patient' ? 0 : 1;
    this.lose(what, `${error.status}${error.said ? `, ${error.said}` : ''}`, missing);
    this.beginNext();
  }

  private isUnknown(refusal: Refusal): boolean {
    const isFirst = this.at.form.by === 'type' && this.first === undefined;
    return isFirst && refusal.isOfUnknownType(this.server.lists(this.type));
  }

  /** Whether there is another form that may do; the searches begin anew in it. */
  private async changeForm(refusal: Refusal): Promise<boolean> {
    const { at, type, state, folder, options } = this;
    if (at.answered > 0) return false;
    const patients = at.form.by === 'type' && type !== 'Patient' ? (await patientIds(folder)).length : 0;
    const form = nextForm(type, at.form, refusal, patients);
    if (!form) return false;
    this.first ??= refusal.error;
    state.losses = state.losses.filter((loss) => loss.type !== type);
    Object.assign(at, freshType(form), { next: undefined, last: undefined, total: undefined });
    this.guard = this.newGuard();
    options.onNote?.(changeText(type, form, refusal.error, patients));
    return true;
  }

  private async searches(): Promise<Searches> {
    const { at, folder, type, options } = this;
    if (at.form.by === 'patient') this.ids = await patientIds(folder);
    if (at.form.by === 'reference') this.ids = await referredIds(folder, type);
    return searchesIn(type, at.form, this.ids, options);
  }

  private beginNext(): void {
    beginNext(this.at);
    this.keys = new Set();
    this.repeats = 0;
    this.guard = this.newGuard();
  }

  private newGuard(): PageGuard {
    return new PageGuard(this.type, this.server.limits.maxPages, this.at.last);
  }

  /** As a next link has it, so that the two can be compared. */
  private whole(address: string): string {
    return new URL(`${this.server.url}/${address}`).href;
  }

  private lose(reason: string, detail: string, missing = 0): void {
    const { type, server, state, at } = this;
    const where = server.withoutSecrets(at.last ?? server.url);
    addLoss(state.losses, { type, reason, where, detail: server.withoutSecrets(detail), missing });
  }

  private note({ count }: Searches): string {
    const { at, type } = this;
    return count > 1 ? `(${type}, search ${Math.min(at.search + 1, count)} of ${count})` : `(${type})`;
  }
}

function changeText(type: string, form: SearchForm, { status, said }: ServerError, patients: number): string {
  const how =
    form.by === 'patient' && form.category === 'none'
      ? `${form.count ? '' : 'without _count, '}patient by patient (${patients.toLocaleString('en-US')})`
      : form.by === 'reference'
        ? 'one by one, those that other resources refer to'
        : form.category === 'none'
          ? 'without _count'
          : `by category; what has none of these is not read: ${CATEGORIES[type].join(', ')}`;
  return `${type}: the server answers ${status}${said ? ` (${said})` : ''}. Read ${how}`;
}

function shiftText(type: string, repeats: number): string {
  const number = repeats.toLocaleString('en-US');
  return `${type}: ${number} appeared on more than one page, and the server does not say how many there are: if they changed while they were read, others may be missing`;
}
