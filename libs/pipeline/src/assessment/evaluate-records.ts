import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stageFolder } from '@ehrsynth/io';
import { loadColumns } from '@ehrsynth/matrix';
import { EventKind } from '@ehrsynth/records';
import { Policy } from '@ehrsynth/release';
import type { Timeline } from '@ehrsynth/report';
import { z } from 'zod';
import { anySource } from '../cohort/any-records.ts';
import { CohortWriter, type Part } from '../cohort/cohort-writer.ts';
import { inputFiles } from '../cohort/ingest.ts';
import type { RecordSource } from '../cohort/record-source.ts';
import { type Running, untilStopped, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { filesByNumber, intoRunFolder } from '../run/run-folder.ts';
import { NobodyHeldOutError, NoPatientsError, NothingToCompareError } from './errors.ts';
import { EvaluateOptions, type Evaluated } from './evaluate.ts';
import { refuseFutures } from './futures.ts';
import { measureRecords } from './measure-records.ts';
import { repeatedNotes } from './notes.ts';
import { readPolicy } from './policy-file.ts';
import { writeReport } from './report-files.ts';
import { reportOrigin } from './report-origin.ts';
import { keepTimelines } from './shown-patients.ts';
import { SeenPeople } from './same-people.ts';

export const EvaluateRecordsOptions = EvaluateOptions.omit({ model: true, futures: true }).extend({
  /** Kinds of events that are compared. */
  kinds: z.array(EventKind).min(1).default(EventKind.options),
  /** Codes that fewer training patients have are left out of the rows; histories keep them. */
  minPatients: z.number().int().min(1).default(10),
});
export type EvaluateRecordsOptions = z.input<typeof EvaluateRecordsOptions>;

/** Paths of records of any origin: FHIR, OMOP, a part of a cohort, a folder of `generate`, CSV. */
export interface RecordsToJudge {
  /** Real patients that the generator learned from. */
  records: string;
  /** Real patients that it never saw. */
  holdout: string;
  /** What it made. */
  synth: string;
}

/**
 * Measures synthetic records of any generator, as `evaluate` does: the real ones become a cohort in a folder that is removed at the end.
 * Nothing is known of a model; ids are not compared, for those of other formats are often plain numbers. Real people who are in the
 * records twice, on one side or on both, count once, as training patients where they are on both: of somebody who is there twice no copy
 * could be found.
 * @throws NoPatientsError, NobodyHeldOutError, NothingToCompareError, FuturesAsPatientsError, UserError
 */
export async function evaluateRecords(
  paths: RecordsToJudge,
  options: EvaluateRecordsOptions,
  running: Running = {},
): Promise<Evaluated> {
  const given = checkedOptions('evaluateRecords', EvaluateRecordsOptions, options);
  const { out, force, seed, outcome, histories, kinds } = given;
  const policy = given.policy === undefined ? Policy.parse({}) : await readPolicy(given.policy);
  await refuseFutures(paths.synth);
  const [training, holdout, synth] = await Promise.all(
    [paths.records, paths.holdout, paths.synth].map((path) => anySource(path, { kinds })),
  );
  const sources = { training, holdout, synth };
  const origins = Object.fromEntries(Object.entries(sources).map(([name, { origin }]) => [name, origin]));
  const run = {
    command: 'evaluate',
    out,
    force,
    options: given,
    sources: Object.values(sources).flatMap(({ inputs }) => inputs),
    inputs: () => inputsOf(sources),
  };
  let found: Evaluated['assessment'] | undefined;
  const work = await stageFolder(`${resolve(out)}.work`, { replace: true });
  try {
    await intoRunFolder(run, async (folder) => {
      const { writer, repeated } = await writeCohort(work.path, sources, given, running);
      async function* synthetic() {
        let patients = 0;
        for await (const record of recordsOf(synth, join(work.path, 'synth'), running)) {
          yield writer.likeOwn(record);
          patients++;
        }
        if (patients === 0) throw new NoPatientsError(synth.name);
      }
      // Of ids, and of what few training patients hold, nothing is said: those are matters of a package.
      const notes = repeatedNotes(repeated, policy['small-cells']);
      const input = { cohort: work.path, policy, seed, outcome, histories, notes, withSource: false };
      const timelines: Timeline[] = [];
      ({ found } = await measureRecords(keepTimelines(synthetic(), timelines), input, running));
      await writeReport(folder, found, policy.datasheet.title, { origin: reportOrigin(), timelines });
      return { ...found.comparison.rows, origins };
    });
  } finally {
    await work.discard();
  }
  return { out, assessment: found!, rare: [], isProven: false };
}

/** The real records as a cohort, each part from its own source. */
async function writeCohort(
  folder: string,
  { training, holdout }: Record<'training' | 'holdout', RecordSource>,
  { minPatients, seed }: { minPatients: number; seed: number },
  running: Running,
): Promise<{ writer: CohortWriter; repeated: Record<'training' | 'holdout', number> }> {
  let part: Part = 'train';
  for (const name of ['train', 'holdout']) await mkdir(join(folder, name));
  const encoding = { levels: {}, minPatients, rare: 'drop' as const };
  const options = { ...encoding, holdout: 0, seed, partOf: () => part };
  const writer = new CohortWriter(folder, training.vocabulary, options);
  const people = new SeenPeople();
  const repeated = { training: 0, holdout: 0 };
  for (const [name, source] of Object.entries({ training, holdout }) as [keyof typeof repeated, RecordSource][]) {
    part = name === 'training' ? 'train' : name;
    const counts = { new: 0, repeated: 0, unknown: 0 };
    for await (const record of recordsOf(source, join(folder, `${part}-source`), running)) {
      const isRepeated = people.isRepeated(record);
      counts[isRepeated === undefined ? 'unknown' : isRepeated ? 'repeated' : 'new']++;
      if (!isRepeated) await writer.add(record);
    }
    if (counts.new + counts.repeated + counts.unknown === 0) throw new NoPatientsError(source.name);
    // Of a few records with hardly a code nobody can say whose they are: they make no holdout of the training records.
    if (counts.new === 0 && counts.repeated > counts.unknown) throw new NobodyHeldOutError(source.name);
    repeated[name] = counts.repeated;
  }
  await writer.close();
  const columns = await loadColumns(join(folder, 'train'));
  if (columns.every(({ kind }) => kind === 'demographic')) throw new NothingToCompareError(minPatients);
  return { writer, repeated };
}

/** Reads a source, with room of its own for what does not fit into memory. */
async function* recordsOf(source: RecordSource, room: string, running: Running) {
  const work = new Work(running, `Reading ${source.name}`, source.unit);
  await mkdir(room);
  try {
    yield* untilStopped(
      source.read((count, note) => work.update(count, note), room),
      running,
    );
  } finally {
    work.stop();
  }
}

async function inputsOf(sources: Record<string, RecordSource>) {
  const found = [];
  for (const [name, { inputs, tally }] of Object.entries(sources))
    found.push(...(await filesByNumber(name, ...inputFiles(inputs, tally))));
  return found;
}
