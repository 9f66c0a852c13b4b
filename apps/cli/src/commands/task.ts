import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { runTask } from '@ehrsynth/pipeline/tasks';

/**
 * What the executors of a cluster start: no command for people. Each task begins a program, so it loads no library but those of its work:
 * options.ts alone would bring that of FHIR and all models.
 */
export function taskCommand(): Command {
  return new Command('task')
    .argument('<name>', 'what to do with the lines of standard input')
    .option('--folder <name=path...>', 'a folder that the task reads (may be repeated)')
    .option('--options <json>', 'options of the task')
    .action(run);
}

async function run(name: string, { folder = [], options }: { folder?: string[]; options?: string }): Promise<void> {
  const folders = Object.fromEntries(folder.map((text) => text.split(/=(.*)/s) as [string, string]));
  const setting = { folders, ...(options !== undefined && { options: JSON.parse(options) as unknown }) };
  await pipeline(Readable.from(runTask(name, linesIn(), setting)), process.stdout, { end: false });
}

/** Begun when the first line is asked for: until then none is lost. */
async function* linesIn(): AsyncGenerator<string> {
  yield* createInterface({ input: process.stdin, crlfDelay: Infinity });
}
