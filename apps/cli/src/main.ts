import { Command, CommanderError } from 'commander';
import { fromSystemError, isSystemError, UserError } from '@ehrsynth/io';
import { compareCommand } from './commands/compare.ts';
import { console } from './console.ts';
import { doctorCommand } from './commands/doctor.ts';
import { engineCommand } from './commands/engine.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { generateCommand } from './commands/generate.ts';
import { ingestCommand } from './commands/ingest.ts';
import { mergeCommand } from './commands/merge.ts';
import { pushCommand } from './commands/push.ts';
import { releaseCommand } from './commands/release.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { simulateCommand } from './commands/simulate.ts';
import { trainCommand } from './commands/train.ts';
import { validateCommand } from './commands/validate.ts';
import { vocabCommand } from './commands/vocab.ts';
import { restrictFileModes } from './file-modes.ts';
import { guardExit } from './unfinished.ts';
import { version } from '@ehrsynth/pipeline';

export { listenToSignals } from './signals.ts';

/** Runs a command line and gives its exit code: 0 done; 1 the data failed a check; 2 wrong usage; 3 the environment lacks something. */
export async function main(argv: string[]): Promise<number> {
  const program = new Command('ehrsynth')
    .description('Synthetic patient records that may be shared: read, train, generate, export, check.')
    .version(version())
    .showHelpAfterError('(--help shows the options)')
    .exitOverride();
  program.addCommand(simulateCommand());
  program.addCommand(ingestCommand());
  program.addCommand(trainCommand());
  program.addCommand(generateCommand());
  program.addCommand(mergeCommand());
  program.addCommand(exportCommand());
  program.addCommand(validateCommand());
  program.addCommand(pushCommand());
  program.addCommand(sandboxCommand());
  program.addCommand(evaluateCommand());
  program.addCommand(compareCommand());
  program.addCommand(releaseCommand());
  program.addCommand(vocabCommand());
  program.addCommand(engineCommand());
  program.addCommand(doctorCommand());
  for (const command of program.commands) inheritErrorHandling(command);
  let usualModes = () => {};
  program.hook('preAction', (_, action) => void (usualModes = restrictFileModes(firstWord(action))));
  const finished = guardExit();
  try {
    process.exitCode = 0;
    await program.parseAsync(argv);
    return process.exitCode;
  } catch (error) {
    return exitCodeOf(error);
  } finally {
    usualModes();
    finished();
  }
}

/** Ends the process in words where a fault reaches nobody who waits for it. */
export function listenToFaults(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Nobody reads any more, as behind `| head`: end as a process does that knows no better.
    process.exit(error.code === 'EPIPE' ? 141 : exitCodeOf(error));
  });
  process.on('uncaughtException', (error) => process.exit(exitCodeOf(error)));
}

/** The name of a command under the program's own: ingest for `ehrsynth ingest fhir`. */
function firstWord(command: Command): string {
  return command.parent?.parent ? firstWord(command.parent) : command.name();
}

function inheritErrorHandling(command: Command): void {
  command.exitOverride().showHelpAfterError('(--help shows the options)');
  command.commands.forEach(inheritErrorHandling);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    console.error(`\n${error.message}`);
    return error.exitCode;
  }
  if (isSystemError(error)) {
    const verb = ['read', 'open', 'stat', 'lstat', 'scandir'].includes(error.syscall ?? '') ? 'read' : 'write';
    return exitCodeOf(fromSystemError(error, error.path ?? 'a file that the system does not name', verb));
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(
    process.env.EHRSYNTH_DEBUG
      ? `\n${stack}`
      : `\nUnexpected error: ${message}\n  This is a fault of ehrsynth; with EHRSYNTH_DEBUG=1 it says where.`,
  );
  return 3;
}
