import type { Filling } from './fill-classes.ts';
import type { Tries } from './ledger.ts';
import type { Verdict } from './verdict.ts';

/** What a datasheet says besides the policy's own words. */
export interface DatasheetFacts {
  version: string;
  /** ISO date. */
  date: string;
  patients: number;
  /** Different codes that the records have. */
  codes: number;
  formats: string[];
  /** Texts of CSV files as they are, also where a spreadsheet would take them for formulas. */
  csvRaw?: boolean;
  /** Formats that hold other entries than the first, measured each for itself. */
  otherFormats: { format: string; entries: number; verdict: Verdict }[];
  model: { name: string; seed: number; trainedOn: number; heldOut: number };
  /** How columns were chosen: those of fewer training patients were dropped, or counted in a wider one. */
  ingest: { minPatients: number; rare: 'drop' | 'parent' };
  /** Of differential privacy; undefined where the model was trained without. */
  epsilon?: { epsilon: number; delta: number; public: Record<string, string> };
  generated: { seed: number; engine: string };
  filling?: Filling;
  /** Patients left out because their class stayed too small. */
  suppressed: number;
  tries: Tries;
  verdict: Verdict;
}
