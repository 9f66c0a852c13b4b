import { readLines } from '@ehrsynth/io';
import { type EventKind, System } from '@ehrsynth/records';
import { AliasError } from './errors.ts';

/** Short names that a user may write for a code system. */
const NAMES: Record<string, string> = {
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

/** Other URIs in use for the same systems: HL7's OIDs. */
const SYNONYMS: Record<string, string> = {
  'urn:oid:2.16.840.1.113883.6.90': System.icd10cm,
  'urn:oid:2.16.840.1.113883.6.103': System.icd9cm,
  'urn:oid:2.16.840.1.113883.6.104': System.icd9proc,
  'urn:oid:2.16.840.1.113883.6.4': System.icd10pcs,
  'urn:oid:2.16.840.1.113883.6.69': System.ndc,
  'urn:oid:2.16.840.1.113883.6.88': System.rxnorm,
  'urn:oid:2.16.840.1.113883.6.96': System.snomed,
  'urn:oid:2.16.840.1.113883.6.1': System.loinc,
  'urn:oid:2.16.840.1.113883.6.12': System.cpt,
  'urn:oid:2.16.840.1.113883.12.292': System.cvx,
  'http://hl7.org/fhir/sid/icd-9-cm/diagnosis': System.icd9cm,
  'http://hl7.org/fhir/sid/icd-10-pcs': System.icd10pcs,
};

/** Where a concept has several codings, the first of these is read; a system that is not listed comes last. */
export const CODING_PREFERENCE: Record<EventKind, string[]> = {
  condition: [System.icd10cm, System.icd9cm, System.snomed],
  drug: [System.ndc, System.rxnorm, System.cvx, System.atc, System.snomed],
  procedure: [System.icd10pcs, System.cpt, System.hcpcs, System.icd9proc, System.snomed],
  measurement: [System.loinc, System.snomed],
};

/** Code system URI → the URI under which it is read. */
export class SystemAliases {
  private readonly map = new Map<string, string>(Object.entries(SYNONYMS));

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

  resolve(system: string): string {
    return this.map.get(system) ?? system;
  }

  private add(alias: string, where?: string): void {
    const split = alias.lastIndexOf('=');
    const [uri, name] = [alias.slice(0, split), alias.slice(split + 1)];
    const target = NAMES[name.toLowerCase()] ?? (/^\w+:/.test(name) ? name : undefined);
    if (split < 1 || !target) throw new AliasError(alias, where, Object.keys(NAMES));
    this.map.set(uri, target);
  }
}
