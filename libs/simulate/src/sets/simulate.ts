import { Rng } from '@ehrsynth/random';
import { addDays, type CodedEvent, type Encounter, type PatientRecord, System } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { CLUSTERS, type Cluster, type Disease, DISEASES } from './diseases.ts';
import { DRUGS } from './drugs.ts';
import { shelfOf } from './shelf.ts';

/** The day on which every simulated record ends. */
export const SIMULATION_END = '2024-12-31';

const DAYS_A_YEAR = 365.25;
const WINDOW_YEARS = 6;
const FEMALE_SHARE = 0.52;
/** Upper ends of age groups (years) and the share of people in them. */
const AGES: [number, number][] = [
  [1, 0.02],
  [18, 0.16],
  [35, 0.18],
  [50, 0.19],
  [65, 0.22],
  [80, 0.17],
  [95, 0.06],
];
const RACES: [string, number][] = [
  ['2106-3', 0.66],
  ['2054-5', 0.15],
  ['2028-9', 0.07],
  ['1002-5', 0.02],
  ['2076-8', 0.01],
];
const HISPANIC_SHARE = 0.16;
const LIFE_SPAN = 95;
const LATE_AGE = 75;

export interface SimulationOptions {
  patients: number;
  seed: number;
}

interface Person {
  sex: 'female' | 'male';
  ageYears: number;
  birthDate: string;
}

/** An illness or a drug of a person with the days on which it comes up. */
interface Course {
  days: number[];
  setting?: Disease['setting'];
  chronic: boolean;
  kind: CodedEvent['kind'];
  code: CodedEvent['code'];
}

/**
 * Patients of a known, documented distribution: latent comorbidity clusters, effects of age and sex, ICD-10-CM codes,
 * NDC drugs that follow their diseases, several encounters over six years. Patient i depends on the seed and i alone.
 * @see docs/simulator.md
 */
export function* simulatePatients(
  { patients, seed }: SimulationOptions,
  vocabulary: Vocabulary,
): Generator<PatientRecord> {
  const shelf = shelfOf(vocabulary);
  const rng = new Rng(seed);
  for (let i = 0; i < patients; i++) yield simulatePatient(`sim-${i + 1}`, rng.fork(i), shelf, vocabulary);
}

function simulatePatient(id: string, rng: Rng, shelf: Map<string, string[]>, vocabulary: Vocabulary): PatientRecord {
  const person = drawPerson(rng);
  const illnesses = drawDiseases(person, rng);
  const courses = [...illnesses].map(([disease, onset]) => diseaseCourse(disease, onset, rng, vocabulary));
  const drugs = drawDrugs(illnesses, shelf, rng, vocabulary);
  const { encounters, events } = schedule([...courses, ...drugs], person, rng);
  return {
    id,
    sex: person.sex,
    birthDate: person.birthDate,
    race: RACES[rng.weighted(RACES.map(([, share]) => share))]?.[0],
    ethnicity: rng.chance(HISPANIC_SHARE) ? '2135-2' : '2186-5',
    encounters,
    events,
  };
}

function drawPerson(rng: Rng): Person {
  const group = rng.weighted(AGES.map(([, share]) => share));
  const [from, to] = [group === 0 ? 0 : AGES[group - 1][0], AGES[group][0]];
  const ageYears = from + rng.next() * (to - from);
  const birthDate = addDays(SIMULATION_END, -Math.floor(ageYears * DAYS_A_YEAR) - 1);
  return { sex: rng.chance(FEMALE_SHARE) ? 'female' : 'male', ageYears, birthDate };
}

/** The clusters that a person is in; a later one may depend on an earlier one. */
function drawClusters({ sex, ageYears }: Person, rng: Rng): Set<Cluster> {
  const members = new Set<Cluster>();
  for (const [name, { intercept, perDecade, female, after = {} }] of Object.entries(CLUSTERS)) {
    const brought = Object.entries(after).reduce(
      (sum, [other, effect]) => sum + (members.has(other as Cluster) ? effect : 0),
      0,
    );
    const logit = intercept + (perDecade * (ageYears - 50)) / 10 + (sex === 'female' ? female : 0) + brought;
    if (rng.chance(sigmoid(logit))) members.add(name as Cluster);
  }
  return members;
}

/** Disease → day of onset, counted from birth, within the window that is observed. */
function drawDiseases(person: Person, rng: Rng): Map<Disease, number> {
  const clusters = drawClusters(person, rng);
  const end = Math.floor(person.ageYears * DAYS_A_YEAR);
  const begin = Math.max(0, end - WINDOW_YEARS * DAYS_A_YEAR);
  const found = new Map<Disease, number>();
  for (const disease of DISEASES) {
    const { inside, outside, perDecade = 0, female = 0, sex, ages: [from, to] = [0, LIFE_SPAN] } = disease;
    if (sex && sex !== person.sex) continue;
    const first = Math.max(begin, from * DAYS_A_YEAR);
    const last = Math.min(end, (to + 1) * DAYS_A_YEAR - 2);
    if (first > last) continue;
    const base = clusters.has(disease.cluster) ? inside : outside;
    if (base === 0) continue;
    const decades = (Math.min(person.ageYears, LATE_AGE) - 50) / 10;
    const logit = Math.log(base / (1 - base)) + perDecade * decades + (person.sex === 'female' ? female : 0);
    if (rng.chance(sigmoid(logit))) found.set(disease, Math.floor(first + rng.next() * (last - first)));
  }
  return found;
}

/** The day of onset, and for a chronic disease some of the later ones (about 1.5 a year). */
function diseaseCourse(disease: Disease, onset: number, rng: Rng, vocabulary: Vocabulary): Course {
  const codes = Object.keys(disease.codes);
  const code = codes[rng.weighted(Object.values(disease.codes))];
  const days = [onset];
  if (disease.chronic) {
    for (let again = rng.poisson(2); again > 0; again--) days.push(onset + rng.geometric(1 / 400));
  } else if (rng.chance(0.15)) {
    days.push(onset + rng.geometric(1 / 60));
  }
  const { display } = vocabulary.find(System.icd10cm, code)!;
  const lastDay = ((disease.ages?.[1] ?? LIFE_SPAN) + 1) * DAYS_A_YEAR - 2;
  return {
    days: days.filter((day) => day <= lastDay),
    setting: disease.setting,
    chronic: disease.chronic ?? false,
    kind: 'condition',
    code: { system: System.icd10cm, code, display },
  };
}

/** Drugs for the diseases that a person has, from the onset on; a few without any. */
function drawDrugs(
  illnesses: Map<Disease, number>,
  shelf: Map<string, string[]>,
  rng: Rng,
  vocabulary: Vocabulary,
): Course[] {
  const courses: Course[] = [];
  const onsets = new Map([...illnesses].map(([disease, onset]) => [disease.name, onset]));
  const lastOnset = Math.max(0, ...onsets.values());
  for (const { ingredient, treats, otherwise, prescriptions } of DRUGS) {
    const reasons = Object.entries(treats).filter(([disease]) => onsets.has(disease));
    const reason = reasons.find(([, probability]) => rng.chance(probability));
    if (!reason && !rng.chance(otherwise)) continue;
    const start = reason ? onsets.get(reason[0])! : lastOnset;
    const products = shelf.get(ingredient)!;
    const code = products[rng.weighted(products.map((_, i) => 1 / (i + 1)))];
    const days = [start + Math.floor(rng.next() * 10)];
    for (let more = rng.poisson(prescriptions - 1); more > 0; more--) days.push(days.at(-1)! + rng.geometric(1 / 120));
    const { display } = vocabulary.find(System.ndc, code)!;
    courses.push({ days, chronic: false, kind: 'drug', code: { system: System.ndc, code, display } });
  }
  return courses;
}

/** Puts what comes up within three weeks of an earlier thing into one encounter. */
function schedule(
  courses: Course[],
  { birthDate, ageYears }: Person,
  rng: Rng,
): Pick<PatientRecord, 'encounters' | 'events'> {
  const end = Math.floor(ageYears * DAYS_A_YEAR);
  const occurrences = courses
    .flatMap((course) =>
      course.days.filter((day, i) => i === 0 || day <= end).map((day) => ({ day: Math.min(day, end), course })),
    )
    .sort((a, b) => a.day - b.day);
  const encounters: Encounter[] = [];
  const events: CodedEvent[] = [];
  let opened = -Infinity;
  for (const { day, course } of occurrences) {
    if (day - opened > 21 || (course.setting && encounters.at(-1)!.class === 'AMB')) {
      const start = addDays(birthDate, day);
      const stay = course.setting === 'IMP' ? Math.min(rng.geometric(0.22), end - day) : 0;
      encounters.push({ class: course.setting ?? 'AMB', start, end: addDays(start, stay) });
      opened = day;
    }
    const encounter = encounters.length - 1;
    const event: CodedEvent = {
      kind: course.kind,
      code: course.code,
      start: encounters[encounter].start,
      encounter,
    };
    if (course.kind === 'condition') event.active = course.chronic;
    events.push(event);
  }
  return { encounters, events };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
