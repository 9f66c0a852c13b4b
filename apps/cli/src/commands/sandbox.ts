import { Command, InvalidArgumentError } from 'commander';
import { FhirServer, push, Receipt, SHARED } from '@ehrsynth/fhir';
import { printable, temporaryFolder, version } from '@ehrsynth/io';
import type { Sandbox } from '@ehrsynth/sandbox';
import { Vocabulary } from '@ehrsynth/vocab';
import { dirname, join, resolve } from 'node:path';
import { console } from '../console.ts';
import { above0, collect, port, wholeNumber } from '../options.ts';
import { Progress } from '../progress.ts';
import { withSignal } from '../signals.ts';
import { text } from '../table.ts';

interface Options {
  port: number;
  host: string;
  allowHost?: string[];
  allowOrigin?: string[];
  token?: string;
  maxBodyMb: number;
  maxConnections: number;
  stallTimeout: number;
  smart: boolean;
  smartPatient?: string;
  load?: string;
  data?: string;
  acceptInvalid: boolean;
}

export function sandboxCommand(): Command {
  return new Command('sandbox')
    .option('--port <number>', 'port to listen on; 0: any free port', port, 8080)
    .option('--host <address>', 'address to listen on; any but loopback needs a token', '127.0.0.1')
    .option(
      '--allow-host <name>',
      'also answer requests sent to this host name, name or name:port (may be repeated)',
      collect,
    )
    .option(
      '--allow-origin <origin>',
      "allow web pages of this origin to send requests: https://app.example.org, or '*' for any (may be repeated); localhost always may",
      origin,
    )
    .option('--token <token>', 'bearer token that requests must carry (or in the environment: EHRSYNTH_SANDBOX_TOKEN)')
    .option('--smart', 'launch SMART apps under development: anyone who asks gets a token (no security)', false)
    .option('--smart-patient <id>', 'with --smart: launch every app with this patient instead of asking')
    .option('--load <source>', 'load this file or folder of FHIR first')
    .option('--data <folder>', 'keep the data in this folder for the next start (default: in memory only)')
    .option('--accept-invalid', 'accept resources in which `validate fhir` finds errors', false)
    .option('--max-body-mb <number>', 'largest request body, decompressed', above0, SANDBOX.maxBodyMb)
    .option('--max-connections <number>', 'most connections at the same time', wholeNumber(1), SANDBOX.maxConnections)
    .option(
      '--stall-timeout <seconds>',
      'close a connection that is silent for this long',
      above0,
      SANDBOX.stallTimeout,
    )
    .action(run);
}

/** Defaults as the options say them. */
const SANDBOX = { maxBodyMb: 128, maxConnections: 512, stallTimeout: 300 };

function origin(text: string, before: string[] = []): string[] {
  if (text === '*') return [...before, text];
  if (!URL.canParse(text) || !['http:', 'https:'].includes(new URL(text).protocol))
    throw new InvalidArgumentError('Must be an origin, such as https://app.example.org, or *');
  return [...before, new URL(text).origin];
}

async function run({ load, data, ...options }: Options): Promise<void> {
  const token = options.token ?? process.env.EHRSYNTH_SANDBOX_TOKEN;
  const sandbox = await startWith({ ...options, closed: load !== undefined }, token, data);
  try {
    await withSignal(async (signal) => {
      if (load) await fill(sandbox, load, data, signal);
      sandbox.open();
      console.log(`FHIR R4 server with ${text(sandbox.size())} resources: ${sandbox.url}`);
      console.log(`To browse them: ${new URL('/', sandbox.url).href}`);
      console.log(
        `Try: curl '${sandbox.url}/${sandbox.token === undefined ? 'Patient?_count=2' : 'metadata'}'. Ctrl-C stops it${data ? '' : ' and discards the data'}.`,
      );
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
  } finally {
    await sandbox.close();
  }
}

async function startWith(
  options: Omit<Options, 'load' | 'data'> & { closed: boolean },
  token?: string,
  dataFolder?: string,
): Promise<Sandbox> {
  // Loaded here: no other command needs a server's libraries.
  const { startSandbox } = await import('@ehrsynth/sandbox');
  const { port, host, allowHost, allowOrigin, acceptInvalid, closed, maxBodyMb, maxConnections, stallTimeout } =
    options;
  const isSmart = options.smart || options.smartPatient !== undefined;
  return startSandbox({
    port,
    host,
    allowHosts: allowHost,
    allowOrigins: allowOrigin,
    token,
    smart: isSmart ? { patient: options.smartPatient } : undefined,
    limits: { maxBodyBytes: Math.round(maxBodyMb * 1e6), maxConnections, stallTimeoutMs: 1000 * stallTimeout },
    vocabulary: new Vocabulary(),
    version: version(),
    dataFolder,
    acceptInvalid,
    closed,
  });
}

/** Sends the source to the server as any client would, but for the headers by which it is answered before others are. */
async function fill(
  { url, token: bearerToken, fillerHeaders: headers }: Sandbox,
  source: string,
  data: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  console.log(
    `Loading. Until this has finished, ${url} answers 503, and ${new URL('/', url).href} shows the progress.`,
  );
  const folder = await temporaryFolder(data === undefined ? undefined : dirname(resolve(data)));
  const progress = new Progress('Loading', 'resources');
  try {
    const receipt = await Receipt.create(join(folder.path, 'receipt'), url, (unit) => unit === SHARED);
    const counts = await push(source, new FhirServer({ url, bearerToken, headers }), receipt, {
      as: 'transaction',
      size: 500,
      concurrency: 2,
      signal,
      onProgress: ({ created, existed }) => progress.update(created + existed),
      onFault: ({ fault, where }) => progress.say(`Not loaded: ${printable(fault)}\n  at ${printable(where)}`),
    });
    progress.stop();
    if (counts.rejected > 0) {
      console.log(
        `${text(counts.rejected)} resources were rejected as invalid: \`ehrsynth validate fhir ${source}\` shows why`,
      );
    }
  } finally {
    progress.stop();
    await folder.remove();
  }
}
