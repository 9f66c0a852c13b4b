import { join } from 'node:path';
import type { DqdResult } from './compare.ts';
import { runPython } from './python.ts';

export interface Official {
  /** What tells the releases apart that differ in SQL: `2.7 or later`, `before 2.7`. */
  release: string;
  /** With csv/ and sql/sql_server/. */
  folder: string;
  results: DqdResult[];
}

/** The official checks. @param dashboard a checkout, or undefined for an installed copy @param cdm a DuckDB file */
export function official(dashboard: string | undefined, version: string, cdm?: string): Official {
  return runPython<Official>('run_official.py', dashboard ?? '-', version, ...(cdm ? [cdm] : []));
}

/** The dashboard's file of a level: which checks are on, with what. */
export function levelFile({ folder }: Official, version: string, level: 'Field' | 'Concept'): string {
  return join(folder, 'csv', `OMOP_CDMv${version}_${level}_Level.csv`);
}
