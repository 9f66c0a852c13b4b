import { join } from 'node:path';
import type { DqdResult } from './compare.ts';
import type { LevelFiles } from './faulty-cdm.ts';
import { runPython } from './python.ts';

export interface Official {
  /** What distinguishes the releases that differ in SQL: `2.7 or later`, `before 2.7`. */
  release: string;
  /** With csv/ and sql/sql_server/. */
  folder: string;
  /** Of each CDM. */
  results: DqdResult[][];
}

/** The official checks of a version. @param dashboard a checkout, or undefined for an installed copy @param cdms DuckDB files */
export function official(dashboard: string | undefined, version: string, cdms: string[]): Official {
  return runPython<Official>('run_official.py', dashboard ?? '-', version, ...cdms);
}

/** The dashboard's files that a CDM with faults is made after. The files of 5.3 leave the vocabularies out: they are 5.4's. */
export function levelFiles({ folder }: Official, version: string): LevelFiles {
  const at = (of: string, level: string) => join(folder, 'csv', `OMOP_CDMv${of}_${level}_Level.csv`);
  return {
    fields: [...new Set([version, '5.4'])].map((of) => at(of, 'Field')),
    concepts: at(version, 'Concept'),
  };
}
