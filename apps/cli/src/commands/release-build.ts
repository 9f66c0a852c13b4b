import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import { readWholeFile, stageFolder } from '@ehrsynth/io';
import { type ModelName, MODELS } from '@ehrsynth/models';
import {
  type DatasheetFacts,
  type Filling,
  headline,
  isInTheWay,
  Policy,
  policyYaml,
  recordTry,
  signRelease,
  type Tries,
  writePapers,
} from '@ehrsynth/release';
import { inTheWay, summary } from '../assessment-summary.ts';
import { console } from '../console.ts';
import { CSV_RAW } from '../csv-export.ts';
import { ChangedMeanwhileError, ReleaseRefusedError } from '../errors.ts';
import { fillRelease } from '../fill-release.ts';
import { withKnownTitles } from '../known-titles.ts';
import { type MeasuredRelease, measureRelease, rareLines } from '../measure-release.ts';
import { list, listOf, oneOf, wholeNumber } from '../options.ts';
import { readPolicy } from '../policy-file.ts';
import { RELEASE_FORMATS, type ReleaseFormat, writeRelease } from '../release-data.ts';
import { type ReleaseChain, releaseChain } from '../release-provenance.ts';
import { writeReleaseReport } from '../release-report.ts';
import { type PrivacyStatement, privacyOf } from '../privacy-budget.ts';
import { fileOf, filesOf, LEDGER_FILE, type RunFile } from '../run-folder.ts';
import { assertReplaceable } from '../replaceable.ts';
import { signingKey } from '../sign-key.ts';
import { table, text } from '../table.ts';
import { version } from '../version.ts';

interface Options {
  out: string;
  policy?: string;
  format: ReleaseFormat[];
  csvRaw: boolean;
  k?: number;
  quasiIdentifiers?: string[];
  suppress: boolean;
  mostDraws: number;
  model?: string;
  cohort?: string;
  outcome?: string;
  seed: number;
  engine: EngineName | 'auto';
  sign?: string;
  force: boolean;
}

export function buildReleaseCommand(): Command {
  return new Command('build')
    .description('check every gate, and write the package when all pass')
    .argument('<synth>', 'folder that `ehrsynth generate` wrote')
    .option('-o, --out <folder>', 'where to write the package', 'release')
    .option('--policy <file>', 'gates, k-anonymity, datasheet and licence (default: as `ehrsynth release policy` prints)')
    .option('--format <formats>', `formats of the data: ${RELEASE_FORMATS.join(', ')}`, listOf(...RELEASE_FORMATS), ['fhir', 'csv'] as ReleaseFormat[])
    .option('--csv-raw', CSV_RAW, false)
    .option('--k <number>', 'draw further patients until every class of the quasi-identifiers has so many', wholeNumber(2))
    .option('--quasi-identifiers <names>', 'demographics and codes that tell classes apart: sex,age,race,E11.9', list)
    .option('--suppress', 'leave out the patients of classes that stay smaller than k', false)
    .option('--most-draws <number>', 'rows drawn from the model to fill classes, at most', wholeNumber(1), 1_000_000)
    .option('--model <folder>', 'model that drew the patients (default: the one that run.json names); it must be the one that drew them')
    .option('--cohort <folder>', 'cohort that the model learnt from (default: the one that run.json names); it must be that one')
    .option('--outcome <code>', 'code that is predicted, as in evaluate')
    .option('--seed <number>', 'decides which rows are drawn where not all are compared', wholeNumber(0), 1)
    .option('--engine <name>', `one of ${ENGINE_NAMES.join(', ')}, to draw further patients with`, oneOf('auto', ...ENGINE_NAMES), 'auto')
    .option('--sign <key>', 'secret key of `release keygen` or minisign to sign the package with (its password: EHRSYNTH_SIGN_PASSWORD, or a question)')
    .option('--force', 'replace the folder', false)
    .action(build);
} // prettier-ignore

async function build(folder: string, options: Options): Promise<void> {
  const chain = await releaseChain(folder, options);
  const { policy, licenseText } = await policyOf(options);
  const key = options.sign === undefined ? undefined : await signingKey(options.sign);
  const privacy = await privacyOf(chain.model.folder);
  // What is not part of the package stands beside it, and goes whatever happens.
  const sources = [
    folder,
    chain.model.folder,
    chain.cohort.folder,
    ...(options.policy ? [options.policy] : []),
  ];
  const mayReplace = () => assertReplaceable(options.out, sources);
  const work = await stageFolder(`${resolve(options.out)}.work`, { replace: true });
  try {
    const source = await sourceOf(chain, work.path, policy, options);
    const staged = await stageFolder(options.out, {
      replace: options.force,
      ...(options.force && { mayReplace }),
    });
    try {
      const { measured, sums } = await writeAndMeasure(
        staged.path,
        work.path,
        source,
        chain,
        policy,
        options,
      );
      // Before anything is shown: who stops here has seen nothing.
      const tries = await record(chain, source, measured, policy, options);
      console.log(summary(measured.found));
      refuseUnlessPassed(measured);
      await writeReleaseReport(staged.path, measured, policy.datasheet.title, privacy !== undefined);
      const facts = factsOf(measured, source, chain, options, tries, privacy);
      await writePapers(staged.path, policy, measured.matrix, facts, licenseText);
      await checkUnchanged(staged.path, sums);
      if (key) await signRelease(staged.path, key);
      await staged.commit();
    } finally {
      await staged.discard();
    }
  } finally {
    await work.discard();
  }
  console.log(`Release → ${options.out}; \`ehrsynth release verify ${options.out}\` checks it`);
}

/** The policy with what the command line says, and the text of its licence. */
async function policyOf({ policy: path, k, quasiIdentifiers }: Options) {
  const policy = path === undefined ? Policy.parse({}) : await readPolicy(path);
  const asked = policy['k-anonymity'];
  if (k !== undefined || quasiIdentifiers !== undefined) {
    policy['k-anonymity'] = {
      k: k ?? asked?.k ?? 10,
      'quasi-identifiers': quasiIdentifiers ?? asked?.['quasi-identifiers'] ?? ['sex', 'age', 'race'],
    };
  }
  const { license } = policy;
  const licenseText = license && (await readWholeFile(resolve(dirname(path!), license.file)));
  return { policy, licenseText };
}

interface Source {
  /** Path of the records. */
  records: string;
  /** SHA-256 of those that were drawn. */
  sample: string;
  patients: number;
  filling?: Filling;
  suppressed: number;
}

const RECORDS = 'records.ndjson.gz';

/** What is given away: the patients of the folder, and those that are drawn until classes have k. */
async function sourceOf(
  { synth, model, cohort }: ReleaseChain,
  work: string,
  policy: Policy,
  { engine, mostDraws, suppress }: Options,
): Promise<Source> {
  const { sha256: sample } = await fileOf(join(synth.folder, RECORDS), RECORDS);
  const drawn = Number(synth.run.counts.patients);
  const asked = policy['k-anonymity'];
  if (!asked) return { records: join(synth.folder, RECORDS), sample, patients: drawn, suppressed: 0 };
  const records = join(work, RECORDS);
  const { filling, suppressed } = await fillRelease(synth.folder, records, synth.run, model.folder, cohort.folder, asked, { engine, mostDraws, suppress });
  console.log(fillingReport(filling, suppressed));
  return { records, sample, patients: drawn + filling.added - suppressed, filling, suppressed };
} // prettier-ignore

/** Writes the records into data/, and measures them as they stand there. */
async function writeAndMeasure(
  staged: string,
  work: string,
  source: Source,
  { model, cohort }: ReleaseChain,
  policy: Policy,
  { format, csvRaw, seed, outcome }: Options,
): Promise<{ measured: MeasuredRelease; sums: RunFile[] }> {
  const titled = join(work, 'titled.ndjson.gz');
  await withKnownTitles(source.records, titled, model.folder);
  const records = await writeRelease(titled, staged, format, source.patients, { raw: csvRaw });
  const sums = await filesOf(join(staged, 'data'), 'data');
  const measured = await measureRelease(staged, format, { cohort: cohort.folder, model: model.folder, policy, seed, outcome, records }, { raw: csvRaw });
  return { measured, sums };
} // prettier-ignore

/** Writes the try into the ledger beside the cohort, passed or not. */
function record(
  { synth, cohort }: ReleaseChain,
  { sample }: Source,
  { found, others }: MeasuredRelease,
  policy: Policy,
  { seed }: Options,
): Promise<Tries> {
  const verdicts = [found.verdict, ...others.map(({ verdict }) => verdict)];
  const failed = verdicts.filter(({ passed }) => !passed).flatMap(({ gates, accepted }) => gates.filter((gate) => isInTheWay(gate, accepted)));
  return recordTry(join(cohort.folder, LEDGER_FILE), {
    date: new Date().toISOString(),
    sample,
    generateSeed: Number(synth.run.options.seed),
    evaluationSeed: seed,
    policy: createHash('sha256').update(policyYaml(policy)).digest('hex'),
    outcome: verdicts.every(({ passed }) => passed) ? 'passed' : 'refused',
    failed: [...new Set(failed.map(({ name }) => name))],
  });
} // prettier-ignore

/** @throws ReleaseRefusedError where a format does not meet the policy */
function refuseUnlessPassed({ found, others, rare }: MeasuredRelease): void {
  const all = [found.verdict, ...others.map(({ verdict }) => verdict)];
  const refused = all.find(({ passed }) => !passed);
  if (!refused) return;
  // What is in the way of the first format, and what to do, stands above.
  const lines = others.flatMap(({ format, verdict }) =>
    [...inTheWay(verdict), ...verdict.advice.map((step) => `  → ${step}`)].map(
      (line) => `  data/${format}: ${line.trim()}`,
    ),
  );
  throw new ReleaseRefusedError(headline(refused), [...lines, ...rareLines(rare)]);
}

/** @throws ChangedMeanwhileError where data/ is not what was measured */
async function checkUnchanged(staged: string, sums: RunFile[]): Promise<void> {
  const listed = new Set((await readFile(join(staged, 'SHA256SUMS'), 'utf8')).split('\n'));
  const changed = sums.find(({ name, sha256 }) => !listed.has(`${sha256}  ${name}`));
  const inData = [...listed].filter((line) => line.includes('  data/')).length;
  if (changed || inData !== sums.length) throw new ChangedMeanwhileError(changed?.name ?? 'data');
}

const CLASSES_SHOWN = 10;

function fillingReport({ k, quasiIdentifiers, added, drawn, classes }: Filling, suppressed: number): string {
  const head = `k-anonymity by ${quasiIdentifiers.join(', ')}: ${text(classes.length)} classes had fewer than ${text(k)} patients; ${text(added)} patients were added, found among ${text(drawn)} that the model drew${suppressed > 0 ? `; ${text(suppressed)} patients were left out` : ''}`;
  const most = [...classes].sort((a, b) => b.found - a.found).slice(0, CLASSES_SHOWN);
  return most.length === 0
    ? head
    : `${head}\n${table(['class', 'had', 'found'], most.map(({ members, before, found }) => [members.join(', ') || 'nothing known', before, found]))}`;
} // prettier-ignore

function factsOf(
  { found, matrix, others, encoding }: MeasuredRelease,
  { filling, suppressed }: Source,
  { synth, model }: ReleaseChain,
  { format: formats, csvRaw }: Options,
  tries: Tries,
  privacy: PrivacyStatement | undefined,
): DatasheetFacts {
  const { comparison, verdict } = found;
  const { rows } = comparison;
  const [trained, generated] = [model.run.options, synth.run.options];
  const { minPatients, rare } = encoding;
  return {
    version: version(),
    date: new Date().toISOString().slice(0, 10),
    patients: rows.synthetic,
    codes: matrix.carriers().subarray(matrix.firstCode).filter((carriers) => carriers > 0).length,
    formats,
    csvRaw,
    otherFormats: others,
    model: { name: MODELS[(trained.model ?? 'medgan') as ModelName].title, seed: Number(trained.seed), trainedOn: rows.training, heldOut: rows.holdout },
    ingest: { minPatients, rare },
    generated: { seed: Number(generated.seed), engine: String(generated.engine) },
    epsilon: privacy,
    filling,
    suppressed,
    tries,
    verdict,
  };
} // prettier-ignore
