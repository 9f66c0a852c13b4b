import { NO_DAY } from '@ehrsynth/histories';
import { addDays, type CodedEvent, type Encounter, type PatientRecord } from '@ehrsynth/records';
import type { Rng } from '@ehrsynth/random';
import type { Alphabet, Interval } from './alphabet.ts';
import type { Dictionary, Entry } from './dictionary.ts';
import type { Life } from './life.ts';
import { drawValue, grainsOf } from './value-bins.ts';

/** The day of death of those who did not die. */
const NEVER = Infinity;

/**
 * The record of a life, as a source would have it; values within bins, and details of events, are drawn. What begins does not end after
 * death.
 */
export function recordOf(id: string, life: Life, dictionary: Dictionary, alphabet: Alphabet, rng: Rng): PatientRecord {
  const last = life.items.at(-1);
  const death = last?.class === alphabet.death ? last.day : undefined;
  const encounters: Encounter[] = [];
  const events: CodedEvent[] = [];
  /** Stays under way, the latest begun first. */
  const stays: { encounter: number; last: number }[] = [];
  for (const item of life.items) {
    if (item.class === alphabet.death) continue;
    let encounter: number | undefined;
    if (alphabet.isEncounter(item.class)) {
      encounter = encounters.length;
      const until = Math.min(item.day + item.stay, death ?? NEVER);
      const name = dictionary.classes[item.class - alphabet.death - 1];
      encounters.push({ class: name, start: dateOf(item.day), end: dateOf(until) });
      if (item.stay > 0) stays.unshift({ encounter, last: item.day + item.stay });
    } else if (item.class !== alphabet.alone) {
      const open = stays.filter((stay) => stay.last >= item.day);
      encounter = open[item.class - alphabet.stayedOn(0)]?.encounter;
    }
    for (const number of item.events) {
      const entry = alphabet.entryOf[number];
      const said = { variant: alphabet.variantOf[number], grain: alphabet.grainOf[number] };
      events.push(eventOf(dictionary.entries[entry], said, item.day, encounter, death, rng));
    }
  }
  const valueOf = <T>(list: readonly T[], { start }: Interval, token: number): T | undefined => list[token - start];
  const race = valueOf(dictionary.races, alphabet.races, life.race);
  const ethnicity = valueOf(dictionary.ethnicities, alphabet.ethnicities, life.ethnicity);
  return {
    id,
    sex: valueOf(dictionary.sexes, alphabet.sexes, life.sex) ?? 'unknown',
    ...(life.birth !== NO_DAY && { birthDate: dateOf(life.birth) }),
    ...(death !== undefined && { deathDate: dateOf(death) }),
    ...(race !== undefined && { race }),
    ...(ethnicity !== undefined && { ethnicity }),
    encounters,
    events,
  };
}

function eventOf(
  entry: Entry,
  said: { variant: number; grain: number },
  day: number,
  encounter: number | undefined,
  death: number | undefined,
  rng: Rng,
): CodedEvent {
  const variant = entry.variants[said.variant];
  const event: CodedEvent = { kind: entry.kind, code: entry.code, start: dateOf(day) };
  if (encounter !== undefined) event.encounter = encounter;
  if (entry.panel) event.panel = entry.panel;
  if (entry.category) event.category = entry.category;
  if (variant.type === 'answer') event.answer = variant.answer;
  if (variant.type === 'limit')
    event.quantity = { ...variant.unit, comparator: variant.comparator, value: variant.value };
  if (variant.type === 'number') {
    const { unit, bins } = entry.scales[variant.scale];
    const value = drawValue(bins, grainsOf(bins)[variant.bin].first + said.grain, rng);
    event.quantity = { ...unit, value };
    if (entry.range) {
      event.referenceRange = entry.range;
      const { low = -Infinity, high = Infinity } = entry.range;
      if (entry.isInterpreted) event.interpretation = value < low ? 'L' : value > high ? 'H' : 'N';
    }
  }
  Object.assign(event, drawDetails(entry, rng));
  const length = drawLength(entry, rng);
  if (length !== undefined) {
    event.end = dateOf(Math.min(day + length, death ?? NEVER));
    delete event.active;
  }
  return event;
}

function drawDetails({ details, withoutDetails }: Entry, rng: Rng): Partial<CodedEvent> {
  if (details.length === 0 || (details.length === 1 && details[0][0] === '{}')) return {};
  let left = rng.next32() * (withoutDetails + details.reduce((sum, [, times]) => sum + times, 0));
  for (const [text, times] of details) if ((left -= times) < 0) return JSON.parse(text) as Partial<CodedEvent>;
  return {};
}

/** Days to the end of an event that has one. */
function drawLength({ lengths, ended, open }: Entry, rng: Rng): number | undefined {
  if (!lengths || ended === 0 || rng.next32() * (ended + open) >= ended) return undefined;
  const bins = lengths.bins.map(({ atoms, others }) => others + atoms.reduce((sum, [, times]) => sum + times, 0));
  return Math.max(0, Math.round(drawValue(lengths, rng.weighted(bins), rng)));
}

/** YYYY-MM-DD of a day number. */
export function dateOf(day: number): string {
  return addDays('1970-01-01', day);
}
