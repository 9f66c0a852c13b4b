import { type ReadLimits, Spill } from '@ehrsynth/io';
import { type EventKind, type PatientRecord, Tally } from '@ehrsynth/records';
import type { CodeReading } from './judge-coding.ts';
import { NoPatientError } from './errors.ts';
import { modifierOf, NOT_UNDERSTOOD } from './extension.ts';
import { type Fact, kindOf, project, type Unconfirmed } from './facts.ts';
import { addMedication, describesDrugs, type Medications } from './medications.ts';
import { readResources } from './resources.ts';
import { wrongShape } from './shape.ts';
import { toPatientRecord } from './to-patient-record.ts';

export interface ReadOptions extends CodeReading {
  /** Which kinds of events to read. */
  kinds: EventKind[];
  /** Which resource types tell of drugs; all by default. */
  drugResources?: string[];
  /** Keep what may not have happened (unconfirmed diagnoses, statuses that are not known), the default, or leave it out. */
  unconfirmed?: Unconfirmed;
  limits?: ReadLimits;
  /** Where what does not fit into memory is put, as plain text; by default the system's folder for temporary files. */
  workFolder?: string;
  /** Called now and then with the resources read so far. */
  onProgress?: (progress: { file: string; fileIndex: number; files: number; resources: number }) => void;
}

const PROGRESS_EVERY = 2000;

/**
 * The patients of a folder or file of FHIR R4, their resources joined across files whatever the order. Memory is bounded
 * by the largest of 128 parts, plus the Medication resources.
 * @throws NothingToReadError, NoPatientError, and BadInputError where the tally is told to stop
 */
export async function* readPatientRecords(
  source: string,
  options: ReadOptions,
  tally = new Tally(),
): AsyncGenerator<PatientRecord> {
  const facts = new Spill<Fact>({ folder: options.workFolder });
  const medications: Medications = new Map();
  let resources = 0;
  let at = { file: source, fileIndex: 0, files: 0 };
  const onFile = (file: string, fileIndex: number, files: number) => (at = { file, fileIndex, files });

  try {
    for await (const found of readResources(source, onFile, options.limits)) {
      if (++resources % PROGRESS_EVERY === 0) options.onProgress?.({ ...at, resources });
      if ('fault' in found) {
        const { fault: reason, where, detail, file } = found;
        if (file) tally.brokenFiles++;
        tally.fault({ reason, resourceType: file ? 'file' : 'resource', where, detail });
        continue;
      }
      const { resource, where } = found;
      const { resourceType } = resource;
      if (describesDrugs(resourceType)) {
        const misshapen = wrongShape(resource);
        const modifier = misshapen ? undefined : modifierOf(resource);
        if (misshapen ?? modifier) {
          const reason = misshapen ? 'wrong shape' : NOT_UNDERSTOOD;
          tally.fault({ reason, resourceType, where, detail: misshapen ?? modifier });
          continue;
        }
        const reason = addMedication(found, medications);
        if (reason) tally.skip(resourceType, reason);
        else tally.use(resourceType);
        continue;
      }
      const unwanted = notAskedFor(resourceType, options);
      const projected = unwanted ? { skip: unwanted } : project(found, options.unconfirmed);
      if ('skip' in projected) tally.skip(resourceType, projected.skip);
      else if ('fault' in projected)
        tally.fault({ reason: projected.fault, resourceType, where, detail: projected.detail });
      else for (const fact of projected.facts) await facts.add(projected.patient, fact);
    }
    options.onProgress?.({ ...at, resources });

    let patients = 0;
    for await (const [key, group] of facts.groups()) {
      const record = toPatientRecord(key, group, medications, options, tally);
      if (!record) continue;
      patients++;
      yield record;
    }
    if (patients === 0) throw new NoPatientError(source, summary(tally));
  } finally {
    await facts.close();
  }
}

function notAskedFor(resourceType: string, { kinds, drugResources }: ReadOptions): string | undefined {
  const kind = kindOf(resourceType);
  if (kind && !kinds.includes(kind)) return `${kind}s not asked for`;
  if (kind === 'drug' && drugResources && !drugResources.includes(resourceType))
    return 'not among --drug-resources';
  return undefined;
}

function summary(tally: Tally): string {
  const reasons = [...tally.skipped].flatMap(([type, counts]) =>
    [...counts].map(([reason, count]) => `${count} ${type}: ${reason}`),
  );
  return reasons.length === 0 ? '' : ` (${reasons.slice(0, 5).join('; ')})`;
}
