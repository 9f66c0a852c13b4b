import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type CodeMatrix, columnGroups, loadMatrix } from '@ehrsynth/matrix';
import { MODEL_NAMES, type ModelName, takesRecords } from '@ehrsynth/models';
import { Vocabulary } from '@ehrsynth/vocab';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from './testing.ts';

const { at, ehrsynth, output } = commandLine();

const K = 10;
const ICD10CM = 'http://hl7.org/fhir/sid/icd-10-cm';
/** Codes by the number of patients who have them; from k on they are kept. */
const CODES: Record<string, number> = {
  'plant-1': 1,
  'plant-5': 5,
  'plant-9': 9,
  'plant-10': 10,
  'plant-30': 30,
  'plant-40': 40,
};
/** Texts beside codes that too few share. */
const TEXTS = ['Call Ada Lovelace', 'Room of Grace Hopper', 'Told Alan Turing'];
/** What one patient alone has. */
const ODD = {
  birthDate: '1931-07-13',
  race: '2079-2',
  ethnicity: '2148-5',
  class: 'NONAC',
  stayDays: 7777,
  visits: 733,
};
const PLANTED = [
  'plant-1',
  'plant-5',
  'plant-9',
  ...TEXTS,
  ODD.birthDate,
  ODD.race,
  ODD.ethnicity,
  ODD.class,
  'odd-patient',
];

const QUICK: Record<ModelName, string> = {
  autoregressive: ' --epochs 1 --hidden 8 --mode count',
  visits: ' --epochs 1 --hidden 8',
  seqgan: ' --pretrain-epochs 1 --epochs 1 --hidden 8 --discriminator-steps 1 --rollouts 1',
  medgan: ' --pretrain-epochs 1 --epochs 1 --embedding 8',
  medbgan: ' --pretrain-epochs 1 --epochs 1 --embedding 8',
  medwgan: ' --pretrain-epochs 1 --epochs 1 --embedding 8',
  'emr-wgan': ' --epochs 1 --embedding 8',
  vae: ' --epochs 1 --hidden 8 --embedding 4',
  'chow-liu': '',
  marginals: '',
};

/** The files of a folder with the planted texts in them. */
function found(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const bytes = readFileSync(join(parentPath, name));
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
    // Not as a part of a longer one: plant-10 is not plant-1.
    return PLANTED.filter((planted) => new RegExp(`${planted}(?!\\d)`).test(text)).map(
      (planted) => `${name}: ${planted}`,
    );
  });
}

/** Every number of a JSON value. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}

const json = <T = unknown>(...path: string[]) => JSON.parse(readFileSync(at(...path), 'utf8')) as T;

interface Link {
  node: number;
  parent: number;
  chances: number[][];
}

/**
 * Cells of 1 to 9 patients that follow from a tree's chances, for somebody who knows how often each value is: a chance of a value, given
 * one of its parent, times how often that one is, is whole to six digits where it was counted.
 */
function givenAway(links: Link[], matrix: CodeMatrix): string[] {
  const groups = columnGroups(matrix.columns);
  const codes = Array.from({ length: matrix.columns.length - matrix.firstCode }, (_, i) => matrix.firstCode + i);
  const nodes = [...groups.map(({ start, end }) => [start, end]), ...codes.map((code) => [code, code + 1])];
  const held = Array.from({ length: matrix.rows }, (_, row) => matrix.entries(row).map(([column]) => column));
  const valuesOf = ([start, end]: number[]) =>
    held.map((columns) => (columns.find((column) => column >= start && column < end) ?? start - 1) - start + 1);
  const PRIOR = 0.5;
  return links.flatMap(({ node, parent, chances }) => {
    const [own, above] = [valuesOf(nodes[node]), parent === -1 ? held.map(() => 0) : valuesOf(nodes[parent])];
    return chances.flatMap((row, a) =>
      row.flatMap((chance, b) => {
        const given = above.filter((value) => value === a).length;
        const usual = own.filter((value) => value === b).length / matrix.rows;
        const prior = parent === -1 ? 0 : PRIOR;
        const guess = chance * (given + prior) - prior * usual;
        const real = own.filter((value, i) => value === b && above[i] === a).length;
        const isRight = Math.abs(guess - real) < 1e-6 && real > 0 && real < K;
        return isRight ? [`${node}=${b} where ${parent}=${a}: ${real}`] : [];
      }),
    );
  });
}

/** The trees that a model keeps in its model.json. */
function treesOf(model: string): Link[] {
  const { learned } = json<{ learned?: Link[] | { demographics?: Link[] } }>(model, 'model.json');
  return Array.isArray(learned) ? learned : (learned?.demographics ?? []);
}

const condition = (patient: string, code: string, display?: string, system = 'urn:local') => ({
  resourceType: 'Condition',
  subject: { reference: `Patient/${patient}` },
  code: { coding: [{ system, code, ...(display && { display }) }] },
  onsetDateTime: '2020-02-02',
});

function* plants(): Generator<object> {
  const people = (n: number) => Array.from({ length: n }, (_, i) => `sim-${i + 1}`);
  for (const [code, patients] of Object.entries(CODES))
    for (const patient of people(patients)) yield condition(patient, code);
  for (const [i, patient] of people(40).entries()) {
    yield condition(patient, 'plant-30', i < 9 ? TEXTS[0] : i < 20 ? 'Shared by eleven' : undefined);
    yield condition(patient, 'plant-40', i === 0 ? TEXTS[1] : undefined);
    yield condition(patient, 'I10', TEXTS[2], ICD10CM);
  }
  const omb = (name: string, code: string) => ({
    url: `http://hl7.org/fhir/us/core/StructureDefinition/us-core-${name}`,
    extension: [{ url: 'ombCategory', valueCoding: { code } }],
  });
  const id = 'odd-patient';
  yield {
    resourceType: 'Patient',
    id,
    gender: 'other',
    birthDate: ODD.birthDate,
    extension: [omb('race', ODD.race), omb('ethnicity', ODD.ethnicity)],
  };
  for (let visit = 0; visit < ODD.visits; visit++) {
    const end = new Date(Date.UTC(1990, 0, 1) + ODD.stayDays * 86_400_000).toISOString().slice(0, 10);
    const [kind, period] = visit === 0 ? [ODD.class, {}] : ['IMP', { start: '1990-01-01', end }];
    yield {
      resourceType: 'Encounter',
      id: `odd-${visit}`,
      status: 'finished',
      class: { code: kind },
      subject: { reference: `Patient/${id}` },
      period,
    };
  }
  for (let i = 0; i < 500; i++) yield condition(id, 'I10', undefined, ICD10CM);
}

describe('what fewer than k patients have', () => {
  beforeAll(async () => {
    expect(await ehrsynth('simulate --world sets -n 300 --seed 3 -o @source')).toBe(0);
    const lines = [...plants()].map((resource) => `${JSON.stringify(resource)}\n`);
    appendFileSync(at('source', 'planted.ndjson'), lines.join(''));
    for (const k of [K, 1])
      expect(await ehrsynth(`ingest fhir @source -o @cohort-${k} --holdout 0 --min-patients ${k}`), output()).toBe(0);
  });

  it('stays in the private records of the cohort, and is found there', () => {
    const planted = new Set(found(at('cohort-10')).map((hit) => hit.split(': ')[1]));
    // What stood beside a code of a dictionary was not even read.
    expect([...planted].sort()).toEqual(PLANTED.filter((text) => text !== TEXTS[2]).sort());
  });

  it('is no title of a code: a dictionary or k patients give it', () => {
    const titles = new Map(
      json<{ columns: { code: string; display?: string }[] }>('cohort-10', 'train', 'columns.json').columns.map(
        ({ code, display }) => [code, display],
      ),
    );
    expect(titles.get('I10')).toBe(new Vocabulary().find(ICD10CM, 'I10')!.display);
    expect(titles.get('plant-30')).toBe('Shared by eleven');
    expect(titles.has('plant-40')).toBe(true);
    expect(titles.get('plant-40')).toBeUndefined();
    expect([...titles.keys()].filter((code) => code.startsWith('plant'))).toEqual(['plant-10', 'plant-30', 'plant-40']);
    expect(titles.has('other')).toBe(false);
  });

  it.each(MODEL_NAMES)('is nowhere in the folder of a model: %s', async (name) => {
    expect(await ehrsynth(`train @cohort-10 -m ${name} -o @${name} --engine wasm${QUICK[name]}`), output()).toBe(0);
    expect(found(at(name))).toEqual([]);
    // Its stays, its visits, and their sum, or one more as an edge.
    const odd = [ODD.stayDays, ODD.visits, 500, 540].flatMap((value) => [value, value + 1]);
    const rare = (kept: unknown) => numbersOf(kept).filter((value) => odd.includes(value));
    if (takesRecords(name)) {
      expect(rare(json<{ learned: unknown }>(name, 'model.json').learned)).toEqual([]);
      expect(existsSync(at(name, 'timeline.json'))).toBe(false);
      return;
    }
    const { codes, ...timeline } = json<{ codes: object[] }>(name, 'timeline.json');
    for (const text of JSON.stringify([timeline, codes]).match(/"counts":\[[^\]]*\]/g)!)
      for (const count of JSON.parse(text.slice('"counts":'.length)) as number[]) expect(count % K).toBe(0);
    expect(rare(timeline)).toEqual([]);
    const { columns } = json<{ columns: { code: string }[] }>(name, 'columns.json');
    const i10 = columns.findIndex(({ code }) => code === 'I10');
    expect(Math.max(...numbersOf((codes[i10] as { repeats: { edges: number[] } }).repeats.edges))).toBeLessThan(200);
    const matrix = await loadMatrix(at('cohort-10', 'train'));
    expect(givenAway(treesOf(name), matrix)).toEqual([]);
  });

  it('a count that one patient has is not drawn either', () => {
    const { learned } = json<{ learned: { lastBins: number[]; order: number[] } }>('autoregressive', 'model.json');
    // 540 is in the last of ten bins.
    expect(Math.max(...learned.lastBins)).toBeLessThan(9);
  });

  it('all of it is found where the user asks for it with --min-patients 1', async () => {
    const matrix = await loadMatrix(at('cohort-1', 'train'));
    for (const name of ['chow-liu', 'emr-wgan', 'marginals'] as const) {
      expect(await ehrsynth(`train @cohort-1 -m ${name} -o @${name}-1 --engine wasm${QUICK[name]}`), output()).toBe(0);
      expect(givenAway(treesOf(`${name}-1`), matrix).length).toBeGreaterThan(10);
    }
    const planted = new Set(found(at('chow-liu-1')).map((hit) => hit.split(': ')[1]));
    for (const text of ['plant-1', 'plant-9', TEXTS[1], ODD.race, ODD.ethnicity, ODD.class])
      expect(planted).toContain(text);
    expect(numbersOf(json('chow-liu-1', 'timeline.json'))).toContain(ODD.stayDays + 1);
  });
});
