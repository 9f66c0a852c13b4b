import { type EventKind, System, Tally } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { describe, expect, it } from 'vitest';
import { chooseCodes } from './choose-code.ts';
import { codingsOf } from './codings.ts';
import type { CodeReading } from './judge-coding.ts';
import type { Fact } from './facts.ts';
import { SystemAliases } from './systems.ts';

const vocabulary = new Vocabulary();

function choose(
  coding: object[],
  { kind = 'condition' as EventKind, ...more }: Partial<CodeReading> & { kind?: EventKind } = {},
) {
  const tally = new Tally();
  const reading = { aliases: new SystemAliases(), vocabulary, ...more };
  const fact = {
    type: 'event' as const,
    kind,
    codings: [] as never[],
    resourceType: 'Condition',
    where: 'x.ndjson, line 1',
  } satisfies Fact & { kind: EventKind };
  const { codes, refusal } = chooseCodes(codingsOf({ coding: coding as never }), fact, reading, tally);
  return {
    codes: codes.map(({ code }) => code),
    displays: codes.map(({ display }) => display),
    refusal,
    notes: Object.fromEntries(tally.notes),
    tally,
  };
}

const icd10 = (code: string) => ({ system: System.icd10cm, code });
const snomed = { system: System.snomed, code: '44054006' };
const rxnorm = { system: System.rxnorm, code: '860975' };
const ndc = (code: string) => ({ system: System.ndc, code });

describe('one coding that cannot be read', () => {
  it.each<[string, object, string]>([
    ['a placeholder of IMO', icd10('IMO0001'), 'code not of the form of its system'],
    ['an ICD-9-CM code', icd10('401.1'), "ICD-9-CM code under ICD-10-CM's URI"],
    ['an ICD-9-CM code with V', icd10('V58.61'), "ICD-9-CM code under ICD-10-CM's URI"],
    ['a code that is none', icd10('E11.90'), 'code in no dictionary'],
    ['two codes in one', icd10('E11.9; I10'), 'code not of the form of its system'],
    ['NDC in words', ndc('UNKNOWN'), 'NDC that names no drug'],
    ['NDC of zeros', ndc('00000-0000-00'), 'NDC that names no drug'],
    ['NDC of nines', ndc('99999999999'), 'NDC that names no drug'],
    ['a SNOMED CT code called NDC', ndc('195967001'), 'code not of the form of its system'],
    ['a CPT code called ICD-10-PCS', { system: System.icd10pcs, code: '99213' }, 'code not of the form of its system'],
    [
      'a LOINC code with a wrong check digit',
      { system: System.loinc, code: '4548-5' },
      'code not of the form of its system',
    ],
    ['a tab within', { system: 'http://x.example/cs', code: 'a\tb' }, 'code with control characters'],
    ['half a pair of UTF-16', { system: 'http://x.example/cs', code: 'a\ud800' }, 'code with control characters'],
    ['several blanks', { system: 'http://x.example/cs', code: 'a  b' }, 'code with several blanks in a row'],
    ['no system', { code: 'DM2' }, 'coding without a system'],
    ['an empty system', { system: '', code: 'DM2' }, 'coding without a system'],
    ['null as a system', { system: null, code: 'DM2' }, 'coding without a system'],
    ['a system that is a name', { system: 'local', code: 'DM2' }, 'code system is no URI'],
    ['a system with blanks', { system: 'http://x.org/with space', code: 'DM2' }, 'code system is no URI'],
  ])('%s', (_, coding, reason) => {
    const other = { system: 'http://other.example/cs', code: 'ok' };
    expect(choose([coding])).toMatchObject({ codes: [], refusal: { reason }, notes: {} });
    expect(choose([coding, other]).codes).toEqual(['ok']);
  });

  it('is noted where another is read in its place', () => {
    const notes = { 'another coding read instead of one that cannot be': 1 };
    expect(choose([icd10('IMO0001'), snomed])).toMatchObject({ codes: ['44054006'], notes });
    expect(choose([{ code: 'DM2' }, snomed])).toMatchObject({ codes: ['44054006'], notes: {} });
  });

  it('distinguishes valid FHIR from faults', () => {
    expect(choose([{ code: 'DM2' }]).refusal!.isAllowed).toBe(true);
    expect(choose([icd10('IMO0001')]).refusal!.isAllowed).toBeUndefined();
  });

  it('gives the reason of the preferred one where none can be read', () => {
    const { refusal } = choose([{ code: 'DM2' }, { system: System.snomed, code: '1' }, icd10('250.00')]);
    expect(refusal!.reason).toBe("ICD-9-CM code under ICD-10-CM's URI");
  });
});

describe('the choice among codings', () => {
  it.each<[string, EventKind, object[], string[]]>([
    ['the preferred system, wherever it stands', 'condition', [snomed, icd10('E11.9')], ['E11.9']],
    ['the next of the same system', 'condition', [icd10('IMO0002'), icd10('N18.30')], ['N18.30']],
    [
      'ICD-9-CM where ICD-10-CM is none',
      'condition',
      [icd10('E11.ZZ'), { system: System.icd9cm, code: '250.00' }],
      ['250.00'],
    ],
    ['RxNorm where the NDC names no drug', 'drug', [ndc('UNKNOWN'), rxnorm], ['860975']],
    [
      "a person's choice among equals",
      'condition',
      [icd10('I10'), { ...icd10('E11.9'), userSelected: true }],
      ['E11.9'],
    ],
    ["the system before a person's choice", 'condition', [icd10('I10'), { ...snomed, userSelected: true }], ['I10']],
    ['a code before its header', 'condition', [icd10('E11'), icd10('E11.9')], ['E11.9']],
    ['the name of a system as the system', 'condition', [{ system: 'ICD-10-CM', code: 'E119' }], ['E11.9']],
    ['blanks around a code are not of it', 'condition', [icd10(' e11.9\t')], ['E11.9']],
    [
      'single blanks are of a code of an unknown system',
      'condition',
      [{ system: 'http://x.example/cs', code: ' a b ' }],
      ['a b'],
    ],
  ])('%s', (_, kind, codings, codes) => expect(choose(codings, { kind }).codes).toEqual(codes));

  it('counts further codings of the system that is read, or keeps them', () => {
    const two = [icd10('E11.22'), icd10('N18.30'), icd10('E1122'), icd10('IMO0001'), snomed];
    const notes = { 'further coding of the same system': 1 };
    expect(choose(two)).toMatchObject({ codes: ['E11.22'], notes });
    const kept = choose(two, { furtherCodings: 'keep' });
    expect(kept).toMatchObject({ codes: ['E11.22', 'N18.30'], notes });
    expect([...kept.tally.systems.values()]).toMatchObject([{ system: System.icd10cm, events: 2 }]);
  });

  it('reads codes of former releases as the user chose, and counts them', () => {
    const notes = { 'code of a former ICD-10-CM release': 1 };
    expect(choose([icd10('T40.4X1A')])).toMatchObject({ codes: ['T40.4X1A'], notes });
    expect(choose([icd10('T84.040A')], { formerCodes: 'successor' })).toMatchObject({
      codes: ['M97.01XA'],
      notes,
    });
    expect(choose([icd10('T84.040A')], { formerCodes: 'parent' })).toMatchObject({ codes: ['T84.0'], notes });
    expect(choose([icd10('E11.9')], { formerCodes: 'parent' })).toMatchObject({
      codes: ['E11.9'],
      notes: {},
    });
  });

  it('says how a system that looks like another can be read as it', () => {
    const system = 'http://hospital.example/diagnosis-icd10';
    const { notes, tally } = choose([{ system, code: 'E119' }]);
    expect(notes).toEqual({ 'code system looks like another, read as its own': 1 });
    expect([...tally.hints]).toEqual([`${system} looks like ICD-10-CM: use --system-alias "${system}=icd-10-cm"`]);
    const aliases = new SystemAliases([`${system}=icd-10-cm`]);
    expect(choose([{ system, code: 'E119' }], { aliases })).toMatchObject({ codes: ['E11.9'], notes: {} });
  });

  it('writes a display on one line', () => {
    const coding = { system: 'http://x.example/cs', code: 'a', display: 'd\u0007\ne\ud800' };
    expect(choose([coding]).displays).toEqual(['d e']);
  });

  it('keeps a code that the dictionary lacks only where asked to', () => {
    expect(choose([icd10('E11.ZZ')], { keepUnknownCodes: true }).codes).toEqual(['E11.ZZ']);
  });
});
