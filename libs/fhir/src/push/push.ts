import type { Bundle, BundleEntryResponse, OperationOutcome } from 'fhir/r4.js';
import type { ReadLimits } from '@ehrsynth/io';
import type { Fault } from '../read/resources.ts';
import { ServerError } from '../server/errors.ts';
import type { FhirServer } from '../server/fhir-server.ts';
import { PASSING, type RetryOptions } from '../server/retry.ts';
import { type BundleContext, type Known, locationOf, mergeOutcomes, responsesTo, toBundle } from './bundle.ts';
import type { Item } from './item.ts';
import { markedBy } from './mark.ts';
import { plan, type Unit } from './plan.ts';
import { type Entry, type Receipt, SHARED } from './receipt.ts';

export interface PushOptions {
  as: 'transaction' | 'batch';
  /** Entries of a bundle put together from single resources. */
  size: number;
  /** Bundles on their way at once. */
  concurrency: number;
  limits?: ReadLimits;
  retries?: Partial<RetryOptions>;
  /** Takes no new bundle once aborted; those on their way are waited for. */
  signal?: AbortSignal;
  onProgress?: (counts: PushCounts) => void;
  onFault?: (fault: Fault) => void;
}

export interface PushCounts {
  /** Resources that the server has now, by what came of them. */
  created: number;
  existed: number;
  rejected: number;
  bundles: number;
  rejectedBundles: number;
  /** Parts of the source that could not be read. */
  faults: number;
  /** Units that an earlier run had finished. */
  skippedUnits: number;
  retries: number;
}

/**
 * Sends what a folder or file holds to a server, so that each resource is there once however often it is tried: creates
 * carry a condition (If-None-Exist). What the server turns down is kept beside the receipt, and the rest goes on.
 * @throws NoServerError or ServerError where the server does not answer any more: the receipt then has what was done
 */
export async function push(
  source: string,
  server: FhirServer,
  receipt: Receipt,
  options: PushOptions,
): Promise<PushCounts> {
  await receipt.retryRejected();
  const run = new Push(server, receipt, options);
  const units = plan(source, {
    as: options.as,
    size: options.size,
    limits: options.limits,
    workFolder: receipt.folder,
    onFault: (fault) => {
      if (isLoss(fault)) run.counts.faults++;
      options.onFault?.(fault);
    },
  });
  const state = { before: Promise.resolve(), failed: false };
  const worker = async () => {
    while (!state.failed && !options.signal?.aborted) {
      const { value: unit, done } = await units.next();
      if (done) return;
      try {
        // Later units refer to what a shared one creates.
        const before = state.before;
        const work = before.then(() => run.unit(unit));
        if (unit.shared) state.before = work.catch(() => {});
        await work;
      } catch (error) {
        state.failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: options.concurrency }, worker));
  await units.return(undefined);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return run.counts;
}

/** Whether something of the source is not sent that may have been meant to be. */
export function isLoss({ kind }: Fault): boolean {
  return kind === undefined || kind === 'file not read';
}

class Push {
  readonly counts: PushCounts = {
    created: 0,
    existed: 0,
    rejected: 0,
    bundles: 0,
    rejectedBundles: 0,
    faults: 0,
    skippedUnits: 0,
    retries: 0,
  };
  private readonly shared = new Map<string, string>();

  constructor(
    private readonly server: FhirServer,
    private readonly receipt: Receipt,
    private readonly options: PushOptions,
  ) {
    for (const { unit, key, id } of receipt.entries) if (unit === SHARED) this.shared.set(key, id);
  }

  async unit(unit: Unit): Promise<void> {
    const { name, bundles, shared } = unit;
    if (this.receipt.done.has(name)) {
      this.counts.skippedUnits++;
      return;
    }
    const isResumed = await this.receipt.begin(name);
    const own = shared ? this.shared : new Map<string, string>();
    const known: Known = (key) => own.get(key) ?? this.shared.get(key);
    let isWhole = true;
    for (const items of bundles) {
      const sent = isWhole || !unit.whole;
      const entries = sent ? await this.bundle(items, unit, known, isResumed) : await this.skip(items, unit, known);
      if (entries.length < items.length) isWhole = false;
      const aliases = new Map(items.map((item) => [item.key, item.aliases]));
      for (const { key, id } of entries) {
        for (const name of [key, ...(aliases.get(key) ?? [])]) own.set(name, id);
      }
      this.options.onProgress?.(this.counts);
    }
    if (isWhole) await this.receipt.finish(name);
  }

  /**
   * Sends one bundle and gives what the server has of it.
   * @param isResumed whether an earlier run may have sent it too
   */
  private async bundle(items: Item[], unit: Unit, known: Known, isResumed: boolean): Promise<Entry[]> {
    const { name } = unit;
    const context = this.contextOf(unit, known);
    this.counts.bundles++;
    const attempts = this.options.retries?.attempts ?? BATCH_ATTEMPTS;
    const sent: Entry[] = [];
    let open = items;
    for (let attempt = 1; open.length > 0; attempt++) {
      const answer = await this.send(toBundle(open, context));
      if (!answer) break;
      const isRetried = isResumed || attempt > 1 || answer.attempts > 1;
      const responses = responsesTo(open, answer.body, this.server.url);
      const pairs = open.map((item, i) => [item, responses[i]] as Answered);
      const entries = await this.entries(
        pairs.filter(([, response]) => isGood(response)),
        name,
        isRetried,
      );
      await this.receipt.add(entries);
      sent.push(...entries);
      const mayPass = ([, response]: Answered) =>
        attempt < attempts && !isGood(response) && PASSING.has(parseInt(response.status));
      const refused = pairs.filter((pair) => !isGood(pair[1]) && !mayPass(pair));
      if (refused.length > 0) await this.reject(refused, context);
      open = pairs.filter(mayPass).map(([item]) => item);
    }
    return sent;
  }

  private contextOf({ name, whole }: Unit, known: Known): BundleContext {
    const type = whole && this.options.as === 'transaction' ? 'transaction' : 'batch';
    return { unit: name, type, known, push: this.receipt.push };
  }

  /** undefined where the server turns the whole bundle down. */
  private async send(bundle: Bundle) {
    try {
      return await this.server.send(bundle, {
        ...this.options.retries,
        onRetry: () => {
          this.counts.retries++;
          this.options.onProgress?.(this.counts);
        },
      });
    } catch (error) {
      if (!(error instanceof ServerError) || error.status === undefined || STOPS.has(error.status)) throw error;
      const { outcome = outcomeOf(error.message) } = error;
      await this.keep(bundle, outcome);
      return undefined;
    }
  }

  /**
   * What the server has of the items that it took, and which of it this push made: what the server says that it created, and,
   * where an earlier answer may have got lost, what it had already and has our mark.
   */
  private async entries(good: Answered[], unit: string, isRetried: boolean): Promise<Entry[]> {
    const entries = good.map(([item, response]) => ({
      unit,
      key: item.key,
      id: locationOf(item, response, this.server.url),
      made: parseInt(response.status) === CREATED,
    }));
    const doubtful = isRetried
      ? entries.filter(({ made }, i) => !made && good[i][0].request.method === 'POST').map(({ id }) => id)
      : [];
    const ours = await markedBy(this.receipt.push, doubtful, this.server);
    return entries.map((entry) => {
      const made = entry.made || ours.has(entry.id);
      this.counts[made ? 'created' : 'existed']++;
      return { ...entry, made };
    });
  }

  /** Entries of a batch that the server turned down. */
  private async reject(refused: Answered[], context: BundleContext): Promise<void> {
    const items = refused.map(([item]) => item);
    const outcome = mergeOutcomes(refused.map(([, response]) => response));
    await this.keep(toBundle(items, { ...context, type: 'batch' }), outcome);
  }

  /** A bundle whose resources refer to one that was turned down. */
  private async skip(items: Item[], unit: Unit, known: Known): Promise<Entry[]> {
    const bundle = toBundle(items, { ...this.contextOf(unit, known), type: this.options.as });
    await this.keep(bundle, outcomeOf('Not sent: the server rejected an earlier bundle of the same patient'));
    return [];
  }

  private async keep(bundle: Bundle, outcome: OperationOutcome): Promise<void> {
    this.counts.rejectedBundles++;
    this.counts.rejected += bundle.entry?.length ?? 0;
    await this.receipt.reject(bundle, outcome);
  }
}

/** An item and what the server said of it. */
type Answered = [Item, BundleEntryResponse];

const CREATED = 201;
const BATCH_ATTEMPTS = 5;
/** Not about this bundle: none would be let in. */
const STOPS = new Set([401, 403, 404, 405, 501]);

function isGood({ status }: BundleEntryResponse): boolean {
  return parseInt(status) < 400;
}

function outcomeOf(text: string): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'processing', details: { text } }],
  };
}
