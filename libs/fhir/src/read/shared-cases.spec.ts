import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PatientRecord, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { describe, expect, it } from 'vitest';
import { OtherReleaseError } from './errors.ts';
import { readPatientRecords } from './patient-records.ts';
import { SystemAliases } from './systems.ts';

const folder = fileURLToPath(new URL('../../../../../shared/cases/fhir', import.meta.url));
const vocabulary = new Vocabulary();

/** Sex, then what happened in name order, a code as often as it was read; patients in the order of what they have. */
type People = string[];

interface Case {
  people: People;
  /** Not used, or worth knowing: the reason and how often. */
  told?: Record<string, number>;
}

const CASES: Record<string, Case> = {
  '02-no-information-codes': {
    people: ['female E11.9'],
    told: { 'no code but that nothing is known': 10 },
  },
  '03-newer-version-entered-in-error': { people: ['female died 2024-02-01 E10.9'] },
  '03b-history-bundle': { people: ['female E10.9'], told: { deleted: 1, 'older version': 1 } },
  '04-same-ids-in-several-bundles': { people: ['female C50.911', 'male C61'] },
  '04b-same-ids-on-two-servers': { people: ['female C50.911', 'male C61'] },
  '04c-no-fullurl-no-id': { people: ['female AMB AMB AMB'] },
  '04d-same-ids-wrong-join': { people: ['female C50.911', 'male C61'] },
  '05-deleted-folder': { people: ['female E11.9'], told: { deleted: 1, 'error of the export': 1 } },
  '06-merged-patient': { people: ['female E11.9 E11.9 I10'], told: { 'merged into another patient': 1 } },
  '07-sentinel-dates': {
    people: [...Array<string>(5).fill('female E11.9'), 'female E11.9 I10 J45.909 N18.6'],
    told: { 'placeholder date, dropped': 9 },
  },
  '09-files-not-read': { people: ['female E11.9 I10 I10 I10 I10 J45.909'] },
  '10-encodings': { people: [`female ${'E11.9 '.repeat(26)}I10`] },
  '11-references': {
    people: ['female B20 C61 E11.9 E66.9 E78.5 G40.909 I10 J45.909 K35.80 L40.0 M54.5 N18.6 R05.9'],
    told: { 'reference that names no resource': 1 },
  },
  '12c-ndc-writings': {
    people: [`female ${'000931048 '.repeat(3)}${'00093104801 '.repeat(13)}`.trim()],
    told: { 'NDC that names no drug': 2, 'code not of the form of its system': 1 },
  },
  '13-fallback-and-multi-coding': {
    people: ['female 00093104801 250.00 44054006 44054006 44054006 860975 860975 E11.22 E11.9 N18.30'],
    told: { 'further coding of the same system': 3 },
  },
  '14-medication-forms': {
    people: [`female ${'00093104801 '.repeat(8)}4821 6809 6809 6809 6809`],
    told: { 'medication entered in error': 1, 'medication unknown': 1 },
  },
  '15-claims': { people: ['female 00093104801 0DJD8ZZ AMB E11.9'] },
  '17-encounter-and-bundle-forms': {
    people: ['female 4548-4=7 8462-4=80 8480-6=120 AMB E11.9 I10 IMP J45.909 K35.80 N18.6'],
    told: { 'encounter not in the source, or not read': 1 },
  },
  '18-sex-from-extension': {
    people: [...Array<string>(3).fill('female'), ...Array<string>(4).fill('male'), ...Array<string>(3).fill('unknown')],
    told: { 'gender in a writing that is not of R4, read': 2 },
  },
  '19-modifier-extension': { people: ['female E11.9'], told: { 'modifierExtension not understood': 2 } },
  '21-nested-bundles': { people: ['female E11.9 I10'] },
  '24-one-malformed-resource-ends-all': { people: ['female E11.9 I10'], told: { 'wrong shape': 1 } },
  '24c-empty-reference': { people: ['female E11.9'], told: { 'no patient named': 1 } },
  '25-same-patient-in-every-page': {
    people: ['female E11.9 E11.9 E11.9'],
    told: { 'the same id came before': 2 },
  },
};

describe.runIf(existsSync(folder))('cases of the field (they run where they are there)', () => {
  it.each(Object.entries(CASES))('%s', async (name, { people, told = {} }) => {
    const { records, counts } = await read(name);
    expect(records.map(shown).sort()).toEqual(people);
    expect(counts).toMatchObject(told);
  });

  it('01-status-not-happened: the codes of what did not happen are nowhere', async () => {
    const { records, counts } = await read('01-status-not-happened');
    const codes = records[0].events.map(({ code }) => code.code);
    const not = ['C50.911', 'N18.6', 'B20', 'C61', '1', '2', 'mr-draft', 'mi-proposal', 'mi-plan', 'mi-option'];
    const nor = ['dnp', 'ms-intended', 'ms-not-taken', 'ma-not-done', 'md-preparation', 'md-on-hold', 'md-declined'];
    expect(codes.filter((code) => not.includes(code) || nor.includes(code))).toEqual([]);
    expect(codes).toEqual(expect.arrayContaining(['E11.9', 'mr-active', 'mr-completed', 'mi-order', 'ma-completed']));
    expect(records[0].encounters).toHaveLength(6);
    expect(counts).toMatchObject({
      'status unconfirmed, kept': 1,
      'status provisional, kept': 1,
      'status differential, kept': 1,
    });
  });

  it('08-odd-dates: what is no date is dropped and counted, what is one never loses its day', async () => {
    const { records, counts } = await read('08-odd-dates');
    const starts = records.find(({ id }) => id === 'p1')!.events.map(({ start }) => start ?? '-');
    const read8 = ['2015-01-01', '2015-03-01', '2015-03-04', '2015-03-04'];
    expect(starts.sort()).toEqual([...Array<string>(10).fill('-'), ...read8]);
    expect(counts).toMatchObject({ 'date not read': 12, 'birth date in the future': 1 });
  });

  it('12-code-writings: one code in all its writings', async () => {
    const { records } = await read('12-code-writings');
    const codes = records[0].events.map(({ code }) => code.code);
    expect(codes.filter((code) => code === 'E11.9')).toHaveLength(5);
  });

  it('23-stu3-partly-read: refused as a whole', async () => {
    await expect(read('23-stu3-partly-read')).rejects.toThrow(OtherReleaseError);
  });

  it.each(['16-coding-without-system', '31-odd-codes-through-the-pipeline'])(
    '%s: every event has a system',
    async (name) => {
      const { records, counts } = await read(name);
      const systems = new Set(records.flatMap(({ events }) => events.map(({ code }) => code.system)));
      expect([...systems].filter((system) => !/^[a-z][a-z0-9+.-]*:\S+$/.test(system))).toEqual([]);
      expect(counts['coding without a system']).toBeGreaterThan(0);
    },
  );

  it('27-encounter-class-of-another-system: only codes of v3-ActCode', async () => {
    const { records, counts } = await read('27-encounter-class-of-another-system');
    const classes = new Set(records.flatMap(({ encounters }) => encounters.map((one) => one.class)));
    expect([...classes].sort()).toEqual(['AMB', 'IMP']);
    expect(counts).toMatchObject({ 'encounter class not known, read as ambulatory': 30 });
  });

  it('29-codes-of-former-releases: none is lost', async () => {
    const { records, counts } = await read('29-codes-of-former-releases');
    expect(records[0].events).toHaveLength(32);
    expect(counts['code in no dictionary']).toBeUndefined();
    expect(counts['code of a former ICD-10-CM release']).toBeGreaterThan(0);
  });
});

/** The records of a case, and how often each reason was given: of what was not used, and of what is worth knowing. */
async function read(name: string): Promise<{ records: PatientRecord[]; counts: Record<string, number> }> {
  const tally = new Tally();
  const records: PatientRecord[] = [];
  const kinds = ['condition', 'drug', 'procedure', 'measurement'] as const;
  const options = { aliases: new SystemAliases(), vocabulary, kinds: [...kinds] };
  for await (const record of readPatientRecords(join(folder, name, 'input'), options, tally)) records.push(record);
  const counts: Record<string, number> = Object.fromEntries(tally.notes);
  for (const reasons of tally.skipped.values())
    for (const [reason, count] of reasons) counts[reason] = (counts[reason] ?? 0) + count;
  return { records, counts };
}

function shown({ sex, deathDate, encounters, events }: PatientRecord): string {
  const codes = events.map(({ code, quantity }) => (quantity ? `${code.code}=${quantity.value}` : code.code));
  const all = [...codes, ...encounters.map((one) => one.class)].sort();
  return [sex, ...(deathDate ? [`died ${deathDate}`] : []), ...all].join(' ');
}
