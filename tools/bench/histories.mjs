// The tokens of the model of lives for ports in PyTorch, and records of the lives that these draw.
//
//   node tools/bench/histories.mjs export COHORT FOLDER [--holdout 500] [--patients N] [--no-values]
//   node tools/bench/histories.mjs records FOLDER LIVES.gz OUT
//
// FOLDER gets lives.json (dictionary, intervals of tokens, spans of days), and of each part one array a file, little-endian and
// gzipped: of each life `starts` (its first token; last the end of all), `birth`, and `nats` (−log likelihood of the days within the
// spans of its tokens, which belongs to the likelihood of the record whatever the model); and of each token itself, `from` and `to` of
// what might have come, and `phase` and `day` before it came. `aside` numbers the training lives that `train -m visits` judges by.
// LIVES.gz holds lives as libs/sequence's store does. OUT gets records.ndjson.gz.
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createGunzip, gunzipSync, gzipSync } from 'node:zlib';
import { Encoder } from '@ehrsynth/matrix';
import { Rng, uuidOf } from '@ehrsynth/random';
import {
  Alphabet,
  Dictionary,
  DictionaryLearner,
  Features,
  LifeReader,
  nothingLeftOut,
  recordOf,
  SPANS,
  tellLife,
  Walk,
} from '@ehrsynth/sequence';
import { Vocabulary } from '@ehrsynth/vocab';

const PHASES = ['sex', 'race', 'ethnicity', 'year', 'month', 'weekday of the first', 'age'].concat(
  ...['class', 'stay', 'code', 'value', 'gap', 'weekday'],
);
const NO_DAY = -(2 ** 31);
/** Share of the patients that `train` sets aside. @see libs/models/src/likelihood.ts */
const ASIDE = 0.1;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    holdout: { type: 'string', default: '500' },
    patients: { type: 'string', default: 'Infinity' },
    'no-values': { type: 'boolean', default: false },
  },
});
const [command, ...paths] = positionals;
if (command === 'export' && paths.length === 2) await exportTokens(...paths);
else if (command === 'records' && paths.length === 3) writeRecords(...paths);
else {
  console.error(
    'histories.mjs export COHORT FOLDER [--holdout 500] [--patients N] [--no-values], or records FOLDER LIVES.gz OUT',
  );
  process.exitCode = 2;
}

async function exportTokens(cohort, folder) {
  const { columns } = JSON.parse(readFileSync(join(cohort, 'train/columns.json'), 'utf8'));
  const encoding = JSON.parse(readFileSync(join(cohort, 'encoding.json'), 'utf8'));
  const encoder = new Encoder(columns, encoding, new Vocabulary());
  const columnOf = (event) =>
    options['no-values'] && event.kind === 'measurement' ? undefined : encoder.columnOf(event);
  const patients = Number(options.patients);
  const learner = new DictionaryLearner({ columns, columnOf }, encoding.minPatients);
  for await (const record of recordsOf(join(cohort, 'train'), patients)) learner.add(record);
  const dictionary = learner.done();
  const alphabet = new Alphabet(dictionary);
  mkdirSync(folder, { recursive: true });
  const leftOut = nothingLeftOut();
  const reader = new LifeReader(dictionary, alphabet, { columnOf }, leftOut);
  const walk = new Walk(dictionary, alphabet, new Features(dictionary, alphabet));
  const write = (name, array) => writeFileSync(join(folder, `${name}.gz`), gzipSync(array, { level: 9 }));
  for (const [part, most] of [
    ['train', patients],
    ['holdout', Number(options.holdout)],
  ]) {
    const tokens = { token: [], from: [], to: [], phase: [], day: [] };
    const lives = { nats: [], starts: [0], birth: [] };
    const hear = (_, token) => {
      tokens.token.push(token);
      tokens.from.push(walk.from);
      tokens.to.push(walk.to);
      tokens.phase.push(PHASES.indexOf(walk.phase));
      tokens.day.push(walk.day);
    };
    for await (const record of recordsOf(join(cohort, part), most)) {
      tellLife(reader.read(record), dictionary, alphabet, walk, { token: hear });
      lives.starts.push(tokens.token.length);
      lives.nats.push(walk.nats);
      lives.birth.push(walk.birth);
    }
    for (const name of ['token', 'from', 'to']) write(`${part}.${name}`, Uint16Array.from(tokens[name]));
    write(`${part}.phase`, Uint8Array.from(tokens.phase));
    write(`${part}.day`, Int32Array.from(tokens.day));
    write(`${part}.nats`, Float64Array.from(lives.nats));
    for (const name of ['starts', 'birth']) write(`${part}.${name}`, Int32Array.from(lives[name]));
    if (part === 'train') {
      const order = new Rng(1).fork('validation').shuffle(Int32Array.from(lives.birth, (_, life) => life));
      write('aside', order.slice(0, Math.max(1, Math.round(ASIDE * order.length))).sort());
    }
    console.log(part, { lives: lives.birth.length, tokens: tokens.token.length });
  }
  console.log('left out', leftOut);
  const { parts, firstValues, death, alone, endOfVisit, count } = alphabet;
  const names = [
    'sexes',
    'races',
    'ethnicities',
    'years',
    'months',
    'ages',
    'weekdays',
    'gaps',
    'classes',
    'stays',
    'codes',
  ];
  const intervals = Object.fromEntries([...names, 'values'].map((name) => [name, alphabet[name]]));
  const own = { ...intervals, parts, firstValues: [...firstValues], death, alone, endOfVisit, count };
  writeFileSync(
    join(folder, 'lives.json'),
    JSON.stringify({ phases: PHASES, noDay: NO_DAY, spans: SPANS.edges, alphabet: own, dictionary }),
  );
}

function writeRecords(folder, lives, out) {
  const dictionary = Dictionary.parse(JSON.parse(readFileSync(join(folder, 'lives.json'), 'utf8')).dictionary);
  const alphabet = new Alphabet(dictionary);
  const bytes = gunzipSync(readFileSync(lives));
  const numbers = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const lines = [];
  for (let at = 0; at < numbers.length;) {
    const [sex, race, ethnicity, birth, count] = numbers.subarray(at, (at += 5));
    const items = Array.from({ length: count }, () => {
      const [day, own, stay, length] = numbers.subarray(at, (at += 4));
      return { day, class: own, stay, events: [...numbers.subarray(at, (at += length))] };
    });
    const id = uuidOf(`port/${lines.length}`);
    const life = { sex, race, ethnicity, birth, items };
    lines.push(JSON.stringify(recordOf(id, life, dictionary, alphabet, new Rng(1).fork(id))));
  }
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'records.ndjson.gz'), gzipSync(`${lines.join('\n')}\n`));
  console.log('records', lines.length);
}

async function* recordsOf(folder, most) {
  let left = most;
  for await (const line of createInterface({
    input: createReadStream(join(folder, 'records.ndjson.gz')).pipe(createGunzip()),
  })) {
    if (left-- <= 0) return;
    yield JSON.parse(line);
  }
}
