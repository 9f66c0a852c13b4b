import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checksum } from '@ehrsynth/io';
import { loadMatrix } from '@ehrsynth/matrix';
import { loadAnyModel } from '@ehrsynth/models';
import { beforeAll, expect, it } from 'vitest';
import { evaluate } from './assessment/evaluate.ts';
import { ingest } from './cohort/ingest.ts';
import { readRecords } from './cohort/records-file.ts';
import { compare } from './comparison/compare.ts';
import { generate } from './generation/generate.ts';
import { ownFolder, simulated } from './testing.ts';
import { train } from './training/train.ts';

const at = ownFolder();
const EXAMPLE = fileURLToPath(new URL('../../../examples/own-model.js', import.meta.url));
/** A model of records that draws one and the same. */
const CONSTANT = `let first;
const model = (record) => ({
  async fit(source) { for await (const one of source.records()) { record ??= one; } },
  draw: () => { const { id, ...rest } = record; return rest; },
  save: async (folder) => (await import('node:fs')).writeFileSync(folder + '/one.json', JSON.stringify(record)),
});
export default {
  name: 'Constant', takes: 'records',
  create: () => model(first),
  load: async (folder) => model(JSON.parse((await import('node:fs')).readFileSync(folder + '/one.json', 'utf8'))),
};`;

beforeAll(async () => {
  await ingest(simulated(200), { out: at('cohort'), minPatients: 4 });
});

it('a model of rows in a file is trained, drawn from and evaluated, and run.json has its name and sum', async () => {
  await train(at('cohort'), { model: EXAMPLE, out: at('model'), engine: 'wasm' });
  const { options } = JSON.parse(readFileSync(at('model', 'run.json'), 'utf8')) as { options: Record<string, object> };
  const sha256 = await checksum(EXAMPLE);
  expect(options.plugin).toEqual({ name: 'Bootstrap with noise', file: 'own-model.js', sha256 });
  expect(JSON.stringify(options)).not.toContain(EXAMPLE);
  expect(existsSync(at('model', 'plugin', 'rows.json'))).toBe(true);
  const drawn = (number: number, out: string) =>
    generate(at('model'), { number, out: at(out), plugin: EXAMPLE, engine: 'wasm', seed: 5 });
  await drawn(40, 'synth');
  await drawn(20, 'fewer');
  const [all, some] = [await loadMatrix(at('synth')), await loadMatrix(at('fewer'))];
  // The first rows of a longer run are those of a shorter one.
  expect(some.ids).toEqual(all.ids.slice(0, 20));
  expect([...some.indices]).toEqual([...all.indices.subarray(0, all.indptr[20])]);
  const { assessment, isProven } = await evaluate(at('cohort'), at('synth'), { out: at('report'), histories: false });
  expect(isProven).toBe(true);
  expect(assessment.comparison.prevalence.synthetic.r).toBeGreaterThan(0.5);
});

it('draws by no other file than the one that trained the model, and runs none', async () => {
  writeFileSync(at('other.mjs'), 'throw new Error("the code was run");');
  const drawn = (plugin?: string) => generate(at('model'), { number: 3, out: at('no'), plugin, engine: 'wasm' });
  await expect(drawn(at('other.mjs'))).rejects.toThrow(/The plug-in is not the file that trained the model/);
  const trained = readFileSync(at('model', 'model.json'), 'utf8');
  writeFileSync(at('model', 'model.json'), trained.replace(/"sha256": "\w+"/, `"sha256": "${'0'.repeat(64)}"`));
  await expect(loadAnyModel(at('model'))).rejects.toThrow(
    /own-model.js, whose code is not in the model folder[^]*0{64}/,
  );
});

it('a model of records is compared beside ours', async () => {
  writeFileSync(at('constant.mjs'), CONSTANT);
  const options = { models: ['marginals', at('constant.mjs')], engine: 'wasm' as const, number: 30, histories: false };
  const { table } = await compare(at('cohort'), { ...options, out: at('comparison') });
  expect(table.models).toEqual(['Independent marginals', 'Constant']);
  const r = table.figures.find(({ name }) => name === 'prevalence r')!.models.map((spread) => spread!.mean);
  expect(r[1]).toBeLessThan(r[0]);
  await train(at('cohort'), { model: at('constant.mjs'), out: at('constant'), engine: 'wasm' });
  await generate(at('constant'), { number: 3, out: at('three'), plugin: at('constant.mjs'), engine: 'wasm' });
  const ids = new Set<string>();
  for await (const { id } of readRecords(at('three', 'records.ndjson.gz'))) ids.add(id);
  expect(ids.size).toBe(3);
});

it.each([
  ['no default export', 'export const name = 1;', /no default export with name, takes, create and load/],
  ['no load', 'export default { name: "x", takes: "rows", create: () => ({}) };', /its load: a function is expected/],
  ['a syntax error', 'export default {', /cannot be loaded/],
  ['a column that does not exist', plugin('[999999]'), /drew the column 999999/],
  ['half a count', plugin('[[0, 0.5]]'), /drew the count 0.5/],
  ['nothing drawn', plugin('null'), /drew something other than a list/],
  ['a list of nothing', plugin('[null]'), /drew something other than a list/],
  ['a person of both sexes', plugin('[0, 1]'), /several values of sex: columns 0, 1/],
  ['more than a count can be', plugin('[[0, 1e12]]'), /drew the count 1000000000000/],
  ['an error of its own', plugin('missing()'), /It failed: missing is not defined/],
])('refuses %s with the name of the file', async (what, code, words) => {
  const file = `${what.replaceAll(' ', '-')}.mjs`;
  writeFileSync(at(file), code);
  const training = train(at('cohort'), { model: at(file), out: at('refused'), engine: 'wasm' });
  await expect(training).rejects.toThrow(words);
  await expect(training).rejects.toThrow(file);
  expect(existsSync(at('refused'))).toBe(false);
});

it('takes no package by its name, and has no privacy of its own', async () => {
  await expect(train(at('cohort'), { model: 'own-model', out: at('x') })).rejects.toThrow(/the path of a plug-in/);
  const isPrivate = { model: EXAMPLE, out: at('x'), dpEpsilon: 3, dpDelta: 0.001 };
  await expect(train(at('cohort'), isPrivate)).rejects.toThrow(
    /Bootstrap with noise cannot be trained with --dp-epsilon: it is a plug-in/,
  );
});

function plugin(drawn: string): string {
  const model = `({ fit() {}, draw: () => ${drawn}, save() {} })`;
  return `export default { name: 'x', takes: 'rows', create: () => ${model}, load: () => ${model} };`;
}
