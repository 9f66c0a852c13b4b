import {
  type CodedEvent,
  CONTROLS_IN_CODE,
  type Encounter,
  type EventKind,
  hasControls,
  type PatientRecord,
  type Tally,
  withoutControls,
} from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';
import type { Coding, Fact } from './facts.ts';
import { CODING_PREFERENCE, type SystemAliases } from './systems.ts';

/** Type/id → what is in it. */
export type Medications = Map<string, { codings: Coding[]; ingredients: string[] }>;

interface Reading {
  aliases: SystemAliases;
  vocabulary: Vocabulary;
  keepUnknownCodes?: boolean;
}

/**
 * The facts of one patient as a PatientRecord; undefined where there is no Patient resource for them or its birth date
 * lies in the future. Unknown systems are kept under their own URI and counted.
 */
export function toPatientRecord(
  key: string,
  facts: Fact[],
  medications: Medications,
  reading: Reading,
  tally: Tally,
): PatientRecord | undefined {
  const group = withoutDuplicates(facts, tally);
  const patients = group.filter((fact) => fact.type === 'patient');
  const refuse = (reason: string, culprits: Fact[]) => {
    for (const { where, resourceType } of culprits) tally.fault({ reason, resourceType, where, detail: key });
    return undefined;
  };
  if (patients.length === 0) return refuse('patient unknown', group);
  const [patient, ...repeated] = patients;
  for (const { where } of repeated)
    tally.fault({ reason: 'patient given before', resourceType: 'Patient', where });
  if (isInFuture(patient.birthDate, group)) return refuse('birth date in the future', [patient]);

  const encounterFacts = group.filter((fact) => fact.type === 'encounter').sort(byStart);
  const indexOf = new Map(encounterFacts.map((fact, index) => [fact.id, index]));
  const encounters: Encounter[] = encounterFacts.map(({ class: kind, start, end }) => ({
    class: kind,
    start,
    end,
  }));
  const eventFacts = group.filter((fact) => fact.type === 'event');
  const requestDates = new Map(eventFacts.map((fact) => [fact.id, fact.start]));

  const events: CodedEvent[] = [];
  for (const fact of eventFacts) {
    const concepts = fact.medication ? conceptsOf(fact.medication, medications) : [fact.codings];
    if (!concepts?.some((codings) => codings.length > 0)) {
      const { resourceType, where, medication } = fact;
      if (concepts) tally.skip(resourceType, 'medication without a code');
      else tally.fault({ reason: 'medication unknown', resourceType, where, detail: medication });
      continue;
    }
    const codes = concepts
      .map((codings) => chooseCode(codings, fact, reading, tally))
      .filter((code) => code !== undefined);
    if (codes.length === 0) continue;
    tally.use(fact.resourceType);
    const encounter = fact.encounter === undefined ? undefined : indexOf.get(fact.encounter);
    const start =
      fact.start ??
      requestDates.get(fact.request) ??
      (encounter === undefined ? undefined : encounters[encounter].start);
    const end = fact.end && start && fact.end < start ? undefined : fact.end;
    for (const code of codes) {
      events.push({
        kind: fact.kind,
        code,
        start,
        end,
        encounter,
        active: fact.active,
        quantity: fact.quantity,
      });
    }
  }
  tally.use('Patient');
  tally.use('Encounter', encounterFacts.length);
  const { sex, birthDate, deathDate, race, ethnicity } = patient;
  const id = key.replace('Patient/', '');
  return { id, sex, birthDate, deathDate, race, ethnicity, encounters, events };
}

/** A resource that came twice (the same type and id) counts once. */
function withoutDuplicates(facts: Fact[], tally: Tally): Fact[] {
  const seen = new Set<string>();
  return facts.filter((fact) => {
    const id = fact.type === 'patient' ? undefined : fact.id;
    if (id === undefined) return true;
    if (seen.has(id)) {
      tally.skip(fact.resourceType, 'the same id came before');
      return false;
    }
    seen.add(id);
    return true;
  });
}

/** The codings of a Medication; of each ingredient where it is a mixture without a code of its own. */
function conceptsOf(key: string, medications: Medications): Coding[][] | undefined {
  const medication = medications.get(key);
  if (!medication) return undefined;
  if (medication.codings.length > 0) return [medication.codings];
  return medication.ingredients.map((ingredient) => medications.get(ingredient)?.codings ?? []);
}

/** The coding to read of a concept, in its system's own writing; undefined where there is none that can be. */
function chooseCode(
  codings: Coding[],
  { kind, resourceType, where }: Fact & { kind: EventKind },
  { aliases, vocabulary, keepUnknownCodes }: Reading,
  tally: Tally,
): CodedEvent['code'] | undefined {
  if (codings.length === 0) return undefined;
  const rank = (system: string) => {
    const place = CODING_PREFERENCE[kind].indexOf(system);
    return place === -1 ? Infinity : place;
  };
  const [best] = codings
    .map((coding) => ({ ...coding, system: aliases.resolve(coding.system) }))
    .sort((a, b) => (rank(a.system) === rank(b.system) ? 0 : rank(a.system) - rank(b.system)));
  if (hasControls(best.code)) {
    tally.fault({ reason: CONTROLS_IN_CODE, resourceType, where, detail: best.code });
    return undefined;
  }
  const code = vocabulary.canonical(best.system, best.code);
  tally.code(kind, best.system, code);
  const known = vocabulary.find(best.system, code);
  if (!known && vocabulary.has(best.system)) {
    const problem = {
      reason: 'code in no dictionary',
      resourceType,
      where,
      detail: `${best.code} (${best.system})`,
    };
    if (vocabulary.isComplete(best.system) && !keepUnknownCodes) {
      tally.fault(problem);
      return undefined;
    }
    tally.note({ ...problem, reason: `${problem.reason}, kept` });
  }
  const display = known?.display ?? (best.display === undefined ? undefined : withoutControls(best.display));
  return { system: best.system, code: known?.code ?? code, display };
}

/** Later than today and than every date of the record: a shifted record lies in the future as a whole. */
function isInFuture(birthDate: string | undefined, group: Fact[]): boolean {
  if (!birthDate || birthDate <= new Date().toISOString().slice(0, 10)) return false;
  return !group.some((fact) => fact.type !== 'patient' && fact.start && fact.start >= birthDate);
}

function byStart(a: { start?: string; id: string }, b: { start?: string; id: string }): number {
  const [x, y] = [`${a.start ?? '9999'} ${a.id}`, `${b.start ?? '9999'} ${b.id}`];
  return x < y ? -1 : x > y ? 1 : 0;
}
