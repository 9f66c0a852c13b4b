/** One thing that was measured. */
export interface Figure {
  /** Says what was done, and on how much; the same in every run. */
  name: string;
  seconds: number;
  /** So many of a unit in that time: resources, rows. */
  count?: number;
  unit?: string;
  /** Times as long as the reference took in the same run: machines differ, this hardly does. */
  ratio?: number;
  /** What the reference is. */
  reference?: string;
  peakMb?: number;
  /** What else there is to say, such as figures that both came to. */
  note?: string;
}

/** What one part of the bench found. */
export interface PartResult {
  figures: Figure[];
  /** In Markdown, where the part has one of its own. */
  table?: string;
}

/** A whole run, as `--json` writes it. */
export interface Report {
  parts: Record<string, MeasuredPart>;
}

export interface MeasuredPart {
  machine: string;
  /** Sizes are so many times the usual ones: parts of another scale are not compared. */
  scale: number;
  figures: Figure[];
  table: string;
}
