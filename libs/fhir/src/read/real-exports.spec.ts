import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type PatientRecord, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { describe, expect, it } from 'vitest';
import { readPatientRecords } from './patient-records.ts';
import { SystemAliases } from './systems.ts';

const vocabulary = new Vocabulary();

async function read(source: string, aliases = new SystemAliases()) {
  const tally = new Tally('skip');
  const records: PatientRecord[] = [];
  const options = { aliases, vocabulary, kinds: ['condition', 'drug', 'procedure'] as const };
  for await (const record of readPatientRecords(source, { ...options, kinds: [...options.kinds] }, tally))
    records.push(record);
  return { records, tally };
}

describe('real exports', () => {
  const shared = (name: string) => fileURLToPath(new URL(`../../../../../shared/data/${name}`, import.meta.url));
  const mimic = shared('mimic-iv-demo-fhir');
  const synthea = shared('synthea-fhir-r4');

  it.runIf(existsSync(mimic))('MIMIC-IV demo (runs where the data is there)', async () => {
    const own = 'http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-';
    const names = {
      'diagnosis-icd10': 'icd-10-cm',
      'diagnosis-icd9': 'icd-9-cm',
      'medication-ndc': 'ndc',
      'procedure-icd10': 'icd-10-pcs',
      'procedure-icd9': 'icd-9-procedure',
    };
    const aliases = new SystemAliases(Object.entries(names).map(([from, to]) => `${own}${from}=${to}`));
    const { records, tally } = await read(mimic, aliases);
    expect(records).toHaveLength(100);
    const count = (kind: string, system: string) => {
      const { events, codes } = tally.systems.get(`${kind}|${system}`)!;
      return [events, codes.size];
    };
    // Counted apart with zcat and jq over the files.
    expect(count('condition', System.icd10cm)).toEqual([2609, 791]);
    expect(count('condition', System.icd9cm)).toEqual([2442, 784]);
    expect(count('drug', System.ndc)).toEqual([17855, 1769]);
  });

  it.runIf(existsSync(synthea))('Synthea (runs where the data is there)', async () => {
    const { records, tally } = await read(synthea);
    expect(records).toHaveLength(194);
    // One patient, born in 2016, has an encounter of 2002 with a condition and a drug: its start and end, and theirs.
    expect(Object.fromEntries(tally.notes)).toEqual({ 'date before birth, dropped': 4 });
    // Synthea gives a LOINC code as one of SNOMED CT.
    const faults = tally.problems.filter(({ reason }) => !tally.notes.has(reason));
    const reasons = new Set(faults.map(({ reason, detail }) => `${reason}: ${detail?.slice(0, 7)}`));
    expect([...reasons].sort()).toEqual(['code not of the form of its system: 34552-0', 'text: not FHIR: undefined']);
    expect(faults).toHaveLength(17);
    expect(tally.systems.get(`condition|${System.snomed}`)!.codes.size).toBeGreaterThan(100);
    expect(tally.systems.get(`drug|${System.rxnorm}`)!.codes.size).toBeGreaterThan(100);
  });
});
