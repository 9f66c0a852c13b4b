import { relative } from 'node:path';
import type { ReadLimits } from '@ehrsynth/io';
import { type EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import type { ClaimsMode } from './claim-reading.ts';
import type { CodeReading } from './judge-coding.ts';
import { NoPatientError } from './errors.ts';
import { addResource } from './add-resource.ts';
import type { CountDrugs } from './drug-chains.ts';
import { DrugSources } from './drug-sources.ts';
import type { Unconfirmed } from './facts.ts';
import { kindOf, notAskedFor } from './kinds.ts';
import { describesDrugs, type Medications } from './medications.ts';
import { PatientGroups } from './patient-groups.ts';
import { readResourceBatches } from './read-resources.ts';
import type { Found } from './found.ts';
import type { Fault } from './resources.ts';
import { tallyFault } from './tally-fault.ts';
import { toPatientRecord } from './to-patient-record.ts';
import { SourceOrder, versionOf } from './versions.ts';

export interface ReadOptions extends CodeReading {
  /** Which kinds of events to read. */
  kinds: EventKind[];
  /** Which resource types drugs are read from; all by default. */
  drugResources?: string[];
  /** Whether claims are read; by default where a patient has no clinical records of the same kind. */
  claims?: ClaimsMode;
  /** Keep what may not have happened (unconfirmed diagnoses, statuses that are not known), the default, or leave it out. */
  unconfirmed?: Unconfirmed;
  /** An order with what is dispensed and administered of it is one event, the default, or each of them is one. */
  countDrugs?: CountDrugs;
  limits?: ReadLimits;
  /** Read as R4 whatever it looks like, without the resources of another release; by default these end the reading. */
  release?: 'r4';
  /** The source was fetched from a server by us, and its losses are in the tally. */
  isFetched?: boolean;
  /** Where what does not fit into memory is put, as plain text; by default the system's folder for temporary files. */
  workFolder?: string;
  /** Called now and then with the resources read so far. */
  onProgress?: (progress: { file: string; fileIndex: number; files: number; resources: number }) => void;
}

const PROGRESS_EVERY = 2000;

/**
 * The patients of a folder or file of FHIR R4, their resources joined across files whatever the order; of each resource the
 * newest version. Memory is bounded by the largest of 128 parts, plus the Medication resources.
 * @throws NothingToReadError, NoPatientError, OtherReleaseError, and BadInputError where the tally stops at bad input
 */
export async function* readPatientRecords(
  source: string,
  options: ReadOptions,
  tally = new Tally(),
): AsyncGenerator<PatientRecord> {
  const groups = new PatientGroups(tally, options.workFolder);
  const drugs = new DrugSources(tally);
  const order = new SourceOrder();
  let resources = 0;
  let at = { file: source, fileIndex: 0, files: 0 };
  const onFile = (file: string, fileIndex: number, files: number) => {
    at = { file, fileIndex, files };
    const path = relative(source, file);
    groups.ids.scopes.startFolder(path.split(/[\\/]/).slice(0, -1)[0] ?? '');
  };

  try {
    const { limits, release, isFetched } = options;
    const onRead = (path: string) => tally.filesRead.push(path);
    const add = (found: Found | Fault): Promise<void> | undefined => {
      if (++resources % PROGRESS_EVERY === 0) options.onProgress?.({ ...at, resources });
      if ('fault' in found) return void tallyFault(found, tally);
      const { resourceType } = found.resource;
      const version = versionOf(found, order.next(found));
      found.asKeys = true;
      const isListed = found.folder === 'deleted';
      if (found.deleted || isListed) {
        const isOfExport = isListed || (found.deleted === true && found.isClosed === true);
        groups.addDeletion(found, version, isOfExport);
        if (!found.deleted) tally.skip(resourceType, 'listed as deleted');
        return undefined;
      }
      if (describesDrugs(resourceType)) return void drugs.add(found, version);
      const unwanted = whyNotAskedFor(resourceType, options);
      if (unwanted) return void tally.skip(resourceType, unwanted);
      return addResource(found, version, groups, tally, options);
    };
    for await (const some of readResourceBatches(source, { onFile, onRead, limits, release, isFetched })) {
      for (const found of some) {
        const writing = add(found);
        if (writing) await writing;
      }
    }
    options.onProgress?.({ ...at, resources });

    let patients = 0;
    let medications: Medications | undefined;
    for await (const { name, id, facts } of groups.groups()) {
      medications ??= drugs.close(groups);
      const record = toPatientRecord(name, facts, medications, options, tally);
      if (!record) continue;
      patients++;
      yield { id, ...record };
    }
    if (!medications) drugs.close(groups);
    if (patients === 0) throw new NoPatientError(source, summary(tally));
  } finally {
    await groups.close();
  }
}

function whyNotAskedFor(resourceType: string, { kinds, drugResources }: ReadOptions): string | undefined {
  const kind = kindOf(resourceType);
  if (kind && !kinds.includes(kind)) return notAskedFor(kind);
  if (kind === 'drug' && drugResources && !drugResources.includes(resourceType)) return 'not among --drug-resources';
  return undefined;
}

function summary(tally: Tally): string {
  const reasons = [...tally.skipped].flatMap(([type, counts]) =>
    [...counts].map(([reason, count]) => `${count} ${type}: ${reason}`),
  );
  return reasons.length === 0 ? '' : ` (${reasons.slice(0, 5).join('; ')})`;
}
