import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import { readWholeFile, stageFolder } from '@ehrsynth/io';
import { type CodeMatrix, loadMatrix } from '@ehrsynth/matrix';
import { type ModelName, MODELS } from '@ehrsynth/models';
import {
  type DatasheetFacts,
  type Filling,
  headline,
  Policy,
  signRelease,
  writePapers,
} from '@ehrsynth/release';
import { type Assessment, assess } from '../assess.ts';
import { inTheWay, summary } from '../assessment-summary.ts';
import { ReleaseRefusedError } from '../errors.ts';
import { fillRelease } from '../fill-release.ts';
import { list, listOf, oneOf, wholeNumber } from '../options.ts';
import { readPolicy } from '../policy-file.ts';
import { RELEASE_FORMATS, type ReleaseFormat, writeRelease } from '../release-data.ts';
import { type PrivacyStatement, privacyOf } from '../privacy-budget.ts';
import { readRun, type RunRecord } from '../run-folder.ts';
import { signingKey } from '../sign-key.ts';
import { table, text } from '../table.ts';
import { version } from '../version.ts';
import { writeReport } from './evaluate.ts';

interface Options {
  out: string;
  policy?: string;
  format: ReleaseFormat[];
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
    .option('--k <number>', 'draw further patients until every class of the quasi-identifiers has so many', wholeNumber(2))
    .option('--quasi-identifiers <names>', 'demographics and codes that tell classes apart: sex,age,race,E11.9', list)
    .option('--suppress', 'leave out the patients of classes that stay smaller than k', false)
    .option('--most-draws <number>', 'rows drawn from the model to fill classes, at most', wholeNumber(1), 1_000_000)
    .option('--model <folder>', 'model that drew the patients (default: the one that run.json names)')
    .option('--cohort <folder>', 'cohort that the model learnt from (default: the one that run.json names)')
    .option('--outcome <code>', 'code that is predicted, as in evaluate')
    .option('--seed <number>', 'decides which rows are drawn where not all are compared', wholeNumber(0), 1)
    .option('--engine <name>', `one of ${ENGINE_NAMES.join(', ')}, to draw further patients with`, oneOf('auto', ...ENGINE_NAMES), 'auto')
    .option('--sign <key>', 'secret key of `release keygen` or minisign to sign the package with (its password: EHRSYNTH_SIGN_PASSWORD, or a question)')
    .option('--force', 'replace the folder', false)
    .action(build);
} // prettier-ignore

async function build(synth: string, options: Options): Promise<void> {
  const generated = await readRun(synth, 'generate');
  const model = options.model ?? String(generated.options.model);
  const trained = await readRun(model, 'train');
  const cohort = options.cohort ?? String(trained.options.cohort);
  await readRun(cohort, 'ingest');
  const { policy, licenseText } = await policyOf(options);
  const key = options.sign === undefined ? undefined : await signingKey(options.sign);
  // What is not part of the package stands beside it, and goes whatever happens.
  const work = await stageFolder(`${resolve(options.out)}.work`, { replace: true });
  try {
    const source = await sourceOf(synth, work.path, generated, model, policy, options);
    const staged = await stageFolder(options.out, { replace: options.force });
    try {
      const records = await writeRelease(source.records, staged.path, options.format, source.matrix.rows);
      const { seed, outcome } = options;
      const found = await assess({ cohort, synthetic: source.matrix, model, policy, seed, outcome, records });
      console.log(summary(found));
      const { verdict } = found;
      if (!verdict.passed)
        throw new ReleaseRefusedError(headline(verdict), inTheWay(verdict), verdict.advice);
      await writeReport(staged.path, found, policy.datasheet.title);
      const privacy = await privacyOf(model);
      const facts = factsOf(found, source, options.format, generated, trained, privacy);
      await writePapers(staged.path, policy, source.matrix, facts, licenseText);
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
  matrix: CodeMatrix;
  filling?: Filling;
  suppressed: number;
}

/** What is given away: the patients of the folder, and those that are drawn until classes have k. */
async function sourceOf(
  synth: string,
  work: string,
  generated: RunRecord,
  model: string,
  policy: Policy,
  { engine, mostDraws, suppress }: Options,
): Promise<Source> {
  const asked = policy['k-anonymity'];
  if (!asked) return { records: join(synth, 'records.ndjson.gz'), matrix: await loadMatrix(synth), suppressed: 0 };
  const { filling, suppressed } = await fillRelease(synth, work, generated, model, asked, { engine, mostDraws, suppress });
  console.log(fillingReport(filling, suppressed));
  return { records: join(work, 'records.ndjson.gz'), matrix: await loadMatrix(work), filling, suppressed };
} // prettier-ignore

const CLASSES_SHOWN = 10;

function fillingReport({ k, quasiIdentifiers, added, drawn, classes }: Filling, suppressed: number): string {
  const head = `k-anonymity by ${quasiIdentifiers.join(', ')}: ${text(classes.length)} classes had fewer than ${text(k)} patients; ${text(added)} patients were added, found among ${text(drawn)} that the model drew${suppressed > 0 ? `; ${text(suppressed)} patients were left out` : ''}`;
  const most = [...classes].sort((a, b) => b.found - a.found).slice(0, CLASSES_SHOWN);
  return most.length === 0
    ? head
    : `${head}\n${table(['class', 'had', 'found'], most.map(({ members, before, found }) => [members.join(', ') || 'nothing known', before, found]))}`;
} // prettier-ignore

function factsOf(
  { comparison, verdict }: Assessment,
  { filling, suppressed }: Source,
  formats: ReleaseFormat[],
  generated: RunRecord,
  trained: RunRecord,
  privacy: PrivacyStatement | undefined,
): DatasheetFacts {
  const { rows, codes } = comparison;
  return {
    version: version(),
    date: new Date().toISOString().slice(0, 10),
    patients: rows.synthetic,
    codes,
    formats,
    model: { name: MODELS[(trained.options.model ?? 'medgan') as ModelName].title, seed: Number(trained.options.seed), trainedOn: rows.training, heldOut: rows.holdout },
    generated: { seed: Number(generated.options.seed), engine: String(generated.options.engine) },
    epsilon: privacy,
    filling,
    suppressed,
    verdict,
  };
} // prettier-ignore
