import { columnKey, LEAST_EXPECTED } from '@ehrsynth/matrix';
import type { Dictionary, Entry, Variant } from './dictionary.ts';
import type { DictionarySummary } from './dictionary-summary.ts';
import { joinBins } from './join-values.ts';
import { grainsOf } from './value-bins.ts';

/** An entry of one place. */
interface Placed {
  entry: Entry;
  counts: DictionarySummary['entries'][number];
  place: DictionarySummary;
}

/**
 * What the lives of several places are written in. What one place has given away is in it, since enough of its own people are behind it; a
 * code that too few people have at each place is not, though together there might be enough. What is impossible at one place is impossible
 * where no other place has seen it. Columns of all are those of one cohort.
 */
export function joinDictionaries(places: readonly DictionarySummary[], minPatients: number): Dictionary {
  const ordered = places.toSorted((a, b) => b.people - a.people);
  const all = ordered.map(({ dictionary }) => dictionary);
  const union = <T extends string>(of: (dictionary: Dictionary) => readonly T[]) =>
    [...new Set(all.flatMap(of))].sort();
  const largest = (of: (dictionary: Dictionary) => number) => Math.max(...all.map(of));
  const classes = joinedClasses(ordered);
  const longestOf = ({ classes: own, longest }: Dictionary, name: string) => longest[own.indexOf(name)] ?? 0;
  return {
    sexes: union(({ sexes }) => sexes),
    races: union(({ races }) => races),
    ethnicities: union(({ ethnicities }) => ethnicities),
    lacked: union(({ lacked }) => lacked),
    classes,
    longest: classes.map((name) => largest((dictionary) => longestOf(dictionary, name))),
    mostItems: largest(({ mostItems }) => mostItems),
    mostItemsOfDay: largest(({ mostItemsOfDay }) => mostItemsOfDay),
    years: joinSpans(
      ordered.map(({ dictionary, years }) => ({ edges: dictionary.years, people: years })),
      minPatients,
    ),
    ages: joinSpans(
      ordered.map(({ dictionary, ages }) => ({ edges: dictionary.ages, people: ages })),
      minPatients,
    ),
    lastDay: largest(({ lastDay }) => lastDay),
    deaths: all.some(({ deaths }) => deaths),
    entries: joinedEntries(ordered, classes, minPatients),
  };
}

/** The classes of all, those of the most visits first. */
function joinedClasses(places: readonly DictionarySummary[]): string[] {
  const visits = new Map<string, number>();
  for (const place of places)
    place.dictionary.classes.forEach((name, i) => visits.set(name, (visits.get(name) ?? 0) + place.visits[i]));
  return [...visits].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([name]) => name);
}

/**
 * Spans that begin wherever one of a place does, joined until each has enough people; those of a span are taken to be spread evenly over it.
 * First value of each, and the end of the last.
 */
export function joinSpans(
  places: readonly { edges: readonly number[]; people: readonly number[] }[],
  minPatients: number,
): number[] {
  const edges = [...new Set(places.flatMap((place) => place.edges))].sort((a, b) => a - b);
  const joined = edges.slice(0, 1);
  let people = 0;
  for (let i = 0; i + 1 < edges.length; i++) {
    for (const place of places) people += within(place, edges[i], edges[i + 1]);
    if (people < minPatients && i + 2 < edges.length) continue;
    // What is left at the end belongs to the last span.
    if (people < minPatients && joined.length > 1) joined.pop();
    joined.push(edges[i + 1]);
    people = 0;
  }
  return joined;
}

function within({ edges, people }: { edges: readonly number[]; people: readonly number[] }, from: number, to: number) {
  return people.reduce((sum, own, i) => {
    const both = Math.min(to, edges[i + 1]) - Math.max(from, edges[i]);
    return sum + (both > 0 ? (own * both) / (edges[i + 1] - edges[i]) : 0);
  }, 0);
}

function joinedEntries(places: readonly DictionarySummary[], classes: readonly string[], minPatients: number): Entry[] {
  const found = new Map<string, Placed[]>();
  for (const place of places)
    place.dictionary.entries.forEach((entry, i) => {
      const key = keyOf(entry);
      found.set(key, [...(found.get(key) ?? []), { entry, counts: place.entries[i], place }]);
    });
  const visits = (own: readonly Placed[]) => own.reduce((sum, { counts }) => sum + counts.visits, 0);
  const order = [...found].sort(([a, one], [b, other]) => visits(other) - visits(one) || (a < b ? -1 : 1));
  const numbers = new Map(order.map(([key], i) => [key, i]));
  return order.map(([, own]) => ({
    ...joinEntry(own, classes, minPatients),
    neverFirstAfter: neverFirstAfter(own, numbers),
  }));
}

function keyOf({ kind, code, rest }: Entry): string {
  return `${columnKey({ kind, ...code })}${rest ? ' rest' : ''}`;
}

function joinEntry(
  own: readonly Placed[],
  classes: readonly string[],
  minPatients: number,
): Omit<Entry, 'neverFirstAfter'> {
  const entries = own.map(({ entry }) => entry);
  const sum = (of: (entry: Entry) => number) => entries.reduce((total, entry) => total + of(entry), 0);
  const first = <T>(of: (entry: Entry) => T | undefined) => entries.map(of).find((one) => one !== undefined);
  const details = new Map<string, number>();
  for (const { details: ofPlace } of entries)
    for (const [text, times] of ofPlace) details.set(text, (details.get(text) ?? 0) + times);
  const { sex, minAge, maxAge, kind, code, column, rest } = entries[0];
  const lengths = own.flatMap(({ entry, counts }) =>
    entry.lengths ? [{ bins: entry.lengths, people: counts.lengths }] : [],
  );
  const isOfOne = entries.every((entry) => entry.sex === sex);
  return {
    kind,
    code,
    column,
    rest,
    ...joinVariants(own, minPatients),
    panel: first(({ panel }) => panel),
    category: first(({ category }) => category),
    range: first(({ range }) => range),
    isInterpreted: entries.some(({ isInterpreted }) => isInterpreted),
    details: [...details].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)),
    withoutDetails: sum(({ withoutDetails }) => withoutDetails),
    lengths: joinBins(lengths, minPatients, false),
    ended: sum(({ ended }) => ended),
    open: sum(({ open }) => open),
    times: Math.max(...entries.map(({ times }) => times)),
    neverIn: neverIn(own, classes, 'neverIn', ({ visits }) => visits),
    neverFirstIn: neverIn(own, classes, 'neverFirstIn', ({ people }) => people),
    ...(sex && isOfOne && { sex }),
    ...(minAge !== undefined && { minAge }),
    ...(maxAge !== undefined && { maxAge }),
  };
}

/** What events say at some place; that they say nothing where some place has that. */
function joinVariants(own: readonly Placed[], minPatients: number): Pick<Entry, 'variants' | 'scales'> {
  const isPlain = ({ type }: Variant) => type === 'plain';
  const variants: Variant[] = own.some(({ entry }) => entry.variants.some(isPlain)) ? [{ type: 'plain' }] : [];
  const scales: Entry['scales'] = [];
  const seen = new Set<string>();
  for (const { entry } of own) {
    for (const variant of entry.variants) {
      const said = variant.type === 'number' ? entry.scales[variant.scale].unit : variant;
      const key = `${variant.type === 'number'}${JSON.stringify(said)}`;
      if (isPlain(variant) || seen.has(key)) continue;
      seen.add(key);
      if (variant.type !== 'number') {
        variants.push(variant);
        continue;
      }
      const { unit } = entry.scales[variant.scale];
      const bins = joinBins(scaledAs(own, JSON.stringify(unit)), minPatients, true);
      if (!bins) continue;
      const scale = scales.push({ unit, bins }) - 1;
      grainsOf(bins).forEach((_, bin) => variants.push({ type: 'number', scale, bin }));
    }
  }
  return { variants: variants.length > 0 ? variants : [{ type: 'plain' }], scales };
}

function scaledAs(own: readonly Placed[], unit: string) {
  return own.flatMap(({ entry, counts }) =>
    entry.scales.flatMap(({ unit: other, bins }, i) =>
      JSON.stringify(other) === unit ? [{ bins, people: counts.numbers[i] }] : [],
    ),
  );
}

/** Classes in which some place says that it never is, where each other place says so too or would have too few by chance to say so. */
function neverIn(
  own: readonly Placed[],
  classes: readonly string[],
  what: 'neverIn' | 'neverFirstIn',
  times: (counts: Placed['counts']) => number,
): number[] {
  const saysOf = ({ entry, counts, place }: Placed, name: string): 'never' | 'seen' | 'nothing' => {
    const kind = [...place.dictionary.classes, 'none'].indexOf(name);
    if (entry[what].includes(kind)) return 'never';
    const all = place.visits.reduce((sum, one) => sum + one, 0);
    return kind >= 0 && (times(counts) * place.visits[kind]) / Math.max(1, all) >= LEAST_EXPECTED ? 'seen' : 'nothing';
  };
  return [...classes, 'none'].flatMap((name, i) => {
    const said = own.map((one) => saysOf(one, name));
    return said.includes('never') && !said.includes('seen') ? [i] : [];
  });
}

/** Entries after which it never comes for the first time, as each place says that has both. */
function neverFirstAfter(own: readonly Placed[], numbers: ReadonlyMap<string, number>): number[] {
  const said = new Map<string, number>();
  const both = new Map<string, number>();
  for (const { entry, place } of own) {
    place.dictionary.entries.forEach((other) => both.set(keyOf(other), (both.get(keyOf(other)) ?? 0) + 1));
    for (const number of entry.neverFirstAfter) {
      const key = keyOf(place.dictionary.entries[number]);
      said.set(key, (said.get(key) ?? 0) + 1);
    }
  }
  return [...said]
    .filter(([key, times]) => times === both.get(key))
    .map(([key]) => numbers.get(key)!)
    .sort((a, b) => a - b);
}
