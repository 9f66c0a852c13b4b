import { type Column, Encoder } from '@ehrsynth/matrix';
import type { PatientRecord } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { PossibleAges } from './possible-ages.ts';

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';
const columns = ['Z00.129', 'F03.90', 'I10'].map((code): Column => ({
  kind: 'condition',
  system: ICD,
  code,
  level: 'code',
}));
const encoder = new Encoder(columns, { levels: {}, minPatients: 1, rare: 'drop' }, new Vocabulary());

function recordOf(id: string, events: [column: number, start?: string][], birthDate?: string): PatientRecord {
  return {
    id,
    sex: 'female',
    birthDate,
    encounters: [],
    events: events.map(([column, start]) => ({
      kind: 'condition',
      code: { system: ICD, code: columns[column].code },
      ...(start && { start }),
    })),
  };
}

it('codes at ages that may have them, by their dates; not one at another age beside it, nor one whose age is not known', () => {
  const ages = new PossibleAges(encoder);
  const child: [number, string] = [0, '1985-05-01'];
  ages.add(recordOf('a', [child, [1, '2060-01-01'], [2, '1990-01-01']], '1980-01-01'));
  ages.add(recordOf('b', [child, [0, '2020-01-01'], [1, '1985-01-01']], '1980-01-01'));
  ages.add(recordOf('c', [child]));
  ages.add(recordOf('d', [[0, undefined], child], '1980-01-01'));
  expect(columns.map((_, column) => ages.has('a', column))).toEqual([true, true, false]);
  for (const id of ['b', 'c', 'd', 'e'])
    expect(
      columns.some((_, column) => ages.has(id, column)),
      id,
    ).toBe(false);
});
