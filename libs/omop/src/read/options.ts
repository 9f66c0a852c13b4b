import type { ReadLimits } from '@ehrsynth/io';
import type { EventKind } from '@ehrsynth/records';
import type { SparkSession, Traffic } from '@ehrsynth/spark';
import type { Vocabulary } from '@ehrsynth/vocab';
import type { CodeChoice } from './rules.ts';

export interface OmopReadOptions {
  vocabulary: Vocabulary;
  kinds: EventKind[];
  /**
   * The system of source values that no known concept stands beside. By default ICD-10-CM, NDC, ICD-10-PCS and LOINC where a value has
   * the form of such a code, and a URI of its own where not.
   */
  systems?: Partial<Record<EventKind, string>>;
  /** The source's own codes, codes that the standard concepts are mapped back to, or the standard concepts themselves. */
  codes?: CodeChoice;
  /** Of Spark, by default the session's own. */
  catalog?: string;
  /** Schema of Spark, a PostgreSQL database or a DuckDB file. */
  schema?: string;
  /** The schema of the vocabulary tables, where it is another. */
  vocabularySchema?: string;
  /** In which times that name their zone are read: an IANA name; UTC by default. */
  timeZone?: string;
  /** Whether files of text have a header: no stands for files in the order of the CDM's DDL. */
  header?: 'yes' | 'no';
  /** Of files of text that are neither UTF-8 nor UTF-16, by a name of the WHATWG's standard. */
  encoding?: string;
  /** The user's vocabularies from Athena, for a source that has none: a file that `importAthena` wrote. */
  athena?: string;
  /** Keep a code that its complete dictionary does not have. */
  keepUnknownCodes?: boolean;
  /** Codes of former ICD-10-CM releases: as they are (default), as what took their place, or as the header above. */
  formerCodes?: 'keep' | 'successor' | 'parent';
  /** Of gzipped files and of the lines of CSV. */
  limits?: ReadLimits;
  /** Where what does not fit into memory is put, as plain text; by default the system's folder for temporary files. */
  workFolder?: string;
  /** Ends what a server is doing. */
  signal?: AbortSignal;
  /** Is given the session of Spark when it is open, before the long work, and may throw. */
  onSession?: (session: SparkSession) => Promise<void>;
  /** Hears at the end how many bytes went to a server of Spark, and came. */
  onTraffic?: (traffic: Traffic) => void;
  /** @param note what a server is doing meanwhile */
  onProgress?: (patients: number, note?: string) => void;
}
