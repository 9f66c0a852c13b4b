import type { EventKind } from '@ehrsynth/records';
import type { Traffic } from '@ehrsynth/spark';
import type { CodeReading } from '../codes/judged-code.ts';

export interface MedsReadOptions extends CodeReading {
  kinds: EventKind[];
  /** Called before each record, with its id and the split that metadata/subject_splits.parquet has its subject in. */
  onSubject?: (id: string, split: string | undefined) => void;
  /** Where what does not fit into memory is put; by default the system's folder for temporary files. */
  workFolder?: string;
  /** Of Spark, by default the session's own. */
  catalog?: string;
  schema?: string;
  /** Ends what a server is doing. */
  signal?: AbortSignal;
  /** Hears at the end how many bytes went to a server of Spark, and came. */
  onTraffic?: (traffic: Traffic) => void;
  /** @param note what a server is doing meanwhile */
  onProgress?: (patients: number, note?: string) => void;
}
