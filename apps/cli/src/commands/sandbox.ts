import { Command } from 'commander';
import { FhirServer, push, Receipt, SHARED } from '@ehrsynth/fhir';
import { Vocabulary } from '@ehrsynth/vocab';
import { lockOutput, temporaryFolder } from '@ehrsynth/io';
import { dirname, join, resolve } from 'node:path';
import { wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { withSignal } from '../signals.ts';
import { text } from '../table.ts';
import { version } from '../version.ts';

interface Options {
  port: number;
  load?: string;
  data?: string;
  acceptInvalid: boolean;
}

export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('run a FHIR R4 server on this machine for trying exports; Ctrl-C ends it')
    .option('--port <number>', 'port on 127.0.0.1; 0: any that is free', wholeNumber(0), 8080)
    .option('--load <source>', 'fill it with this file or folder of FHIR first')
    .option(
      '--data <folder>',
      'keep the data in this folder, and have it again next time (default: in memory alone)',
    )
    .option('--accept-invalid', 'let in what `validate fhir` finds errors in', false)
    .action(run);
}

async function run({ port, load, data, acceptInvalid }: Options): Promise<void> {
  // Loaded here: no other command needs a server's libraries.
  const { startSandbox } = await import('@ehrsynth/sandbox');
  const unlock = data === undefined ? () => {} : lockOutput(data);
  const sandbox = await startSandbox({ port, vocabulary: new Vocabulary(), version: version(), dataFolder: data, acceptInvalid }); // prettier-ignore
  try {
    await withSignal(async (signal) => {
      if (load) await fill(sandbox.url, load, data, signal);
      console.log(`FHIR R4 server with ${text(sandbox.size())} resources: ${sandbox.url}`);
      console.log(
        `Try: curl '${sandbox.url}/Patient?_count=2'. Ctrl-C ends it${data ? '' : ', and its data'}.`,
      );
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
  } finally {
    await sandbox.close();
    unlock();
  }
}

/** Sends the source to the server as any client would. */
async function fill(
  url: string,
  source: string,
  data: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const folder = await temporaryFolder(data === undefined ? undefined : dirname(resolve(data)));
  const progress = new Progress('Loading', 'resources');
  try {
    const receipt = await Receipt.create(join(folder.path, 'receipt'), url, (unit) => unit === SHARED);
    const counts = await push(source, new FhirServer({ url }), receipt, {
      as: 'transaction',
      size: 500,
      concurrency: 2,
      signal,
      onProgress: ({ created, existed }) => progress.update(created + existed),
      onFault: ({ fault, where }) => progress.say(`Not loaded: ${fault}\n  at ${where}`),
    });
    progress.stop();
    if (counts.rejected > 0) {
      console.log(
        `${text(counts.rejected)} resources were turned down as invalid: \`ehrsynth validate fhir ${source}\` tells why`,
      );
    }
  } finally {
    progress.stop();
    await folder.remove();
  }
}
