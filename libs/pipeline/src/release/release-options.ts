import { z } from 'zod';
import { engineName, seedNumber } from '../training/train-options.ts';
import { RELEASE_FORMATS } from './formats.ts';

export const ReleaseOptions = z.strictObject({
  /** The package's folder. */
  out: z.string().min(1).default('release'),
  /** File of gates, k-anonymity, datasheet and licence. */
  policy: z.string().optional(),
  format: z.array(z.enum(RELEASE_FORMATS)).min(1).default(['fhir', 'csv']),
  /** Texts in CSV as they are, also where a spreadsheet would take them for formulas. */
  csvRaw: z.boolean().default(false),
  /** Draws further patients until every class of the quasi-identifiers has so many. */
  k: z.number().int().min(2).optional(),
  /** Demographics and codes that define the classes: sex, age, race, E11.9. */
  quasiIdentifiers: z.array(z.string()).optional(),
  /** Leaves out the patients of classes that stay smaller than k. */
  suppress: z.boolean().default(false),
  /** Rows drawn from the model to fill classes, at most. */
  mostDraws: z.number().int().min(1).default(1_000_000),
  /** Folders of the model that drew the patients and of its cohort (by default those that run.json names). */
  model: z.string().optional(),
  cohort: z.string().optional(),
  /** Code that is predicted, as in `evaluate`. */
  outcome: z.string().optional(),
  /** Decides which rows are drawn where not all are compared. */
  seed: seedNumber.default(1),
  /** Draws the further patients. */
  engine: engineName.default('auto'),
  /** File of the secret key that signs the package. */
  sign: z.string().optional(),
  /** Replaces the folder where a release wrote it. */
  force: z.boolean().default(false),
});
export type ReleaseOptions = z.input<typeof ReleaseOptions>;
/** The same with every default. */
export type CheckedRelease = z.output<typeof ReleaseOptions>;
