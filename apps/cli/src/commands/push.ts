import { join } from 'node:path';
import { Command } from 'commander';
import {
  type Fault,
  FhirServer,
  isLoss,
  plan,
  push,
  type PushCounts,
  Receipt,
  removeByReceipt,
  SHARED,
} from '@ehrsynth/fhir';
import { lockOutput, printable, redactUrls } from '@ehrsynth/io';
import { addConnectionOptions, connectionOf, type ConnectionOptions } from '../connection-options.ts';
import { console } from '../console.ts';
import { StoppedError } from '@ehrsynth/pipeline';
import { addLimitOptions, type LimitOptions, limitsOf } from '../limit-options.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { duration, Progress } from '../progress.ts';
import { withSignal } from '../signals.ts';
import { table, text } from '../table.ts';

interface Options extends ConnectionOptions, LimitOptions {
  server: string;
  out?: string;
  as: 'transaction' | 'batch';
  size: number;
  concurrency: number;
  resume: boolean;
  dryRun: boolean;
  delete: boolean;
}

const LISTED = 10;
const GRACE_MS = 500;

export function pushCommand(): Command {
  const command = new Command('push')
    .argument('<source>', 'file or folder of .json and .ndjson; with --delete, the folder with the receipt')
    .requiredOption('--server <url>', 'base URL of the FHIR R4 server')
    .option('-o, --out <folder>', 'where to keep the receipt and rejected resources (default: SOURCE.push)')
    .option(
      '--as <what>',
      'transaction: all of a patient or nothing; batch: each resource on its own',
      oneOf('transaction', 'batch'),
      'transaction',
    )
    .option('--size <number>', 'resources per bundle built from .ndjson', wholeNumber(1), 500)
    .option('--concurrency <number>', 'bundles to send at the same time', wholeNumber(1), 4)
    .option('--resume', 'continue from the receipt of an earlier push', false)
    .option('--dry-run', 'send nothing, only say what would be sent', false)
    .option('--delete', 'delete what was created according to the receipt', false);
  return addConnectionOptions(addLimitOptions(command), 'system/*.cruds').action(run);
}

async function run(source: string, options: Options): Promise<void> {
  const out = options.out ?? `${source.replace(/[/\\]+$/, '')}.push`;
  if (options.dryRun) return rehearse(source, options);
  await withSignal(async (signal) => {
    const server = new FhirServer(await connectionOf(options.server, options, afterGrace(signal)));
    try {
      await server.greet();
      const unlock = lockOutput(options.delete ? source : out);
      const work = options.delete ? remove(source, server) : send(source, out, server, options, signal);
      await work.finally(unlock);
    } catch (error) {
      if (signal.aborted && !(error instanceof StoppedError)) throw stopped(options.delete ? source : out);
      throw error;
    } finally {
      await server.close();
    }
  });
}

/** Bundles on their way have a moment to be answered before they are given up: what was made is then known without asking. */
function afterGrace(signal: AbortSignal): AbortSignal {
  const given = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => given.abort(), GRACE_MS));
  return given.signal;
}

function stopped(receipt: string): StoppedError {
  return new StoppedError('Stopped; everything done so far is in the receipt', receipt);
}

async function send(
  source: string,
  out: string,
  server: FhirServer,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const started = Date.now();
  const onlyShared = (unit: string) => unit === SHARED;
  const receipt = await (options.resume ? Receipt.open : Receipt.create)(out, server.url, onlyShared);
  const progress = new Progress('Sending', 'resources');
  let listed = 0;
  const counts = await push(source, server, receipt, {
    as: options.as,
    size: options.size,
    concurrency: options.concurrency,
    limits: limitsOf(options),
    signal,
    onProgress: (now) => progress.update(done(now), now.retries > 0 ? `(${now.retries} retries)` : ''),
    onFault: (fault) => listed++ < LISTED && progress.say(sayFault('Not sent', fault)),
  }).finally(() => progress.stop());
  if (signal.aborted) throw stopped(out);
  const seconds = (Date.now() - started) / 1000;
  report(counts, seconds, server.url);
  console.log(`Receipt: ${join(out, 'receipt.jsonl')}`);
  if (counts.rejectedBundles > 0) {
    console.log(`Rejected, with the server's reasons: ${join(out, 'rejected')} (correct them, then use --resume)`);
  }
  if (counts.rejectedBundles + counts.faults > 0) process.exitCode = 1;
}

function report(counts: PushCounts, seconds: number, server: string): void {
  const rows: [string, number][] = [
    ['created', counts.created],
    ['already existed', counts.existed],
    ['rejected', counts.rejected],
  ];
  console.log(
    table(
      ['resources', 'count'],
      rows.filter(([, count], i) => i === 0 || count > 0),
    ),
  );
  if (counts.skippedUnits > 0) console.log(`${text(counts.skippedUnits)} bundles or patients had already been sent`);
  if (counts.faults > 0) console.log(`${text(counts.faults)} parts of the source could not be read`);
  const rate = Math.round((counts.created + counts.existed) / Math.max(seconds, 0.001));
  const retries = counts.retries > 0 ? `, ${text(counts.retries)} retries` : '';
  console.log(
    `${text(counts.bundles)} bundles → ${server} in ${duration(seconds)} (${text(rate)} resources/s${retries})`,
  );
}

function done({ created, existed, rejected }: PushCounts): number {
  return created + existed + rejected;
}

async function rehearse(source: string, { as, size, server, ...limits }: Options): Promise<void> {
  const types = new Map<string, number>();
  let bundles = 0;
  let faults = 0;
  let listed = 0;
  const onFault = (fault: Fault) => {
    if (isLoss(fault)) faults++;
    if (listed++ < LISTED) console.error(sayFault('Cannot be sent', fault));
  };
  for await (const unit of plan(source, { as, size, limits: limitsOf(limits), onFault })) {
    bundles += unit.bundles.length;
    for (const { resource } of unit.bundles.flat()) {
      types.set(resource.resourceType, (types.get(resource.resourceType) ?? 0) + 1);
    }
  }
  console.log(
    table(
      ['resource', 'to be sent'],
      [...types].sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
  console.log(`${text(bundles)} bundles would go to ${redactUrls(server)}; nothing was sent`);
  if (faults > 0) process.exitCode = 1;
}

/** What is wrong and where; what is worth knowing costs nothing. */
function sayFault(loss: string, fault: Fault): string {
  const label = fault.kind === 'note' ? 'Note' : isLoss(fault) ? loss : 'Not read';
  return `${label}: ${printable(fault.fault)}\n  at ${printable(fault.where)}`;
}

async function remove(folder: string, server: FhirServer): Promise<void> {
  const receipt = await Receipt.open(folder, server.url);
  const progress = new Progress('Deleting', 'resources');
  const counts = await removeByReceipt(receipt, server, ({ deleted, refused }) =>
    progress.update(deleted + refused),
  ).finally(() => progress.stop());
  console.log(`${text(counts.deleted)} resources deleted from ${server.url}`);
  if (counts.refused === 0) return;
  console.log(
    `${text(counts.refused)} could not be deleted: other resources refer to them, or the server does not allow it`,
  );
  process.exitCode = 1;
}
