import { type RewordingCounts, writeFhir } from '@ehrsynth/fhir';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { type Running, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { intoRunFolder } from '../run/run-folder.ts';
import { openLanguageModel } from './language-model.ts';
import { syntheticRecords } from './synthetic-records.ts';

export const ExportFhirOptions = z.strictObject({
  out: z.string().min(1),
  /** A transaction Bundle for each patient, or NDJSON by resource type. */
  format: z.enum(['bundles', 'ndjson']).default('bundles'),
  gzip: z.boolean().default(false),
  /** With names, addresses, clinicians, places, coverage, laboratory reports, clinical notes, care plans and provenance, all made up. */
  full: z.boolean().default(false),
  /** A GGUF file: a language model, run on this machine, that rewords the notes. Each sentence is checked against the record. Implies `full`. */
  notesModel: z.string().min(1).optional(),
  /** Replaces the folder where it was exported. */
  force: z.boolean().default(false),
});
export type ExportFhirOptions = z.input<typeof ExportFhirOptions>;

/** What was written: resources by type, and what became of the notes' sentences where a language model was to reword them. */
export interface ExportedFhir {
  out: string;
  resources: Map<string, number>;
  rewordings?: RewordingCounts;
}

/** Writes synthetic patients as FHIR R4. @param synth folder that `generate` wrote @throws UserError */
export async function exportFhir(
  synth: string,
  options: ExportFhirOptions,
  running: Running = {},
): Promise<ExportedFhir> {
  const given = checkedOptions('exportFhir', ExportFhirOptions, options);
  const { patients, inputs, read } = await syntheticRecords(synth, running);
  const { out, force, format, gzip, notesModel } = given;
  const model = notesModel === undefined ? undefined : await openLanguageModel(notesModel, running.signal);
  const rewordings = model && { sentences: 0, reworded: 0, unchanged: 0, refused: new Map<string, number>() };
  const run = {
    command: 'export fhir',
    out,
    force,
    options: given,
    links: { synth },
    sources: notesModel === undefined ? [] : [notesModel],
    inputs: async () => [...(await inputs()), ...(model ? [model.file] : [])],
  };
  let resources = new Map<string, number>();
  try {
    await intoRunFolder(run, async (folder) => {
      const work = new Work(running, 'Writing', 'patients', patients);
      const onProgress = (done: number) => work.update(done);
      const full = given.full || model !== undefined;
      const writing = { format, gzip, full, rewriter: model, rewordings, onProgress };
      resources = await writeFhir(read(), folder, new Vocabulary(), writing);
      work.stop();
      const { refused = new Map(), ...counts } = rewordings ?? {};
      const notes = rewordings && { notes: { ...counts, refused: Object.fromEntries(refused) } };
      return { resources: Object.fromEntries(resources), ...notes };
    });
  } finally {
    await model?.close();
  }
  return { out, resources, rewordings };
}
