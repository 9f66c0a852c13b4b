import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { fromSystemError, makeFolder, readLines, writeFileAtomic } from '@ehrsynth/io';
import { Athena, importAthena } from '@ehrsynth/omop';
import { System, systemName } from '@ehrsynth/records';
import { codeLimits, importFda, importRxNorm, normaliseNdc, userFolder, Vocabulary } from '@ehrsynth/vocab';
import { console } from '../console.ts';
import { NothingImportedError, UnknownCodeError } from '../errors.ts';
import { athenaFile } from '../omop.ts';
import { oneOf } from '../options.ts';
import { table, text } from '../table.ts';

const SYSTEMS = { 'icd-10-cm': System.icd10cm, ndc: System.ndc } as const;
type SystemName = keyof typeof SYSTEMS;
const systemOption = oneOf('icd-10-cm', 'ndc');
const HEADERS = {
  fda: 'product9\tname\tingredients\tstrength\tform\troutes\tpackages',
  rxnorm: 'ndc11\trxcui\tname\tingredients',
};

export function vocabCommand(): Command {
  const imports = new Command('import').description('import official files');
  imports
    .command('fda')
    .description("the FDA's NDC directory; replaces the shipped one")
    .argument('<product.txt>')
    .argument('<package.txt>')
    .action(async (product: string, packages: string) => save('ndc', HEADERS.fda, await importFda(product, packages)));
  imports
    .command('rxnorm')
    .description("RxNorm's release files: NDC → RxCUI → ingredient")
    .argument('<RXNCONSO.RRF>')
    .argument('<RXNSAT.RRF>')
    .action(async (conso: string, sat: string) => save('rxnorm-ndc', HEADERS.rxnorm, await importRxNorm(conso, sat)));
  imports
    .command('athena')
    .description("OHDSI's vocabularies downloaded from Athena: standard concepts for OMOP tables")
    .argument('<folder>', 'with CONCEPT.csv, CONCEPT_RELATIONSHIP.csv, CONCEPT_ANCESTOR.csv and VOCABULARY.csv')
    .action(importVocabularies);
  const vocab = new Command('vocab').addCommand(imports);
  vocab.command('list').description('list the dictionaries').action(list);
  vocab
    .command('show')
    .description('show what a code means')
    .argument('<code>', 'ICD-10-CM with or without dot, NDC in any form')
    .option('--system <name>', 'icd-10-cm or ndc (default: by the form of the code)', systemOption)
    .action(show);
  vocab
    .command('check')
    .description('check which codes of a file (one per line) are in their dictionary; exit code 1 if one is not')
    .argument('<file>')
    .requiredOption('--system <name>', 'icd-10-cm or ndc', systemOption)
    .action(check);
  return vocab;
}

async function save(name: string, header: string, rows: string[][]): Promise<void> {
  if (rows.length === 0) {
    throw new NothingImportedError();
  }
  try {
    makeFolder(userFolder());
  } catch (error) {
    throw fromSystemError(error, userFolder(), 'write');
  }
  const path = join(userFolder(), `${name}.tsv.gz`);
  await writeFileAtomic(path, gzipSync(`${[header, ...rows.map((row) => row.join('\t'))].join('\n')}\n`));
  console.log(`${text(rows.length)} rows → ${path}`);
}

async function importVocabularies(folder: string): Promise<void> {
  const { version, concepts, mappings, loose, ingredients } = await importAthena(folder, athenaFile());
  console.log(
    `${version}: ${text(concepts)} concepts, ${text(mappings)} mappings to standard concepts, ${text(ingredients)} pairs of drug and ingredient → ${athenaFile()}`,
  );
  if (loose > 0)
    console.log(
      `${text(loose)} mappings left out: one of their two concepts is not in the download (CPT-4, if its names were not fetched)`,
    );
}

async function list(): Promise<void> {
  const rows = new Vocabulary()
    .list()
    .map(({ system, release, entries, complete, folder }) => [
      systemName(system),
      release,
      entries,
      complete ? 'yes' : 'no',
      folder,
    ]);
  console.log(table(['system', 'release', 'entries', 'complete', 'folder'], rows));
  const athena = await Athena.open(athenaFile());
  if (athena) console.log(`OHDSI's vocabularies: ${athena.version}, ${athenaFile()}`);
  await athena?.close();
}

function show(code: string, { system }: { system?: SystemName }): void {
  const vocabulary = new Vocabulary();
  const asNdc = system === 'ndc' || (!system && /^[\d-]+$/.test(code) && code.length > 2);
  const lines = asNdc ? describeNdc(code, vocabulary) : describeIcd(code, vocabulary);
  if (!lines) throw new UnknownCodeError(code);
  console.log(lines.map(([name, value]) => `${name.padEnd(12)}${value}`).join('\n'));
}

function describeIcd(code: string, { icd10cm }: Vocabulary): [string, string][] | undefined {
  const entry = icd10cm.find(code);
  if (!entry) return undefined;
  const limits = codeLimits(entry.code);
  const age = limits && [limits.minAge, limits.maxAge].some((value) => value !== undefined);
  return [
    ['code', entry.code],
    ['title', entry.title],
    ['billable', entry.billable ? (entry.former ? 'was' : 'yes') : 'no'],
    [
      'within',
      icd10cm
        .ancestors(code)
        .map((above) => above.code)
        .join(' < '),
    ],
    ['children', entry.children.join(' ') || 'none'],
    ['valid', validity(entry)],
    ...(entry.successors ? [['succeeded by', entry.successors.join(' ')] as [string, string]] : []),
    ['sex', limits?.sex ?? 'any'],
    ['age', age ? `${limits.minAge ?? 0} to ${limits.maxAge ?? 124} years` : 'any'],
  ];
}

function validity(entry: NonNullable<ReturnType<Vocabulary['icd10cm']['find']>>): string {
  const { validFrom, validTo, former, billableTo } = entry;
  const days = `${validFrom ? `${validFrom} ` : ''}to ${validTo}`;
  if (former) return `${days}: a code of a former release`;
  return billableTo ? `${days}; billable to ${billableTo}` : days;
}

function describeNdc(code: string, vocabulary: Vocabulary): [string, string][] | undefined {
  const form = normaliseNdc(code);
  const product = vocabulary.ndc.find(code);
  if (!product) {
    return form.kind === 'ambiguous'
      ? [['ambiguous', `could be ${form.candidates.join(', ')}; none or several of these are products`]]
      : undefined;
  }
  const drug = vocabulary.rxnormOf(code);
  return [
    ['product', product.product9],
    ['name', product.name],
    ['ingredients', product.ingredients.join('; ')],
    ['strength', product.strength ?? 'see the label'],
    ['form', product.form],
    ['routes', product.routes.join('; ')],
    ['ATC', product.atc ?? 'not listed'],
    ['RxNorm', drug ? `${drug.rxcui} ${drug.name}` : 'not in the installed crosswalks'],
    ['packages', product.packages.join(' ')],
  ];
}

async function check(file: string, { system }: { system: SystemName }): Promise<void> {
  const vocabulary = new Vocabulary();
  let [known, unknown] = [0, 0];
  for await (const { text: line, number } of readLines(file)) {
    if (vocabulary.find(SYSTEMS[system], line.trim())) known++;
    else {
      unknown++;
      console.log(`${file}, line ${number}: ${line.trim()} is not in the dictionary`);
    }
  }
  console.log(`${text(known)} known, ${text(unknown)} not`);
  if (unknown > 0) process.exitCode = 1;
}
