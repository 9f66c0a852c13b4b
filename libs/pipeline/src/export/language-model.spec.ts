import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { writeFhir } from '@ehrsynth/fhir';
import { type PatientRecord, System } from '@ehrsynth/records';
import { Vocabulary } from '@ehrsynth/vocab';
import { expect, it } from 'vitest';
import { ownFolder } from '../testing.ts';
import { openLanguageModel } from './language-model.ts';
import { writeTinyModel } from './testing-gguf.ts';

const at = ownFolder();
const vocabulary = new Vocabulary();
const isThere = hasRuntime();

/** Whether what runs language models is there; what is skipped without it is said. */
function hasRuntime(): boolean {
  try {
    createRequire(import.meta.url).resolve('node-llama-cpp');
    return true;
  } catch {
    console.log('Skipped: a language model that runs, for node-llama-cpp is not installed');
    return false;
  }
}

const icd = (code: string, display: string) => ({ system: System.icd10cm, code, display });
const carl: PatientRecord = {
  id: 'carl',
  sex: 'male',
  birthDate: '1961-04-09',
  encounters: [
    { class: 'AMB', start: '2019-01-07' },
    { class: 'AMB', start: '2019-03-01' },
  ],
  events: [{ kind: 'condition', code: icd('I10', 'Hypertension'), start: '2019-01-07', encounter: 0 }],
};

/** Writes a patient. @param model file that rewords their notes */
async function written(name: string, model?: string) {
  const records = (async function* (): AsyncGenerator<PatientRecord> {
    yield await Promise.resolve(carl);
  })();
  const rewordings = { sentences: 0, reworded: 0, unchanged: 0, refused: new Map<string, number>() };
  const rewriter = model === undefined ? undefined : await openLanguageModel(model);
  mkdirSync(at(name));
  await writeFhir(records, at(name), vocabulary, { format: 'ndjson', gzip: false, full: true, rewriter, rewordings });
  await rewriter?.close();
  const notes = readFileSync(at(name, 'DocumentReference.ndjson'), 'utf8');
  return { rewordings, notes, rewriter };
}

it.each([
  ['is not there', undefined, 'cannot be read'],
  ['is no GGUF file', 'PK and more', 'no GGUF file'],
  ['is empty', '', 'no GGUF file'],
])('a file that %s is refused', async (_, content, why) => {
  const path = at('weights.bin');
  if (content !== undefined) writeFileSync(path, content);
  const opened = openLanguageModel(content === undefined ? at('nowhere.gguf') : path);
  await expect(opened).rejects.toThrow(new RegExp(`${why}[^]*Give a GGUF file`));
});

it.runIf(!isThere)('without what runs it, it is said how to install that', async () => {
  writeTinyModel(at('absent.gguf'), ['the']);
  const opened = openLanguageModel(at('absent.gguf'));
  await expect(opened).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/node-llama-cpp.* is not installed[^]*npm install node-llama-cpp in \//) as string,
  });
});

it.runIf(isThere)('a file that is cut off is refused', async () => {
  writeTinyModel(at('whole.gguf'), ['the']);
  writeFileSync(at('part.gguf'), readFileSync(at('whole.gguf')).subarray(0, 9000));
  await expect(openLanguageModel(at('part.gguf'))).rejects.toThrow(/cannot be loaded[^]*Give a GGUF file/);
});

it.runIf(isThere)(
  'nothing of what a model of random weights says is taken, and it says the same each time',
  async () => {
    const words = 'the patient was diagnosed with and history of ordered measured admitted on'.split(' ');
    writeTinyModel(at('tiny.gguf'), words);
    const { rewordings, notes, rewriter } = await written('by-model', at('tiny.gguf'));
    expect(rewordings.sentences).toBe(5);
    expect(rewordings).toMatchObject({ reworded: 0, unchanged: 0 });
    expect([...rewordings.refused.values()].reduce((sum, count) => sum + count, 0)).toBe(rewordings.sentences);
    expect(notes).toBe((await written('by-grammar')).notes);
    expect(rewriter!.sha256).toMatch(/^[0-9a-f]{64}$/);
    const ask = async () => {
      const model = await openLanguageModel(at('tiny.gguf'));
      const answers = [];
      for (const sentence of ['Diagnosed: Anemia.', 'Allergic to Peanut.'])
        answers.push(await model.reword(sentence, words));
      const tooLong = await model.reword('Anemia '.repeat(900), words);
      await model.close();
      return [answers, tooLong];
    };
    const answered = await ask();
    expect(answered[1]).toBeUndefined();
    expect(await ask()).toEqual(answered);
  },
);
