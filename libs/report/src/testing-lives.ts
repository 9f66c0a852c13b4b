import { compareHistories, compareValues } from '@ehrsynth/evaluation';
import { Dictionary, type Histories, HistoriesBuilder } from '@ehrsynth/histories';
import { auditHistories } from '@ehrsynth/privacy';
import { Rng } from '@ehrsynth/random';
import type { HistoryFigures } from '@ehrsynth/release';

type LifeRecord = Parameters<HistoriesBuilder['add']>[0];
type LifeEvent = LifeRecord['events'][number];

const ICD10CM = 'http://hl7.org/fhir/sid/icd-10-cm';
const LOINC = 'http://loinc.org';
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
/** Titles of codes that would be markup if they were not escaped. */
export const HOSTILE = 'Sugar <b>& salt</b></script>';

/** Figures of a few hundred people with visits, diseases that lead to others, drugs and labs. */
export async function historyFigures(patients = 300): Promise<HistoryFigures> {
  const dictionary = new Dictionary();
  const sides = [1, 2, 3].map((seed) => lives(patients, seed, dictionary));
  const [training, holdout, synthetic] = sides;
  return {
    longitudinal: await compareHistories(training, holdout, synthetic, { titleOf: () => HOSTILE }),
    values: await compareValues(training, holdout, synthetic),
    attacks: await auditHistories(training, holdout, synthetic),
  };
}

/** Histories of people in whom nothing can be compared: one visit of one code each. */
export async function emptyFigures(): Promise<HistoryFigures> {
  const dictionary = new Dictionary();
  const [training, holdout, synthetic] = [1, 2, 3].map((seed) => {
    const builder = new HistoriesBuilder(dictionary);
    for (let i = 0; i < 12; i++) {
      const events = [
        { kind: 'condition' as const, code: { system: 's', code: 'c' }, start: '2020-01-01', encounter: 0 },
      ];
      builder.add({ id: `${seed}-${i}`, sex: 'female', encounters: [{ class: 'AMB', start: '2020-01-01' }], events });
    }
    return builder.build();
  });
  return {
    longitudinal: await compareHistories(training, holdout, synthetic),
    values: await compareValues(training, holdout, synthetic),
    attacks: await auditHistories(training, holdout, synthetic),
  };
}

function lives(patients: number, seed: number, dictionary: Dictionary): Histories {
  const builder = new HistoriesBuilder(dictionary);
  for (let i = 0; i < patients; i++) builder.add(life(`${seed}-${i}`, new Rng(seed).fork(i)));
  return builder.build();
}

function life(id: string, rng: Rng): LifeRecord {
  const record: LifeRecord = {
    id,
    sex: rng.pick(['female', 'male']),
    birthDate: dateOf(-20_000 + rng.int(15_000)),
    encounters: [],
    events: [],
  };
  const chronic = new Set<string>();
  const [pressure, sugar] = [120 + 12 * rng.normal(), 6 + 0.6 * rng.normal()];
  let [day, ring] = [12_000 + rng.int(1500), rng.int(8)];
  const visits = 3 + rng.poisson(7);
  for (let visit = 0; visit < visits; visit++) {
    const isStay = rng.chance(0.2);
    const encounter = { class: isStay ? 'IMP' : rng.pick(['AMB', 'AMB', 'EMER']), start: dateOf(day) };
    record.encounters.push({ ...encounter, end: dateOf(isStay ? day + 1 + rng.poisson(3) : day) });
    const add = (kind: LifeEvent['kind'], system: string, code: string, more: Partial<LifeEvent> = {}) =>
      record.events.push({ kind, code: { system, code }, start: dateOf(day), encounter: visit, ...more });
    const measure = (code: string, value: number, unit: string) =>
      add('measurement', LOINC, code, {
        code: { system: LOINC, code, display: HOSTILE },
        quantity: { value, unit },
      });
    if (rng.chance(0.15)) chronic.add('I10');
    if (rng.chance(0.1)) chronic.add('E11.9');
    if (rng.chance(chronic.has('I10') ? 0.1 : 0.03)) chronic.add('N18.3');
    if (rng.chance(chronic.has('I10') ? 0.1 : 0.03)) chronic.add('I50.9');
    for (const code of chronic) if (rng.chance(0.6)) add('condition', ICD10CM, code);
    ring = rng.chance(0.6) ? (ring + 1) % 8 : rng.int(8);
    add('condition', ICD10CM, `R1${ring}`);
    const isTreated = chronic.has('I10') && visit > 3;
    if (isTreated) add('drug', RXNORM, '17767');
    const high = chronic.has('I10') && !isTreated ? 15 : 0;
    if (rng.chance(0.9)) measure('8480-6', Math.round(pressure + high + 5 * rng.normal()), 'mm[Hg]');
    if (!isStay) {
      const a1c = sugar + (chronic.has('E11.9') ? 1.5 : 0) + 0.2 * rng.normal();
      measure('4548-4', Math.round(10 * a1c) / 10, '%');
      measure('2345-7', Math.round(28.7 * a1c - 46.7 + 8 * rng.normal()), 'mg/dL');
    }
    if (rng.chance(0.3)) {
      const answer = { system: 'urn:answers', code: rng.pick(['never', 'former']) };
      add('measurement', LOINC, '72166-2', { answer });
    }
    day += 10 + rng.int(200);
  }
  return record;
}

function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
