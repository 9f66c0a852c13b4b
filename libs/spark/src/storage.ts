import { sparkName } from './dialect.ts';
import { SparkError } from './errors.ts';
import type { SparkSession } from './session.ts';

/** Files that are no Parquet, or a folder without any. */
const OTHER_FILES = /UNABLE_TO_INFER_SCHEMA|CANNOT_READ_FILE_FOOTER|FAILED_READ_FILE/;

/** Whether there is nothing at a place of the cluster's storage: s3://…, file:… @throws SparkError where it cannot be reached */
export async function isFree(session: SparkSession, place: string): Promise<boolean> {
  try {
    // Sail takes a place that is not there for one without columns.
    return (await session.columns(`SELECT * FROM parquet.${sparkName(place)}`)).length === 0;
  } catch (error) {
    if (!(error instanceof SparkError)) throw error;
    const errorClass = error.fault.errorClass ?? '';
    if (/PATH_NOT_FOUND/.test(errorClass)) return true;
    if (OTHER_FILES.test(errorClass)) return false;
    throw new SparkError(`Spark could not look at ${place}`, session.where, error.fault, error);
  }
}
