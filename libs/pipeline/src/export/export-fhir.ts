import { writeFhir } from '@ehrsynth/fhir';
import { Vocabulary } from '@ehrsynth/vocab';
import { z } from 'zod';
import { type Running, Work } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { intoRunFolder } from '../run/run-folder.ts';
import { syntheticRecords } from './synthetic-records.ts';

export const ExportFhirOptions = z.strictObject({
  out: z.string().min(1),
  /** A transaction Bundle for each patient, or NDJSON by resource type. */
  format: z.enum(['bundles', 'ndjson']).default('bundles'),
  gzip: z.boolean().default(false),
  /** With names, addresses, clinicians, places, coverage, laboratory reports, clinical notes, care plans and provenance, all made up. */
  full: z.boolean().default(false),
  /** Replaces the folder where it was exported. */
  force: z.boolean().default(false),
});
export type ExportFhirOptions = z.input<typeof ExportFhirOptions>;

/** Writes synthetic patients as FHIR R4. @param synth folder that `generate` wrote @throws UserError */
export async function exportFhir(
  synth: string,
  options: ExportFhirOptions,
  running: Running = {},
): Promise<{ out: string; resources: Map<string, number> }> {
  const given = checkedOptions('exportFhir', ExportFhirOptions, options);
  const { patients, inputs, read } = await syntheticRecords(synth, running);
  const { out, force, format, gzip, full } = given;
  const run = { command: 'export fhir', out, force, options: given, links: { synth }, inputs };
  let resources = new Map<string, number>();
  await intoRunFolder(run, async (folder) => {
    const work = new Work(running, 'Writing', 'patients', patients);
    const onProgress = (done: number) => work.update(done);
    resources = await writeFhir(read(), folder, new Vocabulary(), { format, gzip, full, onProgress });
    work.stop();
    return { resources: Object.fromEntries(resources) };
  });
  return { out, resources };
}
