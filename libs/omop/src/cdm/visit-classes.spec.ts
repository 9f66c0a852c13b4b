import { ENCOUNTER_CODES, type PatientRecord } from '@ehrsynth/records';
import { describe, expect, it } from 'vitest';
import { checkOmop, writeOmop } from '../index.ts';
import { CdmFolder } from '../testing/cdm-folder.ts';
import { readAll } from '../testing/reading.ts';
import { OWN_CONCEPTS } from './own-concepts.ts';
import { VISIT } from './concepts.ts';
import { classOfConcept, isKindOf } from './visit-classes.ts';

describe('the classes of HL7', () => {
  it.each([...ENCOUNTER_CODES])('%s has a standard concept that every CDM of ours has', (code) => {
    expect(OWN_CONCEPTS).toContainEqual(
      expect.objectContaining({ concept_id: VISIT[code], domain_id: 'Visit', standard_concept: 'S' }),
    );
  });

  it.each([...ENCOUNTER_CODES])('%s is the class of its concept, or a kind of it', (code) => {
    expect(isKindOf(code, classOfConcept(VISIT[code])!)).toBe(true);
  });

  it('come back as they were, in a CDM whose visits pass the checks', async () => {
    const record: PatientRecord = {
      id: 'a',
      sex: 'female',
      birthDate: '1970-01-02',
      events: [],
      encounters: [...ENCOUNTER_CODES].map((code, i) => ({
        class: code,
        start: `2010-02-${10 + i}`,
        end: `2010-02-${10 + i}`,
      })),
    };
    const cdm = new CdmFolder({});
    try {
      await writeOmop(only(record), `${cdm.path}/out`, { format: 'csv', today: '2026-01-01' });
      const { records } = await readAll(`${cdm.path}/out`);
      expect(records[0].encounters).toEqual(record.encounters);
      const { results } = await checkOmop(`${cdm.path}/out`, { today: '2026-01-01' });
      const failed = results.filter(({ table, hasFailed }) => hasFailed && table === 'visit_occurrence');
      expect(failed.map(({ name, field }) => `${name} ${field}`)).toEqual([]);
    } finally {
      cdm.remove();
    }
  });
});

async function* only(record: PatientRecord) {
  yield await Promise.resolve(record);
}
