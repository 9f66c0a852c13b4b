import { Command } from 'commander';
import { ENGINE_NAMES, type EngineName } from '@ehrsynth/engine';
import { type PipelineEvent, release, RELEASE_FORMATS, type ReleaseFormat } from '@ehrsynth/pipeline';
import type { Filling } from '@ehrsynth/release';
import { summary } from '../assessment-summary.ts';
import { console } from '../console.ts';
import { CSV_RAW } from '../csv-raw.ts';
import { list, listOf, oneOf, wholeNumber } from '../options.ts';
import { password } from '../password.ts';
import { showing } from '../showing.ts';
import { table, text } from '../table.ts';

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
    .description('check every gate and, if all pass, write the package')
    .argument('<synth>', 'folder that `ehrsynth generate` wrote')
    .option('-o, --out <folder>', 'where to write the package', 'release')
    .option(
      '--policy <file>',
      'gates, k-anonymity, datasheet and licence (default: as `ehrsynth release policy` prints)',
    )
    .option('--format <formats>', `formats of the data: ${RELEASE_FORMATS.join(', ')}`, listOf(...RELEASE_FORMATS), [
      'fhir',
      'csv',
    ] as ReleaseFormat[])
    .option('--csv-raw', CSV_RAW, false)
    .option(
      '--k <number>',
      'draw more patients until every class of the quasi-identifiers has at least this many',
      wholeNumber(2),
    )
    .option('--quasi-identifiers <names>', 'demographics and codes that define the classes: sex,age,race,E11.9', list)
    .option('--suppress', 'leave out patients in classes that remain smaller than k', false)
    .option('--most-draws <number>', 'most patients to draw from the model to fill classes', wholeNumber(1), 1_000_000)
    .option(
      '--model <folder>',
      'model that the patients were drawn from (default: as run.json says); must be that model',
    )
    .option(
      '--cohort <folder>',
      'cohort that the model was trained on (default: as run.json says); must be that cohort',
    )
    .option('--outcome <code>', 'code to predict, as in evaluate')
    .option('--seed <number>', 'determines which rows are sampled if not all are compared', wholeNumber(0), 1)
    .option(
      '--engine <name>',
      `one of ${ENGINE_NAMES.join(', ')}, to draw more patients with`,
      oneOf('auto', ...ENGINE_NAMES),
      'auto',
    )
    .option(
      '--sign <key>',
      'secret key from `release keygen` or minisign to sign the package with (its password: EHRSYNTH_SIGN_PASSWORD, or asked for)',
    )
    .option('--force', 'replace the folder', false)
    .action(run);
}

async function run(folder: string, options: Options): Promise<void> {
  const { out } = await release(folder, options, { ...showing(sayRelease), password });
  console.log(`Release → ${out}; \`ehrsynth release verify ${out}\` checks it`);
}

function sayRelease(event: PipelineEvent): void {
  if (event.type === 'filled') console.log(fillingReport(event.filling, event.suppressed));
  if (event.type === 'measured') console.log(summary(event.assessment));
}

const CLASSES_SHOWN = 10;

function fillingReport({ k, quasiIdentifiers, added, drawn, classes }: Filling, suppressed: number): string {
  const head = `k-anonymity by ${quasiIdentifiers.join(', ')}: ${text(classes.length)} classes had fewer than ${text(k)} patients; ${text(added)} patients were added from ${text(drawn)} drawn${suppressed > 0 ? `; ${text(suppressed)} patients were left out` : ''}`;
  const most = [...classes].sort((a, b) => b.found - a.found).slice(0, CLASSES_SHOWN);
  return most.length === 0
    ? head
    : `${head}\n${table(
        ['class', 'before', 'added'],
        most.map(({ members, before, found }) => [members.join(', ') || 'no values known', before, found]),
      )}`;
}
