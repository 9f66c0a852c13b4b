import { type Quantity, UCUM, withoutUnit } from '@ehrsynth/records';
import { ucumOf } from './spellings.ts';

/**
 * The quantity without a unit that is not in use: what a source writes as a unit may be a text about one patient. In use are units that
 * are understood, with none but common annotations, and the forms in which drugs are counted. UCUM's code stands in the place of another
 * unit where there is one. Undefined where nothing is left.
 * @param which all units are looked at, or those that are several words
 */
export function withUsualUnit(quantity: Quantity, which: 'all' | 'words' = 'all'): Quantity | undefined {
  const { unit, system, code } = quantity;
  if (unit === undefined && code === undefined) return quantity;
  const isLookedAt = (text: string) => which === 'all' || /\s/.test(text.trim());
  const keepsCode = code === undefined || !isLookedAt(code) || isUsualCode(system, code);
  const keepsUnit = unit === undefined || !isLookedAt(unit) || isUsual(unit);
  if (keepsCode && keepsUnit) return quantity;
  if (!keepsUnit && keepsCode && code !== undefined && system === UCUM) return { ...quantity, unit: code };
  return withoutUnit(quantity, { unit: !keepsUnit, code: !keepsCode });
}

/** In which doses and supplies are counted. */
const COUNTED = new Set(
  `tablet tab capsule cap caplet pill drop gtt puff spray inhalation application patch vial ampule ampoule syringe pen
  suppository lozenge packet sachet dose dosage each ea piece strip film kit box bottle tube bag unit`.split(/\s+/),
);
const COMMON_ANNOTATIONS = new Set(
  `{1.73_m2} {score} {ratio} {inr} {beats} {breaths} {cells} {titer} {index} {count} {copies} {cfu} {rbc} {wbc} {tbl} {tablet} {capsule}
  {puff} {spray} {dose} {#} {od_unit} {signal} {s_co_ratio} {ehrlichunits} {ehrlich'u} {mm} {creat} {hemoglobinsaturation} {hb}
  {fraction} {pack} {packs} {drinks} {delta_od} {hpf} {lpf} {no} {a} {b} {vol} {pct}`.split(/\s+/),
);

function isUsualCode(system: string | undefined, code: string): boolean {
  // Others have numbers for units, as OHDSI's concepts.
  return system === UCUM ? isUsual(code) : /^\d+$/.test(code);
}

const MOST_KEPT = 10_000;
const known = new Map<string, boolean>();

function isUsual(unit: string): boolean {
  let is = known.get(unit);
  if (is === undefined) {
    if (known.size === MOST_KEPT) known.clear();
    known.set(unit, (is = looksUsual(unit)));
  }
  return is;
}

function looksUsual(unit: string): boolean {
  const plain = unit.trim().toLowerCase();
  if (COUNTED.has(plain.replace(/(?:\(e?s\)|e?s)$/, '')) || COUNTED.has(plain)) return true;
  const ucum = ucumOf({ unit });
  if (ucum === undefined) return false;
  return (ucum.match(/\{[^{}]*\}/g) ?? []).every((one) => COMMON_ANNOTATIONS.has(one.toLowerCase()));
}
