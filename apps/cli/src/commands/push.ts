import { join } from 'node:path';
import { Command } from 'commander';
import { FhirServer, plan, push, type PushCounts, Receipt, removeByReceipt, SHARED } from '@ehrsynth/fhir';
import { printable } from '@ehrsynth/io';
import { addConnectionOptions, connectionOf, type ConnectionOptions } from '../connection-options.ts';
import { console } from '../console.ts';
import { StoppedError } from '../errors.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { duration, Progress } from '../progress.ts';
import { withSignal } from '../signals.ts';
import { table, text } from '../table.ts';

interface Options extends ConnectionOptions {
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

export function pushCommand(): Command {
  const command = new Command('push')
    .description('send FHIR to a server: each resource once, whatever happens on the way')
    .argument('<source>', 'file or folder of .json and .ndjson; with --delete, the folder of a receipt')
    .requiredOption('--server <url>', 'base of the FHIR R4 server')
    .option('-o, --out <folder>', 'where to keep the receipt and what is turned down (default: SOURCE.push)')
    .option('--as <what>', 'transactions: all of a patient or nothing; batches: each resource for itself', oneOf('transaction', 'batch'), 'transaction')
    .option('--size <number>', 'resources of a bundle put together from .ndjson', wholeNumber(1), 500)
    .option('--concurrency <number>', 'bundles on their way at once', wholeNumber(1), 4)
    .option('--resume', 'go on from the receipt of an earlier push', false)
    .option('--dry-run', 'send nothing, and say what would be sent', false)
    .option('--delete', 'delete what the receipt says was made', false); // prettier-ignore
  return addConnectionOptions(command, 'system/*.cruds').action(run);
}

async function run(source: string, options: Options): Promise<void> {
  const out = options.out ?? `${source.replace(/[/\\]+$/, '')}.push`;
  if (options.dryRun) return rehearse(source, options);
  const server = new FhirServer(await connectionOf(options.server, options));
  try {
    await server.greet();
    await (options.delete ? remove(source, server) : send(source, out, server, options));
  } finally {
    await server.close();
  }
}

async function send(source: string, out: string, server: FhirServer, options: Options): Promise<void> {
  const started = Date.now();
  const onlyShared = (unit: string) => unit === SHARED;
  const receipt = await (options.resume ? Receipt.open : Receipt.create)(out, server.url, onlyShared);
  const progress = new Progress('Sending', 'resources');
  let listed = 0;
  const counts = await withSignal(async (signal) => {
    const result = await push(source, server, receipt, {
      as: options.as,
      size: options.size,
      concurrency: options.concurrency,
      signal,
      onProgress: (now) => progress.update(done(now), now.retries > 0 ? `(${now.retries} tries again)` : ''),
      onFault: ({ fault, where }) =>
        listed++ < LISTED && progress.say(`Not sent: ${printable(fault)}\n  at ${printable(where)}`),
    });
    progress.stop();
    if (signal.aborted) throw new StoppedError('Stopped; what was sent so far is in the receipt', out);
    return result;
  }).finally(() => progress.stop());
  const seconds = (Date.now() - started) / 1000;
  report(counts, seconds, options.server);
  console.log(`Receipt: ${join(out, 'receipt.jsonl')}`);
  if (counts.rejectedBundles > 0) {
    console.log(`Turned down, with what the server says: ${join(out, 'rejected')} (mend, then --resume)`);
  }
  if (counts.rejectedBundles + counts.faults > 0) process.exitCode = 1;
}

function report(counts: PushCounts, seconds: number, server: string): void {
  const rows: [string, number][] = [
    ['created', counts.created],
    ['were there already', counts.existed],
    ['turned down', counts.rejected],
  ];
  console.log(
    table(
      ['resources', 'count'],
      rows.filter(([, count], i) => i === 0 || count > 0),
    ),
  );
  if (counts.skippedUnits > 0)
    console.log(`${text(counts.skippedUnits)} bundles or patients had been sent before`);
  if (counts.faults > 0) console.log(`${text(counts.faults)} parts of the source could not be read`);
  const rate = Math.round((counts.created + counts.existed) / Math.max(seconds, 0.001));
  const retries = counts.retries > 0 ? `, ${text(counts.retries)} tries again` : '';
  console.log(
    `${text(counts.bundles)} bundles → ${server} in ${duration(seconds)} (${text(rate)} resources/s${retries})`,
  );
}

function done({ created, existed, rejected }: PushCounts): number {
  return created + existed + rejected;
}

async function rehearse(source: string, { as, size, server }: Options): Promise<void> {
  const types = new Map<string, number>();
  let bundles = 0;
  let faults = 0;
  const onFault = ({ fault, where }: { fault: string; where: string }) => {
    if (faults++ < LISTED) console.error(`Not to be sent: ${printable(fault)}\n  at ${printable(where)}`);
  };
  for await (const unit of plan(source, { as, size, onFault })) {
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
  console.log(`${text(bundles)} bundles would go to ${server}; nothing was sent`);
  if (faults > 0) process.exitCode = 1;
}

async function remove(folder: string, server: FhirServer): Promise<void> {
  const receipt = await Receipt.open(folder, server.url);
  const progress = new Progress('Deleting', 'resources');
  const counts = await removeByReceipt(receipt, server, ({ deleted, refused }) =>
    progress.update(deleted + refused),
  );
  progress.stop();
  console.log(`${text(counts.deleted)} resources deleted from ${server.url}`);
  if (counts.refused === 0) return;
  console.log(
    `${text(counts.refused)} could not be deleted: something else refers to them, or the server keeps them`,
  );
  process.exitCode = 1;
}
