import { Dictionary, dayNumber, type Histories, readHistories } from '@ehrsynth/histories';
import { Rng } from '@ehrsynth/random';
import { addDays, type CodedEvent, type PatientRecord, System } from '@ehrsynth/records';
import { type Side, sideOf, type Sides } from './side.ts';

/** A record of visits of one day each, by the day from 2020-01-01 and the codes; for cases worked by hand. */
export function recordOf(
  visits: [day: number, codes: string, visitClass?: string, lastDay?: number][],
  more: Partial<PatientRecord> = {},
): PatientRecord {
  const dateOf = (day: number) => addDays('2020-01-01', day);
  return {
    id: 'a',
    sex: 'female',
    encounters: visits.map(([day, , visitClass = 'AMB', lastDay = day]) => ({
      class: visitClass,
      start: dateOf(day),
      end: dateOf(lastDay),
    })),
    events: visits.flatMap(([day, codes], encounter) =>
      codes
        .split(' ')
        .filter((code) => code !== '')
        .map((code): CodedEvent => ({
          kind: 'condition',
          code: { system: System.icd10cm, code },
          start: dateOf(day),
          encounter,
        })),
    ),
    ...more,
  };
}

/** Histories that share a dictionary. */
export async function historiesOf(...sides: PatientRecord[][]): Promise<Histories[]> {
  const dictionary = new Dictionary();
  const found: Histories[] = [];
  for (const records of sides) found.push(await readHistories(records, dictionary));
  return found;
}

/** Sides of held-out, training and synthetic records, none sampled. */
export async function sidesOf(
  holdout: PatientRecord[],
  synthetic: PatientRecord[],
  training = holdout,
): Promise<Sides> {
  const [a, b, c] = await historiesOf(holdout, training, synthetic);
  const side = (histories: Histories): Side => sideOf(histories, Infinity, new Rng(1));
  return { holdout: side(a), training: side(b), synthetic: side(c) };
}

const CODES = 30;
const VISITS = 9;

export interface LifeOptions {
  /** How many times likelier kidney disease is in a year after hypertension. */
  effect?: number;
}

/**
 * Records with an order in them: codes that follow each other from visit to visit and come in pairs, others in ambulatory visits than in
 * stays and emergencies, follow-ups two weeks after stays,
 * influenza in winter, diseases that begin by age and lead to others, and a pressure that stays with the patient.
 */
export function lives(patients: number, seed: number, { effect = 6 }: LifeOptions = {}): PatientRecord[] {
  return Array.from({ length: patients }, (_, i) => life(`${seed}-${i}`, new Rng(seed).fork(i), effect));
}

function life(id: string, rng: Rng, effect: number): PatientRecord {
  const birthDate = addDays('1930-01-01', rng.int(365 * 60));
  const record = recordOf([], { id, sex: rng.pick(['female', 'male']), birthDate });
  let day = addDays('2005-01-01', rng.int(365 * 5));
  let [chain, wasStay] = [rng.int(CODES), false];
  const chronic = new Set<string>();
  const pressure = 120 + 12 * rng.normal();
  const count = 1 + rng.poisson(VISITS - 1);
  for (let visit = 0; visit < count; visit++) {
    const isStay = !wasStay && rng.chance(0.15 + (chronic.has('I50') ? 0.2 : 0));
    const visitClass = isStay ? 'IMP' : rng.chance(0.1) ? 'EMER' : 'AMB';
    record.encounters.push({
      class: visitClass,
      start: day,
      end: isStay ? addDays(day, 1 + rng.poisson(4)) : day,
    });
    const add = (code: string, more: Partial<CodedEvent> = {}) =>
      record.events.push({
        kind: 'condition',
        code: { system: System.icd10cm, code },
        start: day,
        encounter: visit,
        ...more,
      });
    if (wasStay) add('Z09');
    if (isStay) add('Z51');
    const month = Number(day.slice(5, 7));
    if (rng.chance(month <= 2 || month === 12 ? 0.3 : 0.01)) add('J10');
    const age = (dayNumber(day) - dayNumber(birthDate)) / 365;
    develop(chronic, age, effect, rng);
    for (const code of chronic) if (rng.chance(0.5)) add(code);
    // The next of a ring of codes, with its companion.
    chain = rng.chance(0.6) ? (chain + 1) % CODES : rng.int(CODES);
    add(`R${10 + chain}`);
    if (rng.chance(0.7)) add(visitClass === 'AMB' ? `S${10 + ((chain * 7) % CODES)}` : `T${10 + (chain % 10)}`);
    if (rng.chance(0.2)) add(`R${10 + rng.int(CODES)}`);
    add('8480-6', {
      kind: 'measurement',
      code: { system: System.loinc, code: '8480-6' },
      quantity: { value: Math.round(pressure + 4 * rng.normal()), unit: 'mm[Hg]' },
    });
    wasStay = isStay;
    day = addDays(day, isStay ? 12 + rng.int(5) : 1 + Math.floor(rng.gamma(2, 60)));
  }
  return record;
}

function develop(chronic: Set<string>, age: number, effect: number, rng: Rng): void {
  const begins = (code: string, chance: number) => {
    if (!chronic.has(code) && rng.chance(Math.min(0.9, chance))) chronic.add(code);
  };
  if (age > 45) begins('I10', 0.12);
  if (age > 40) begins('E11.9', 0.05);
  begins('N18.3', 0.015 * (chronic.has('I10') ? effect : 1));
  if (age > 55) begins('I50.9', 0.01 * (chronic.has('I10') ? 4 : 1));
}
