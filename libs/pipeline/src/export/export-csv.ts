import { z } from 'zod';
import type { Running } from '../run/events.ts';
import { checkedOptions } from '../run/options.ts';
import { intoRunFolder } from '../run/run-folder.ts';
import { writeCsv } from './csv-export.ts';
import { syntheticRecords } from './synthetic-records.ts';

export const ExportCsvOptions = z.strictObject({
  out: z.string().min(1),
  /** Texts as they are, also where a spreadsheet would take them for formulas. */
  csvRaw: z.boolean().default(false),
  /** Replaces the folder where it was exported. */
  force: z.boolean().default(false),
});
export type ExportCsvOptions = z.input<typeof ExportCsvOptions>;

/** Writes synthetic patients as patients.csv, encounters.csv, events.csv. @param synth folder that `generate` wrote @throws UserError */
export async function exportCsv(
  synth: string,
  options: ExportCsvOptions,
  running: Running = {},
): Promise<{ out: string; patients: number }> {
  const { out, force, csvRaw } = checkedOptions('exportCsv', ExportCsvOptions, options);
  const { path, patients, inputs } = await syntheticRecords(synth, running);
  const run = { command: 'export csv', out, force, options: { csvRaw }, links: { synth }, inputs };
  await intoRunFolder(run, async (folder) => {
    const tables = await writeCsv(path, folder, { raw: csvRaw });
    running.signal?.throwIfAborted();
    return { tables, patients };
  });
  return { out, patients };
}
