import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Vocabulary } from '@ehrsynth/vocab';
import { classPath, javaSource } from './java.ts';

export interface ReferenceFinding {
  /** From 1. */
  line: number;
  severity: 'error' | 'warning' | 'information';
  /** HL7's name of the message, or profile#invariant. */
  id: string;
  /** As our validator writes it. */
  path: string;
  message: string;
}

const PROJECT = 'hl7-validator';
const MEMORY = '-Xmx3g';

/**
 * What HL7's reference validator says of documents; it gets our dictionaries' entries of the codes in them.
 * @param profiles files of StructureDefinitions that it is to know
 */
export function referenceFindings(
  documents: object[],
  folder: string,
  vocabulary: Vocabulary,
  profiles: string[],
): ReferenceFinding[] {
  const file = join(folder, 'documents.ndjson');
  writeFileSync(file, documents.map((document) => JSON.stringify(document)).join('\n') + '\n');
  const systems = dictionaries(documents, vocabulary).map(({ system, entries }, i) => {
    const path = join(folder, `system-${i}.tsv`);
    writeFileSync(path, [system, ...[...entries].map(([code, display]) => `${code}\t${display}`)].join('\n') + '\n');
    return path;
  });
  const found = join(folder, 'found.ndjson');
  const given = [
    MEMORY,
    '-cp',
    classPath(PROJECT),
    javaSource(PROJECT, 'Validate'),
    file,
    found,
    ...systems,
    ...profiles,
  ];
  const done = spawnSync('java', given, { encoding: 'utf8', stdio: ['ignore', 'inherit', 'pipe'] });
  if (done.status !== 0) throw new Error(`HL7's validator failed:\n${done.stderr}`);
  return readFileSync(found, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { path = '', id = '', severity, ...rest } = JSON.parse(line) as ReferenceFinding;
      return {
        ...rest,
        id,
        severity: (severity as string) === 'fatal' ? 'error' : severity,
        path: asOurs(path),
      };
    });
}

/** Our dictionaries' entries of the codes in use, for the systems that have one here. */
function dictionaries(documents: object[], vocabulary: Vocabulary) {
  const systems = new Map<string, Map<string, string>>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { system, code } = value as { system?: unknown; code?: unknown };
    if (typeof system === 'string' && typeof code === 'string' && vocabulary.has(system)) {
      const entries = systems.get(system) ?? new Map<string, string>();
      if (entries.size === 0) systems.set(system, entries);
      const known = vocabulary.find(system, code);
      if (known) entries.set(code, known.display ?? code);
    }
    Object.values(value).forEach(visit);
  };
  visit(documents);
  return [...systems].map(([system, entries]) => ({ system, entries }));
}

// Bundle.entry[1].resource/*Condition/null*/.onset.ofType(dateTime) → Condition.onsetDateTime
function asOurs(path: string): string {
  return path
    .replace(/^Bundle\.entry\[\d+\]\.resource\/\*(\w+)\/[^*]*\*\//, '$1')
    .replace(/\/\*[^*]*\*\//g, '')
    .replace(/\.ofType\((\w)(\w*)\)/g, (_, first: string, rest: string) => first.toUpperCase() + rest)
    .replace(/\.value(?=$)/, '');
}
