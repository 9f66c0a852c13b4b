import { type Code, type CodedEvent, type Quantity, System } from '@ehrsynth/records';
import type { Rng } from '@ehrsynth/random';
import type { Body } from './body.ts';
import { ANALYTES } from './data/analytes.ts';
import { DAYS_A_YEAR } from './days.ts';
import { creatinineOf, filtration, filtrationOf } from './kidneys.ts';
import type { Life } from './life.ts';
import type { Process } from './process.ts';
import type { Analyte } from './types.ts';

/** eAG = 28.7 · HbA1c − 46.7 (Nathan 2008). */
export const ADAG = { slope: 28.7, intercept: -46.7 };
export const HBA1C_NOISE = 0.1;
/** Fasting glucose as a share of the mean level; assumed. */
export const FASTING = 0.92;
const CREATININE_NOISE = 0.045;
/** Diastolic pressure follows systolic with this slope, about 122. */
const PULSE = { slope: 0.45, centre: 122 };
/** Narrower pulses, as a share of systolic pressure, are those of shock. */
const NARROW_PULSE = 0.2;
/** Systolic pressure of hypotension by age: 70 + 2 a year, at most 90 (PALS); what is left of the distance below it is assumed. */
const SHOCK = { infant: 70, perYear: 2, adult: 90, share: 0.35 };
const HEMATOCRIT_NOISE = 0.7;
const UREA_POWER = 0.7;
/** Below this age CKD-EPI does not hold. */
const CKD_EPI_AGE = 18;
/** Younger patients have no such result. */
const FROM_AGE: Record<string, number> = { egfr: CKD_EPI_AGE, 'body mass index': 2 };

export interface Measuring {
  process: Process;
  life: Life;
  body: Body;
  rng: Rng;
}

/** What a laboratory or a nurse reads for each of the analytes on a day; some need others, which are read with them. */
export function readings(members: readonly string[], day: number, measuring: Measuring): Map<string, number> {
  const age = (day - measuring.life.person.birth) / DAYS_A_YEAR;
  const reading = new Reading(day, age, measuring);
  const found = new Map<string, number>();
  for (const name of members) if (age >= (FROM_AGE[name] ?? 0)) found.set(name, reading.of(name));
  return found;
}

class Reading {
  private readonly found = new Map<string, number>();

  constructor(
    private readonly day: number,
    private readonly age: number,
    private readonly measuring: Measuring,
  ) {}

  of(name: string): number {
    let value = this.found.get(name);
    if (value === undefined) {
      value = rounded(name, this.raw(name));
      this.found.set(name, value);
    }
    return value;
  }

  private raw(name: string): number {
    const { day, age, measuring } = this;
    const { body, rng, process, life } = measuring;
    switch (name) {
      case 'systolic':
        return byHand(this.tolerated(body.measured(name, day)), measuring);
      case 'diastolic': {
        const systolic = this.of('systolic');
        const value = body.measured(name, day) + PULSE.slope * (systolic - PULSE.centre);
        return Math.min(byHand(value, measuring), 2 * Math.floor((systolic * (1 - NARROW_PULSE)) / 2));
      }
      case 'glucose': {
        const latent = process.world.latents.glucose;
        return body.level(name, day) * FASTING + latent.noise * body.widening(latent, day) * rng.normal();
      }
      case 'hba1c':
        return (body.level('glucose', day) - ADAG.intercept) / ADAG.slope + HBA1C_NOISE * rng.normal();
      case 'creatinine':
        return (
          creatinineOf(this.filtration(), life.person.sex, Math.max(CKD_EPI_AGE, age)) *
          Math.exp(CREATININE_NOISE * rng.normal())
        );
      case 'egfr':
        return filtrationOf(this.of('creatinine'), life.person.sex, age);
      case 'urea':
        return body.measured(name, day) * (90 / this.filtration()) ** UREA_POWER;
      case 'weight':
        return body.measured('body mass index', day) * this.squareMetres();
      case 'body mass index':
        return this.of('weight') / this.squareMetres();
      case 'hematocrit':
        return 3 * this.of('hemoglobin') + HEMATOCRIT_NOISE * rng.normal();
      case 'cholesterol':
        // Friedewald's equation, by which LDL is calculated.
        return this.of('ldl') + this.of('hdl') + this.of('triglycerides') / 5;
      default:
        return body.measured(name, day);
    }
  }

  /** Those who are not in shock have pressures above a limit of age; below it values lie closer together. */
  private tolerated(systolic: number): number {
    const { body } = this.measuring;
    const lowest = Math.min(SHOCK.adult, SHOCK.infant + SHOCK.perYear * this.age);
    if (systolic >= lowest || body.isIll('sepsis', this.day)) return systolic;
    return lowest - SHOCK.share * (lowest - systolic);
  }

  private filtration(): number {
    const { process, life, body } = this.measuring;
    return filtration(process, life, body, this.day);
  }

  private squareMetres(): number {
    return (Math.exp(this.measuring.body.level('height', this.day)) / 100) ** 2;
  }
}

/** A reading as it is reported: with unit, comparator, reference range and interpretation. */
export function reported(name: string, value: number, sex: 'female' | 'male'): CodedEvent {
  const analyte = ANALYTES[name];
  const { unit, category, below, above } = analyte;
  const { code, range } = FRAMES[sex].get(name)!;
  const quantity: Quantity =
    below !== undefined && value < below
      ? { value: below, comparator: '<', unit }
      : above !== undefined && value > above
        ? { value: above, comparator: '>', unit }
        : { value, unit };
  const event: CodedEvent = { kind: 'measurement', code, category, quantity };
  if (range) {
    event.referenceRange = range;
    event.interpretation = interpretation(value, analyte, range.low, range.high);
  }
  return event;
}

/** What every report of an analyte has. */
const FRAMES = { female: framesOf('women'), male: framesOf('men') };

function framesOf(sex: 'men' | 'women'): Map<string, { code: Code; range?: { low?: number; high?: number } }> {
  return new Map(
    Object.entries(ANALYTES).map(([name, { loinc, display, ranges }]) => {
      const [low, high] = ranges?.[sex] ?? [];
      const range = { ...(low !== undefined && { low }), ...(high !== undefined && { high }) };
      return [name, { code: { system: System.loinc, code: loinc, display }, ...(ranges && { range }) }];
    }),
  );
}

function interpretation(value: number, { critical }: Analyte, low = -Infinity, high = Infinity): string {
  if (critical && value < critical[0]) return 'LL';
  if (critical && value > critical[1]) return 'HH';
  return value < low ? 'L' : value > high ? 'H' : 'N';
}

function rounded(name: string, value: number): number {
  const { decimals, limits } = ANALYTES[name];
  const unit = 10 ** decimals;
  return Math.round(Math.min(limits[1], Math.max(limits[0], value)) * unit) / unit;
}

/** Pressures taken by hand end in even digits, many in 0. */
function byHand(value: number, { process, rng }: Measuring): number {
  const { manualPressure, roundedToTen } = process.world.visits;
  if (!rng.chance(manualPressure)) return value;
  const step = rng.chance(roundedToTen) ? 10 : 2;
  return Math.round(value / step) * step;
}
