import { Rng } from '@ehrsynth/random';
import { type PatientRecord, System } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import { drawCourses } from './courses.ts';
import { live } from './life.ts';
import { drawPerson } from './person.ts';
import { Pharmacy } from './pharmacy.ts';
import { processOf } from './process.ts';
import { toRecord } from './record.ts';
import type { WorldOverrides } from './types.ts';
import { planVisits } from './visits/plan.ts';
import { worldWith } from './world.ts';

export interface LivesOptions {
  patients: number;
  seed: number;
  /** Parameters to change: an effect turned off, another population. */
  world?: WorldOverrides;
}

/**
 * Patients whose lives follow a known process: diseases that begin by hazards of age and sex and lead to others, visits in their
 * rhythms, prescriptions and refills, measurements that follow the patient, death. Patient i depends on the seed and i alone.
 * @throws where `world` names what there is not
 * @see docs/simulator.md
 */
export function* simulateLives(
  { patients, seed, world }: LivesOptions,
  vocabulary: Vocabulary,
): Generator<PatientRecord> {
  const process = processOf(worldWith(world));
  const pharmacy = new Pharmacy(process.world.drugs, vocabulary);
  const titleOf = titlesOf(vocabulary);
  const rng = new Rng(seed);
  for (let i = 0; i < patients; i++) {
    const own = rng.fork(i);
    const person = drawPerson(process.world.population, own.fork('person'));
    const life = live(process, person, own.fork('life'));
    const visits = planVisits(process, life, own.fork('visits'));
    const courses = drawCourses(process, life, visits, own.fork('courses'));
    yield toRecord(`life-${i + 1}`, life, visits, courses, { process, titleOf, pharmacy }, own);
  }
}

/** Looks each code up once. */
function titlesOf(vocabulary: Vocabulary): (code: string) => string {
  const titles = new Map<string, string>();
  return (code) => {
    let title = titles.get(code);
    if (title === undefined) {
      const found = vocabulary.find(System.icd10cm, code);
      if (!found) throw new Error(`${code} is not in the dictionary of ICD-10-CM`);
      titles.set(code, (title = found.display));
    }
    return title;
  };
}
