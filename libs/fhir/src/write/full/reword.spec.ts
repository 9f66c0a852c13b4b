import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DocumentReference, Provenance } from 'fhir/r4.js';
import { type PatientRecord, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../validate/finding.ts';
import { validateFhir } from '../../validate/validate.ts';
import { noteFaults } from '../../testing/note-faults.ts';
import { recordArbitrary } from '../../testing/record-arbitrary.ts';
import { toResources } from '../to-resources.ts';
import { writeFhir } from '../writers.ts';
import { inFull } from './in-full.ts';
import { reworded, type RewordingCounts } from './reword.ts';

const vocabulary = new Vocabulary();
const icd = (code: string, display: string) => ({ system: System.icd10cm, code, display });
const ndc = (code: string, display: string) => ({ system: System.ndc, code, display });
const bea: PatientRecord = {
  id: 'bea',
  sex: 'female',
  birthDate: '1950-05-02',
  deathDate: '2020-03-09',
  encounters: [
    { class: 'AMB', start: '2019-01-07' },
    { class: 'IMP', start: '2020-03-01', end: '2020-03-09' },
    { class: 'AMB', start: '2019-05-05' },
  ],
  events: [
    { kind: 'condition', code: icd('I10', 'Hypertension'), start: '2019-01-07', encounter: 0 },
    { kind: 'condition', code: icd('J18.9', 'Pneumonia'), start: '2020-03-01', encounter: 1 },
    { kind: 'condition', code: icd('N17.9', 'Acute kidney failure'), start: '2020-03-01', encounter: 1 },
    {
      kind: 'measurement',
      code: { system: System.loinc, code: '718-7', display: 'Hemoglobin' },
      quantity: { value: 9.1, unit: 'g/dL' },
      interpretation: 'L',
      start: '2020-03-02',
      encounter: 1,
    },
    {
      kind: 'measurement',
      code: { system: System.loinc, code: '2823-3', display: 'Potassium' },
      quantity: { value: 5 },
      start: '2020-03-02',
      encounter: 1,
    },
    {
      kind: 'drug',
      code: ndc('1', 'Amoxicillin'),
      dose: { value: 500, unit: 'mg' },
      timesPerDay: 3,
      start: '2020-03-01',
      encounter: 1,
    },
    {
      kind: 'drug',
      code: ndc('2', 'Aspirin'),
      dose: { value: 100, unit: 'mg' },
      timesPerDay: 1,
      start: '2020-03-01',
      encounter: 1,
    },
    { kind: 'allergy', code: icd('Z91.010', 'Peanut'), start: '2020-03-01', encounter: 1 },
  ],
};

const nothing = (): RewordingCounts => ({ sentences: 0, reworded: 0, unchanged: 0, refused: new Map() });
/** Has the sentences of a record reworded. @param say what is made of one */
async function rewordedBy(say: (sentence: string) => string, record = bea) {
  const counts = nothing();
  const by = { name: 'words.gguf', sha256: 'ab12', reword: (sentence: string) => Promise.resolve(say(sentence)) };
  const notes = await reworded(record, by, counts);
  const { resources } = inFull(record, toResources(record, vocabulary), notes);
  const texts = resources.flatMap((one) =>
    one.resourceType === 'DocumentReference'
      ? [Buffer.from((one as DocumentReference).content[0].attachment.data!, 'base64').toString()]
      : [],
  );
  return { counts, notes, resources, texts };
}

/** Of the discharge summary what a sentence becomes, found by a word of it. */
const HONEST: [word: string, answer: string][] = [
  [
    'admitted|in our care',
    'A 69-year-old woman was admitted (inpatient) from 2020-03-01 and discharged on 2020-03-09.',
  ],
  [String.raw`Hypertension \(`, 'The patient has a medical history of hypertension, last recorded on 2019-01-07.'],
  ['Pneumonia', 'She was diagnosed with acute kidney failure and also pneumonia.'],
  ['Hemoglobin', 'Hemoglobin was measured at 9.1 g/dL (L), and Potassium was 5.'],
  ['Amoxicillin', 'The patient was prescribed Aspirin: 100 mg, once a day, and Amoxicillin at 500 mg, 3 times a day.'],
  ['Peanut', 'She is allergic to peanut.'],
  ['died|death', 'Her death was recorded on 2020-03-09.'],
];

describe('sentences in other words', () => {
  it('are taken where they say what the record does', async () => {
    const { counts, texts } = await rewordedBy(
      (sentence) => HONEST.find(([word]) => new RegExp(word, 'i').test(sentence))?.[1] ?? sentence,
    );
    const [, stay] = texts;
    for (const [, answer] of HONEST) expect(stay).toContain(answer);
    expect(stay).toContain('A language model reworded 7 of its 7 sentences; each was checked.');
    expect(texts.map((text, i) => noteFaults(text, bea, i))).toEqual([[], [], []]);
    expect(counts.refused.size).toBe(0);
    expect(counts.sentences).toBe(counts.reworded + counts.unchanged);
  });

  it.each<[lie: string, of: string, answer: string]>([
    ['another number', 'Hemoglobin', 'Measured: Hemoglobin 1.9 g/dL (L); Potassium 5.'],
    ['a number with a digit more', 'Hemoglobin', 'Measured: Hemoglobin 9.12 g/dL (L); Potassium 5.'],
    ['a number after which another comes', 'Hemoglobin', 'Measured: Hemoglobin 9.1 g/dL (L); Potassium 5.2.'],
    ['the opposite sign', 'Hemoglobin', 'Measured: Hemoglobin 9.1 g/dL (L); Potassium -5.'],
    ['a comparator', 'Hemoglobin', 'Measured: Hemoglobin 9.1 g/dL (L); Potassium <5.'],
    ['another unit', 'Hemoglobin', 'Measured: Hemoglobin 9.1 mg/dL (L); Potassium 5.'],
    ['a unit in another case', 'Hemoglobin', 'Measured: Hemoglobin 9.1 G/dL (L); Potassium 5.'],
    ['a unit of its own', 'Hemoglobin', 'Measured: Hemoglobin 9.1 g/dL (L); Potassium 5 mmol/L.'],
    ['a unit that is a word, too', 'Hemoglobin', 'Measured: Hemoglobin 9.1 g/dL (L); Potassium 5 a.'],
    ['another meaning', 'Hemoglobin', 'Measured: Hemoglobin 9.1 g/dL (H); Potassium 5.'],
    ['a meaning that is a word, too', 'Hemoglobin', 'Measured: Hemoglobin 9.1 g/dL (L); Potassium 5 (A).'],
    ['a meaning left out', 'Hemoglobin', 'Measured: Hemoglobin 9.1 g/dL; Potassium 5.'],
    ['values that are exchanged', 'Hemoglobin', 'Measured: Hemoglobin 5; Potassium 9.1 g/dL (L).'],
    ['a judgement', 'Hemoglobin', 'Measured: Hemoglobin 9.1 g/dL (L); Potassium 5, normal.'],
    ['another drug', 'Amoxicillin', 'Prescribed: Ampicillin: 500 mg, 3 times a day; Aspirin: 100 mg, once a day.'],
    [
      'a drug more',
      'Amoxicillin',
      'Prescribed: Amoxicillin: 500 mg, 3 times a day; Aspirin: 100 mg, once a day; Heparin.',
    ],
    [
      'doses that are exchanged',
      'Amoxicillin',
      'Prescribed: Amoxicillin: 100 mg, once a day; Aspirin: 500 mg, 3 times a day.',
    ],
    ['a dose left out', 'Amoxicillin', 'Prescribed: Amoxicillin: 500 mg, 3 times a day; Aspirin.'],
    ['a drug left out', 'Amoxicillin', 'Prescribed: Amoxicillin: 500 mg, 3 times a day.'],
    [
      'a drug twice',
      'Amoxicillin',
      'Prescribed: Amoxicillin: 500 mg, 3 times a day; Aspirin: 100 mg, once a day; Aspirin: 100 mg, once a day.',
    ],
    [
      'an order stopped',
      'Amoxicillin',
      'Orders stopped: Amoxicillin: 500 mg, 3 times a day; Aspirin: 100 mg, once a day.',
    ],
    [
      'an order that was taken',
      'Amoxicillin',
      'She took Amoxicillin: 500 mg, 3 times a day; Aspirin: 100 mg, once a day as ordered.',
    ],
    ['a diagnosis that is invented', 'Pneumonia', 'Diagnosed: Pneumonia; Acute kidney failure; Sepsis.'],
    ['a diagnosis that is denied', 'Pneumonia', 'Diagnosed: Pneumonia; no Acute kidney failure.'],
    ['a diagnosis of which it begins', 'Pneumonia', 'Diagnosed: Pneumonia; non-Acute kidney failure.'],
    ['a doubt', 'Pneumonia', 'Diagnosed: possible Pneumonia; Acute kidney failure.'],
    ['a degree', 'Pneumonia', 'Diagnosed: severe Pneumonia; Acute kidney failure.'],
    ['a part of a name', 'Pneumonia', 'Diagnosed: Pneumonia; kidney failure.'],
    ['a cause', 'Pneumonia', 'Diagnosed: Acute kidney failure with Pneumonia.'],
    ['another time', 'Pneumonia', 'Diagnosed earlier: Pneumonia; Acute kidney failure.'],
    ['a relative', 'Pneumonia', 'Her mother was diagnosed with Pneumonia and Acute kidney failure.'],
    ['a list without what it is of', 'Pneumonia', 'Noted: Pneumonia; Acute kidney failure.'],
    ['another day', 'Hypertension', 'History: Hypertension (2019-01-08).'],
    ['a day left out', 'Hypertension', 'History: Hypertension.'],
    ['what was earlier as of now', 'Hypertension', 'Diagnosed at this visit: Hypertension (2019-01-07).'],
    [
      'another age',
      'admitted|in our care',
      'This 59-year-old woman was in our care from 2020-03-01 to 2020-03-09 (inpatient).',
    ],
    [
      'another sex',
      'admitted|in our care',
      'This 69-year-old man was in our care from 2020-03-01 to 2020-03-09 (inpatient).',
    ],
    [
      'days that are exchanged',
      'admitted|in our care',
      '69-year-old woman discharged on 2020-03-01 and admitted on 2020-03-09 (inpatient).',
    ],
    [
      'days in the other order',
      'admitted|in our care',
      'This 69-year-old woman was in our care from 2020-03-09 to 2020-03-01 (inpatient).',
    ],
    [
      'another place',
      'admitted|in our care',
      'This 69-year-old woman was in our care from 2020-03-01 to 2020-03-09 (emergency department).',
    ],
    [
      'a name',
      'admitted|in our care',
      'Anna, a 69-year-old woman, was in our care from 2020-03-01 to 2020-03-09 (inpatient).',
    ],
    ['a pronoun of the other sex', 'Peanut', 'He is allergic to Peanut.'],
    ['an allergy that is denied', 'Peanut', 'She is not allergic to Peanut.'],
    ['another day of death', 'died|death', 'The patient died on 2020-03-08.'],
    ['a death that was not', 'died|death', 'The patient nearly died on 2020-03-09.'],
    ['a dropped "no"', 'No diagnosis|Nothing was', 'A diagnosis was recorded.'],
    ['a "no" that is not of the diagnosis', 'No diagnosis|Nothing was', 'No encounter was recorded.'],
    ['nothing', 'Peanut', ' '],
    ['a line more', 'Peanut', 'Allergic to Peanut.\nAllergic to Peanut.'],
    ['a story', 'Peanut', `Allergic to Peanut.${' The patient was noted.'.repeat(9)}`],
  ])('are refused with %s', async (_, of, lie) => {
    const { counts, texts, notes } = await rewordedBy((sentence) =>
      new RegExp(of, 'i').test(sentence) ? lie : sentence,
    );
    expect([counts.reworded, notes.sentences.size]).toEqual([0, 0]);
    expect([...counts.refused.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    expect(texts.map((text, i) => noteFaults(text, bea, i))).toEqual([[], [], []]);
  });

  it('have the numbers of the record, whatever words are exchanged, lost or brought in from elsewhere', async () => {
    const numbers = (text: string) =>
      text
        .split(/[\s();]+|[.,:](?!\d)/)
        .filter((word) => /\d/.test(word))
        .sort();
    const change = fc.record({ at: fc.nat(), from: fc.nat(), kind: fc.constantFrom('exchange', 'lose', 'bring') });
    await fc.assert(
      fc.asyncProperty(recordArbitrary, fc.array(change, { minLength: 1, maxLength: 3 }), async (record, changes) => {
        const { counts } = await rewordedBy((sentence) => sentence, record);
        expect(counts.unchanged).toBe(counts.sentences);
        const said = new Map<string, string>();
        let [last, other] = ['', 'The patient has no fever of 39 degrees.'];
        const { notes } = await rewordedBy((sentence) => {
          [last, other] = [sentence, last || other];
          const answer = changed(sentence, changes, other);
          said.set(answer, sentence);
          return answer;
        }, record);
        for (const answer of [...notes.sentences.values()].flatMap((own) => [...own.values()]))
          expect(numbers(answer)).toEqual(numbers(said.get(answer)!));
      }),
      { numRuns: 60 },
    );
  });

  it('have a Provenance of their own, with the model and its checksum; without one taken there is none', async () => {
    const provenances = (resources: { resourceType: string }[]) =>
      resources.filter(({ resourceType }) => resourceType === 'Provenance') as unknown as Provenance[];
    const { resources } = await rewordedBy((sentence) => (/Peanut/.test(sentence) ? HONEST[5][1] : sentence));
    const [, own, ...others] = provenances(resources);
    expect(others).toEqual([]);
    expect(own.target).toHaveLength(1);
    expect(own.contained).toMatchObject([
      { resourceType: 'Device', identifier: [{ value: 'sha256:ab12' }], deviceName: [{ name: 'words.gguf' }] },
    ]);
    expect(own.agent.map(({ who }) => who.reference)).toContain(`#${own.contained![0].id}`);
    expect(provenances((await rewordedBy(() => 'The patient is well.')).resources)).toHaveLength(1);
  });

  it('are valid, and counted, where records are written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reworded-'));
    const by = { name: 'words.gguf', sha256: 'ab12', reword: (text: string) => Promise.resolve(aboutAllergies(text)) };
    const rewordings = nothing();
    const records = (async function* () {
      yield await Promise.resolve(bea);
    })();
    const options = { format: 'ndjson', gzip: false, full: true, rewriter: by, rewordings } as const;
    const resources = await writeFhir(records, folder, vocabulary, options);
    expect([resources.get('DocumentReference'), resources.get('Provenance')]).toEqual([3, 2]);
    expect(rewordings.sentences).toBe(rewordings.reworded + rewordings.unchanged + [...rewordings.refused.values()][0]);
    const findings: Finding[] = [];
    await validateFhir(folder, { vocabulary, onFinding: (finding) => findings.push(finding) });
    expect(findings.filter(({ message }) => !/code of (NDC|RxNorm)/.test(message))).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

/** With words exchanged, lost, or brought in from another sentence. */
function changed(sentence: string, changes: { at: number; from: number; kind: string }[], other: string): string {
  const words = sentence.split(' ');
  for (const { at, from, kind } of changes) {
    const [i, j] = [at % words.length, from % words.length];
    if (kind === 'exchange') [words[i], words[j]] = [words[j], words[i]];
    else if (kind === 'lose') words.splice(i, 1, ...(words.length > 1 ? [] : ['x']));
    else words.splice(i, 0, other.split(' ')[from % other.split(' ').length]);
  }
  return words.join(' ');
}

/** The patient's allergy in other words, and something else of all the others. */
function aboutAllergies(text: string): string {
  return /Peanut/.test(text) ? HONEST[5][1] : 'The patient is well.';
}
