import { BLOOD_LATENTS } from './data/blood-latents.ts';
import { CANCERS } from './data/cancers.ts';
import { CARDIOMETABOLIC } from './data/cardiometabolic.ts';
import { CHILDBIRTH } from './data/childbirth.ts';
import { DRUGS } from './data/drugs.ts';
import { HEART_AND_VESSELS } from './data/heart-and-vessels.ts';
import { INFECTIONS } from './data/infections.ts';
import { INJURIES_AND_COMPLAINTS } from './data/injuries-and-complaints.ts';
import { LATENTS } from './data/latents.ts';
import { LUNGS } from './data/lungs.ts';
import { MIND_AND_NERVES } from './data/mind-and-nerves.ts';
import { MORTALITY } from './data/mortality.ts';
import { OTHER_CHRONIC } from './data/other-chronic.ts';
import { POPULATION } from './data/population.ts';
import { SEASONS } from './data/seasons.ts';
import { TREATMENTS } from './data/treatments.ts';
import { VISITS } from './data/visits.ts';
import type { World, WorldOverrides } from './types.ts';

/** The world as it is documented: every parameter of the process of lives. */
export const WORLD: World = {
  population: POPULATION,
  mortality: MORTALITY,
  seasons: SEASONS,
  conditions: {
    ...CARDIOMETABOLIC,
    ...HEART_AND_VESSELS,
    ...LUNGS,
    ...MIND_AND_NERVES,
    ...OTHER_CHRONIC,
    ...CANCERS,
    ...CHILDBIRTH,
    ...INFECTIONS,
    ...INJURIES_AND_COMPLAINTS,
  },
  drugs: DRUGS,
  treatments: TREATMENTS,
  latents: { ...LATENTS, ...BLOOD_LATENTS },
  visits: VISITS,
};

/**
 * The world with some parameters changed: objects are merged key by key; numbers, texts, lists and values by age replaced.
 * @throws where a change names a condition, drug or latent that the world does not have
 */
export function worldWith(overrides: WorldOverrides = {}): World {
  const world = merged(WORLD, overrides, 'world') as World;
  check(world);
  return world;
}

/** Parts in which a name that is not there is a mistake, and no new entry. */
const CLOSED = /^world(\.(conditions|drugs|latents))?$/;

function merged(base: unknown, change: unknown, path: string): unknown {
  if (change === undefined) return base;
  if (!isPlain(base) || !isPlain(change) || isByAge(base)) return change;
  for (const key of Object.keys(change)) {
    if (CLOSED.test(path) && !Object.hasOwn(base, key)) throw new Error(`no parameter ${path}.${key}`);
  }
  const keys = new Set([...Object.keys(base), ...Object.keys(change)]);
  return Object.fromEntries([...keys].map((key) => [key, merged(base[key], change[key], `${path}.${key}`)]));
}

function isByAge(value: Record<string, unknown>): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => !Number.isNaN(Number(key)));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function check({ conditions, drugs, treatments, latents }: World): void {
  const known = (names: Iterable<string>, all: object, where: string) => {
    for (const name of names) if (!Object.hasOwn(all, name)) throw new Error(`${where}: no ${name}`);
  };
  for (const [
    name,
    { from, then, ends = [], replacedBy = [], hazardRatios = {}, leadsTo = [], cycles },
  ] of Object.entries(conditions)) {
    known(
      [from, then, ...ends, ...replacedBy].filter((other) => other !== undefined),
      conditions,
      name,
    );
    known(Object.keys(hazardRatios), conditions, name);
    known(cycles?.drugs ?? [], drugs, name);
    for (const { condition, oddsRatios = {} } of leadsTo)
      known([condition, ...Object.keys(oddsRatios)], conditions, name);
  }
  for (const { condition, options } of treatments) {
    known([condition], conditions, 'treatments');
    known(Object.keys(options), drugs, `treatment of ${condition}`);
  }
  for (const [name, { conditions: shifts = {}, drugs: effects = {}, wider = {} }] of Object.entries(latents)) {
    known([...Object.keys(shifts), ...Object.keys(wider)], conditions, name);
    known(Object.keys(effects), drugs, name);
  }
  checkShares(latents);
}

/** A factor has one slow part; loadings leave something to the quantity itself. */
function checkShares(latents: World['latents']): void {
  const days = new Map<string, number>();
  for (const [name, { shares = {}, slowDays }] of Object.entries(latents)) {
    const sum = Object.values(shares).reduce((total, loading) => total + loading ** 2, 0);
    if (sum > 1) throw new Error(`${name}: squares of shares add up to more than 1`);
    for (const [factor, loading] of Object.entries(shares)) {
      if (loading === 0) continue;
      if ((days.get(factor) ?? slowDays) !== slowDays) throw new Error(`${name}: slowDays differ in ${factor}`);
      days.set(factor, slowDays);
    }
  }
}
