import { readLines } from '@ehrsynth/io';
import { type EventKind, System } from '@ehrsynth/records';
import { AliasError } from './errors.ts';
import { understoodSystem } from './system-names.ts';

/** Short names that a user may write for a code system. */
export const NAMES: Record<string, string> = {
  'icd-10-cm': System.icd10cm,
  'icd-9-cm': System.icd9cm,
  'icd-10-pcs': System.icd10pcs,
  'icd-9-procedure': System.icd9proc,
  cpt: System.cpt,
  hcpcs: System.hcpcs,
  ndc: System.ndc,
  rxnorm: System.rxnorm,
  atc: System.atc,
  snomed: System.snomed,
  loinc: System.loinc,
  cvx: System.cvx,
};

/** All of them. */
export const SYSTEM_NAMES = Object.keys(NAMES);

/** Where a concept has several codings, the first of these is read; a system that is not listed comes last. */
export const CODING_PREFERENCE: Record<EventKind, string[]> = {
  condition: [System.icd10cm, System.icd9cm, System.snomed],
  drug: [System.ndc, System.rxnorm, System.cvx, System.atc, System.snomed],
  procedure: [System.icd10pcs, System.cpt, System.hcpcs, System.icd9proc, System.snomed],
  measurement: [System.loinc, System.snomed],
  immunization: [System.cvx, System.ndc, System.snomed],
  allergy: [System.rxnorm, System.snomed, System.ndc],
};

const MOST_CACHED = 10_000;

/** A code system as a source writes it → the URI under which it is read. */
export class SystemAliases {
  private readonly map = new Map<string, string>();
  private readonly resolved = new Map<string, string | undefined>();

  /** @param aliases `URI=icd-10-cm` or `URI=URI` @throws AliasError */
  constructor(aliases: readonly string[] = []) {
    aliases.forEach((alias) => this.add(alias));
  }

  /** Adds the aliases of a file: one `URI=NAME` a line, `#` for comments. @throws AliasError */
  async addFile(path: string): Promise<void> {
    for await (const { text, number } of readLines(path)) {
      if (!text.trim().startsWith('#')) this.add(text.trim(), `${path}, line ${number}`);
    }
  }

  /** What the user said that it is; else the system that is written so, or the URI itself; undefined where it is no URI. */
  resolve(system: string): string | undefined {
    if (this.resolved.has(system)) return this.resolved.get(system);
    const understood = understoodSystem(system);
    const found = this.map.get(system) ?? this.map.get(system.trim()) ?? this.map.get(understood!) ?? understood;
    if (this.resolved.size >= MOST_CACHED) this.resolved.clear();
    this.resolved.set(system, found);
    return found;
  }

  private add(alias: string, where?: string): void {
    const split = alias.lastIndexOf('=');
    const [uri, name] = [alias.slice(0, split), alias.slice(split + 1)];
    const target = NAMES[name.toLowerCase()] ?? (/^\w+:/.test(name) ? name : undefined);
    if (split < 1 || !target) throw new AliasError(alias, where, SYSTEM_NAMES);
    this.map.set(uri, target);
    this.resolved.clear();
  }
}
