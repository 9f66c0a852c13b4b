import type { Rng } from '@ehrsynth/random';
import type { CodedEvent } from '@ehrsynth/records';
import { type DrawnEncounter, earliestDay, latestDay } from './draw-encounters.ts';
import { densityAt } from './histogram.ts';
import type { Placeable } from './placeable.ts';

const DAYS_A_YEAR = 365.2425;
/** Weight of an encounter that nothing speaks for, so that a code always finds a place. */
const FLOOR = 1e-6;
/** How much likelier a code opens an encounter that is still empty: people seldom come for nothing. */
const EMPTY_FIRST = 5;
const KIND_ORDER: CodedEvent['kind'][] = ['condition', 'procedure', 'measurement', 'drug'];

export interface Placed {
  column: number;
  encounter: number;
  /** Counted from birth. */
  day: number;
  active?: boolean;
}

/**
 * An encounter for each occurrence of each code: at a learned age and class, beside the codes that it was learned to stand
 * with, a drug not before its condition; further occurrences later. In order of the encounters.
 */
export function placeCodes(codes: readonly Placeable[], encounters: readonly DrawnEncounter[], rng: Rng): Placed[] {
  const firstOf = new Map<number, number>();
  const filled = new Set<number>();
  const placed: Placed[] = [];
  const order = [...codes].sort((a, b) => KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind));
  for (const code of order) {
    const allowed = allowedEncounters(code, encounters, firstOf);
    const first =
      partnerEncounter(code, allowed, firstOf, rng) ?? drawEncounter(code, allowed, encounters, filled, rng);
    firstOf.set(code.column, first);
    const active = code.kind === 'condition' ? rng.chance(code.timeline.active ?? 0) : undefined;
    for (const encounter of [first, ...laterOnes(first, allowed, code.count - 1, filled, rng)]) {
      const { day } = encounters[encounter];
      filled.add(encounter);
      placed.push({ column: code.column, encounter, day, active });
    }
  }
  return placed.sort((a, b) => a.encounter - b.encounter || a.column - b.column);
}

/** Those at an age that the code allows and not before the conditions that a drug follows; the last one for what only the dead have. */
function allowedEncounters(
  { limits, timeline }: Placeable,
  encounters: readonly DrawnEncounter[],
  firstOf: Map<number, number>,
): number[] {
  const earliest = Math.max(0, ...(timeline.after ?? []).map((condition) => firstOf.get(condition) ?? 0));
  const [from, to] = [earliestDay(limits?.minAge), latestDay(limits?.maxAge)];
  const fitting = encounters.flatMap(({ day }, i) => (day >= from && day <= to ? [i] : []));
  if (timeline.onlyDead && fitting.length > 0) return fitting.slice(-1);
  const following = fitting.filter((i) => i >= earliest);
  return following.length > 0 ? following : fitting;
}

function partnerEncounter(
  { timeline }: Placeable,
  allowed: readonly number[],
  firstOf: Map<number, number>,
  rng: Rng,
): number | undefined {
  for (const { column, probability } of timeline.together ?? []) {
    const encounter = firstOf.get(column);
    if (encounter !== undefined && allowed.includes(encounter) && rng.chance(probability)) return encounter;
  }
  return undefined;
}

function drawEncounter(
  { timeline: { firstAge, classes } }: Placeable,
  allowed: readonly number[],
  encounters: readonly DrawnEncounter[],
  filled: ReadonlySet<number>,
  rng: Rng,
): number {
  const weights = allowed.map((i) => {
    const { day, class: kind } = encounters[i];
    const ofAge = firstAge ? densityAt(firstAge, Math.floor(day / DAYS_A_YEAR)) + FLOOR : 1;
    const ofClass = classes ? (classes[kind] ?? 0) + FLOOR : 1;
    return ofAge * ofClass * (filled.has(i) ? 1 : EMPTY_FIRST);
  });
  return allowed[rng.weighted(weights)];
}

/** Places of further occurrences: empty encounters first, each in another while there are, then again in the same ones. */
function laterOnes(
  first: number,
  allowed: readonly number[],
  count: number,
  filled: ReadonlySet<number>,
  rng: Rng,
): number[] {
  const later = allowed.filter((i) => i > first);
  if (later.length === 0) return Array.from({ length: count }, () => first);
  const places: number[] = [];
  while (places.length < count) {
    const round = rng.shuffle([...later]).sort((a, b) => Number(filled.has(a)) - Number(filled.has(b)));
    places.push(...round.slice(0, count - places.length));
  }
  return places;
}
