import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Concretizer } from '@ehrsynth/decode';
import { loadColumns } from '@ehrsynth/matrix';
import { Athena, ATHENA_FILE, copyPartOfAthena, type FirstSeen, wholeCdm, type WholeCdm } from '@ehrsynth/omop';
import { Vocabulary } from '@ehrsynth/vocab';
import { athenaFile } from '../export/athena-file.ts';
import { VocabulariesDifferError } from './errors.ts';

/**
 * Writes into a folder what executors need of the vocabularies that were imported here, for the codes that a model may write: small, for
 * imported vocabularies have gigabytes. False where none were imported.
 */
export async function writeVocabulariesFor(modelFolder: string, folder: string): Promise<boolean> {
  const all = athenaFile();
  if (!existsSync(all)) return false;
  await copyPartOfAthena(all, join(folder, ATHENA_FILE), await codesOf(modelFolder));
  return true;
}

/** The vocabularies in a folder that was sent. @throws BrokenVocabularyError */
export function openVocabularies(folder: string): Promise<Athena | undefined> {
  return Athena.open(join(folder, ATHENA_FILE));
}

/**
 * What the parts of a CDM have in common, by the vocabularies that their executors had.
 * @param folder where `writeVocabulariesFor` wrote
 * @throws VocabulariesDifferError where all that was imported says more of a code than they do
 */
export async function wholeBySent(first: FirstSeen['event'][], today: string, folder?: string): Promise<WholeCdm> {
  if (folder === undefined) return wholeCdm(first, today);
  const [sent, all] = [await openVocabularies(folder), await Athena.open(athenaFile())];
  try {
    const whole = await wholeCdm(first, today, all);
    const bySent = await wholeCdm(first, today, sent);
    const ids = new Map(bySent.ids);
    const differs = whole.ids.length !== bySent.ids.length || whole.ids.some(([key, id]) => ids.get(key) !== id);
    if (differs || whole.rows.length !== bySent.rows.length) throw new VocabulariesDifferError();
    return whole;
  } finally {
    await sent?.close();
    await all?.close();
  }
}

/** All texts of a model's files, among which are its codes, and the codes that stand for rolled-up ones in records. */
async function codesOf(modelFolder: string): Promise<Set<string>> {
  const codes = new Set<string>();
  const add = (value: unknown): void => {
    if (typeof value === 'string') codes.add(value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, own] of Object.entries(value)) {
        codes.add(key);
        add(own);
      }
  };
  for (const file of await readdir(modelFolder))
    if (file.endsWith('.json')) add(JSON.parse(await readFile(join(modelFolder, file), 'utf8')));
  const concretizer = new Concretizer(new Vocabulary());
  for (const column of await loadColumns(modelFolder))
    if (column.kind !== 'demographic') for (const { code } of concretizer.choices(column)) codes.add(code);
  return codes;
}
