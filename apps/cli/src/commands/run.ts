import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { checkPlaces, stepLabel, readStudy, runStudy, stepsOf, type StudyStep, studyOfRun } from '@ehrsynth/pipeline';
import { console } from '../console.ts';
import { NoStudyError, StudyUsageError } from '../errors.ts';
import { ignoringSignals } from '../signals.ts';
import { STUDY_COMMAND } from '../study-command.ts';
import { wordsOf } from '../step-arguments.ts';
import { checkInputs } from '../step-inputs.ts';

interface Options {
  redo?: string;
  dryRun: boolean;
  from?: string;
  source?: string;
  out: string;
}

/** Exit code of a command that a signal stopped. */
const STOPPED = 130;
const FIRST_RUN = { replace: false, resume: false };

export function runCommand(): Command {
  return new Command('run')
    .argument('[study]', 'file that `ehrsynth init` wrote (default: study.yaml)')
    .option('--redo <step>', 'run this step and those after it again, whatever has changed')
    .option('--dry-run', 'print the commands that would run, and run none', false)
    .option('--from <run.json>', 'instead of a study: repeat this run and the runs before it')
    .option('--source <place>', 'with --from: the records to read')
    .option('-o, --out <folder>', 'with --from: where to write', 'study')
    .action(run);
}

async function run(file: string | undefined, options: Options): Promise<void> {
  const { folder, out, steps, lenient, placeOf } = await planOf(file, options);
  // A mistake in the last step shows before the first one has taken an hour.
  for (const step of steps) {
    await wordsOf(step, FIRST_RUN, { lenient, placeOf });
    await checkInputs(step, { folder, out, placeOf });
  }
  const again = `ehrsynth ${wordsOfRun(file, options).map(quoted).join(' ')}`;
  const failed = await runStudy({
    steps,
    folder,
    out,
    redo: options.redo,
    dryRun: options.dryRun,
    onStep: (step, isDone) => {
      if (isDone) console.log(`— ${stepLabel(step)}: done, nothing has changed (${step.out})`);
    },
    execute: async (step, how) => {
      const words = await wordsOf(step, how, { lenient, placeOf });
      console.log(`\n— ${stepLabel(step)}\n$ ehrsynth ${words.map(quoted).join(' ')}`);
      return options.dryRun ? 0 : inOwnProcess(words, folder, again);
    },
  });
  if (!failed) {
    if (!options.dryRun) console.log(`\nAll steps are done → ${out}`);
    return;
  }
  const label = stepLabel(failed.failed);
  console.error(
    failed.exitCode === STOPPED
      ? `\n${label} stopped. \`${again}\` continues from this step.`
      : `\n${label} failed. Once the cause is fixed, \`${again}\` continues from this step.`,
  );
  process.exitCode = failed.exitCode;
}

interface Plan {
  steps: StudyStep[];
  folder: string;
  out: string;
  lenient: boolean;
  /** File, line and column of a key of the study; undefined where there is no file. */
  placeOf?: (keys: readonly string[]) => string;
}

async function planOf(file: string | undefined, { from, source, out }: Options): Promise<Plan> {
  if (from !== undefined) {
    if (file !== undefined) throw new StudyUsageError('a study file and --from cannot be combined');
    const study = await studyOfRun(from, out, source);
    checkPlaces(study, process.cwd());
    return { steps: stepsOf(study), folder: process.cwd(), out, lenient: true };
  }
  const path = file ?? 'study.yaml';
  if (!existsSync(path)) throw new NoStudyError(path);
  const { data: study, placeOf } = await readStudy(path);
  const folder = dirname(resolve(path));
  checkPlaces(study, folder);
  return { steps: stepsOf(study), folder, out: study.out, lenient: false, placeOf };
}

/** The words that run this study again, to continue it. */
function wordsOfRun(file: string | undefined, { from, source, out }: Options): string[] {
  if (from === undefined) return ['run', ...(file === undefined ? [] : [file])];
  return ['run', '--from', from, ...(source === undefined ? [] : ['--source', source]), '--out', out];
}

/** Each command has a process of its own, as if it were typed; a signal is that command's to answer. */
async function inOwnProcess(words: string[], folder: string, again: string): Promise<number> {
  return ignoringSignals(async (onSignal) => {
    const child = spawn(process.execPath, [process.argv[1], ...words], {
      cwd: folder,
      stdio: 'inherit',
      env: { ...process.env, [STUDY_COMMAND]: again },
    });
    onSignal((signal) => child.kill(signal));
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? STOPPED;
  });
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
