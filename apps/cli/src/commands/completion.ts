import { Argument, Command } from 'commander';
import { commandTree } from '../command-tree.ts';
import { completionScript, type Shell, SHELLS } from '../completion.ts';

export function completionCommand(): Command {
  return new Command('completion')
    .addArgument(new Argument('<shell>', 'the shell that completes').choices(SHELLS))
    .action(async (shell: Shell) => void process.stdout.write(completionScript(shell, await commandTree())));
}
