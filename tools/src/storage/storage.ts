/** A storage of this machine, of the kind that clusters have. */
export interface Storage {
  name: string;
  /** Where the check may write: s3a://…, hdfs://…, file:…. */
  place: string;
  /** Of Spark, so that it gets there. */
  settings: Record<string, string>;
  /** Files below a place of it, those that Spark hides among them. */
  files(place: string): Promise<string[]>;
  /** Places where nothing can be written, with what is said then. */
  closed: { place: string; why: RegExp }[];
  stop(): void;
}

/** A storage, or why it cannot be had here. */
export type Found = Storage | { name: string; why: string };
