import { existsSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { writeFileAtomic } from '@ehrsynth/io';
import {
  checkPlaces,
  FHIR_PRESETS,
  type Look,
  lookAtSource,
  type Study,
  studyOfRun,
  studyText,
} from '@ehrsynth/pipeline';
import { EventKind } from '@ehrsynth/records';
import { console } from '../console.ts';
import { NobodyToAskError, StudyExistsError } from '../errors.ts';
import { list } from '../options.ts';

interface Options {
  out: string;
  from?: string;
  yes: boolean;
  force: boolean;
}

/** What is asked of whoever is at the terminal, with the answer that is taken otherwise. */
type Ask = (question: string, usual: string) => Promise<string>;

const EXPORTS = ['fhir', 'omop', 'csv', 'meds'];
const USUAL_KINDS: readonly EventKind[] = ['condition', 'drug', 'procedure'];

export function initCommand(): Command {
  return new Command('init')
    .argument('[source]', 'the records: a file, a folder, or the address of a server')
    .option('-o, --out <file>', 'the file to write', 'study.yaml')
    .option('--from <run.json>', 'with the options of this run, and of the runs before it')
    .option('-y, --yes', 'ask nothing and use the defaults', false)
    .option('--force', 'replace the file', false)
    .action(init);
}

async function init(source: string | undefined, { out, from, yes, force }: Options): Promise<void> {
  if (existsSync(out) && !force) throw new StudyExistsError(out);
  const study = from === undefined ? await asked(source, out, yes) : await studyOfRun(from, 'study', source);
  checkPlaces(study, dirname(resolve(out)));
  await writeFileAtomic(out, studyText(study));
  const file = out === 'study.yaml' ? '' : ` ${out}`;
  console.log(`${out} is written. Look at it, then: ehrsynth run${file}`);
}

async function asked(source: string | undefined, out: string, yes: boolean): Promise<Study> {
  const isTerminal = process.stdin.isTTY && !yes;
  if (source === undefined && !isTerminal) throw new NobodyToAskError();
  const terminal = isTerminal ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  const ask: Ask = async (question, usual) =>
    (await terminal?.question(`${question}${usual === '' ? '' : ` [${usual}]`}: `))?.trim() || usual;
  try {
    let place = source ?? '';
    while (place === '') place = await ask('Where are the records (a file, a folder, or the URL of a server)', '');
    const look = await lookAtSource(place);
    console.log(lookLine(look));
    return await studyFor(place, look, out, ask);
  } finally {
    terminal?.close();
  }
}

function lookLine({ from, kinds, preset }: Look): string {
  const seen = kinds ? `, with ${kinds.join(', ')}` : '';
  return `${from.toUpperCase()}${seen}${preset ? `. ${FHIR_PRESETS[preset].title}: preset ${preset}` : ''}.`;
}

async function studyFor(source: string, { from, kinds, preset }: Look, out: string, ask: Ask): Promise<Study> {
  const found = USUAL_KINDS.filter((kind) => kinds?.includes(kind) ?? true);
  const read = list(await ask(`Kinds of events to read (${EventKind.options.join(', ')})`, found.join(',')));
  const formats = list(await ask(`Formats to write (${EXPORTS.join(', ')})`, from === 'omop' ? 'omop' : 'fhir'));
  const number = await ask('Number of synthetic patients (empty: as many as in the cohort)', '');
  const epsilon = await ask('ε of differential privacy (empty: none)', '');
  const isRelease = /^y/i.test(
    await ask('Package the synthetic patients for sharing if every gate passes (yes, no)', 'no'),
  );
  const isPath = !/^[a-z]+:\/\//i.test(source);
  const path = isPath && !isAbsolute(source) ? relative(dirname(resolve(out)), resolve(source)) || '.' : source;
  return {
    out: 'study',
    ingest: {
      from,
      source: path,
      ...(preset && { preset }),
      kinds: read,
    },
    seeds: 1,
    train: { model: epsilon === '' ? 'auto' : 'visits', ...(epsilon !== '' && { 'dp-epsilon': Number(epsilon) }) },
    generate: number === '' ? {} : { number: Number(number) },
    export: Object.fromEntries(formats.map((format) => [format, {}])),
    evaluate: {},
    ...(isRelease && { release: { format: ['fhir', 'csv'] } }),
  };
}
