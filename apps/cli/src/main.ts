import { Command, CommanderError } from 'commander';
import { fromSystemError, isSystemError, UserError, version } from '@ehrsynth/io';
import { COMMANDS } from './commands.ts';
import { console } from './console.ts';
import { restrictFileModes } from './file-modes.ts';
import { asStudySays } from './study-command.ts';
import { guardExit } from './unfinished.ts';

export { listenToSignals } from './signals.ts';

/**
 * Runs a command line and gives its exit code: 0 done; 1 the data failed a check; 2 wrong usage; 3 the environment lacks something; 130 a signal
 * stopped it.
 */
export async function main(argv: string[]): Promise<number> {
  const program = new Command('ehrsynth')
    .description('Synthetic patient records that may be shared: read, train, generate, export, check.')
    .version(version())
    .showHelpAfterError('(--help shows the options)')
    .exitOverride();
  let usualModes = () => {};
  program.hook('preAction', (_, action) => void (usualModes = restrictFileModes(firstWord(action))));
  const finished = guardExit();
  try {
    process.exitCode = 0;
    for (const command of await commandsFor(argv))
      program.addCommand(command, { hidden: COMMANDS[command.name()].isHidden });
    for (const command of program.commands) inheritErrorHandling(command);
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

/** All commands; but for the one that is asked for, they have no more than is shown of them in the list. */
async function commandsFor(argv: string[]): Promise<Command[]> {
  const asked = argv.slice(2).find((word) => Object.hasOwn(COMMANDS, word));
  return Promise.all(
    Object.entries(COMMANDS).map(async ([name, { about, load }]) =>
      (name === asked ? await load() : new Command(name)).description(about),
    ),
  );
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
    console.error(`\n${asStudySays(error.message)}`);
    return error.exitCode;
  }
  if (isSystemError(error)) {
    const verb = ['read', 'open', 'stat', 'lstat', 'scandir'].includes(error.syscall ?? '') ? 'read' : 'write';
    return exitCodeOf(fromSystemError(error, error.path ?? 'an unnamed file', verb));
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(
    process.env.EHRSYNTH_DEBUG
      ? `\n${stack}`
      : `\nUnexpected error: ${message}\n  This is a bug in ehrsynth; set EHRSYNTH_DEBUG=1 to see where.`,
  );
  return 3;
}
