import { Command, CommanderError } from 'commander';
import { UserError } from '@ehrsynth/io';
import { compareCommand } from './commands/compare.ts';
import { console } from './console.ts';
import { doctorCommand } from './commands/doctor.ts';
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
import { version } from './version.ts';

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
  program.addCommand(doctorCommand());
  for (const command of program.commands) inheritErrorHandling(command);
  try {
    process.exitCode = 0;
    await program.parseAsync(argv);
    return process.exitCode;
  } catch (error) {
    return exitCodeOf(error);
  }
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
  console.error(error);
  return 3;
}
