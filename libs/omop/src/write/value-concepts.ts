import { type Code, type CodedEvent, OMOP_CONCEPT, type PatientRecord, type Quantity } from '@ehrsynth/records';
import { UCUM } from '@ehrsynth/units';
import type { Athena } from '../athena/athena.ts';
import { Concept } from '../cdm/concepts.ts';
import { ohdsiVocabulary } from '../cdm/vocabularies.ts';
import type { Row } from '../cdm/own-concepts.ts';
import { cut } from '../cdm/plain-value.ts';
import {
  isSharedConcept,
  rowOf,
  unitCode,
  unitConcept,
  type ValueConcept,
  valueConcept,
} from '../cdm/value-concepts.ts';

const NAME_LENGTH = 255;

type Domain = 'Unit' | 'Route' | 'Meas Value';

/**
 * The concepts of units, routes and answers that have one without a concept of our own: those that are usual, those named by their
 * concept id, and those that Athena knows. Only these are standard, which units and routes must be.
 */
export class ValueConcepts {
  private readonly ids = new Map<string, number>();
  private readonly used = new Map<number, Row | undefined>();

  constructor(private readonly athena: Athena | undefined) {}

  /** Looks up what values of records name; to be done before their ids are asked for. */
  async learn(records: PatientRecord[]): Promise<void> {
    const unknown = new Map<string, { domain: Domain; code: Code }>();
    const named = new Map<string, ValueConcept>();
    for (const { events } of records) {
      for (const event of events) {
        for (const [domain, code] of codesOf(event)) {
          const key = keyOf(domain, code);
          if (this.ids.has(key) || unknown.has(key) || named.has(key)) continue;
          const concept = conceptOf(domain, code);
          if (concept?.system === OMOP_CONCEPT) named.set(key, concept);
          else if (concept) this.use(key, concept);
          else unknown.set(key, { domain, code });
        }
      }
    }
    await this.useNamed(named);
    await this.lookUp([...unknown.values()]);
  }

  /** 0 where the unit has no standard concept; undefined where the quantity has no unit. */
  unit(quantity: Quantity): number | undefined {
    const code = unitOf(quantity);
    return code && (this.ids.get(keyOf('Unit', code)) ?? Concept.none);
  }

  /** 0 where the route has no standard concept. */
  route(code: Code): number {
    return this.ids.get(keyOf('Route', code)) ?? Concept.none;
  }

  /** Undefined where the answer needs a concept of our own. */
  answer(code: Code): number | undefined {
    return this.ids.get(keyOf('Meas Value', code));
  }

  /** Notes that a row names the concept. */
  operator(concept: ValueConcept): number {
    this.used.set(concept.id, rowOf(concept));
    return concept.id;
  }

  /** Names of what has been learnt and used. */
  learnt(): string[] {
    return [...this.ids.keys(), ...[...this.used.keys()].map(String)];
  }

  get size(): number {
    return this.ids.size + this.used.size;
  }

  /** The concepts that values name. */
  get concepts(): ReadonlyMap<number, Row | undefined> {
    return this.used;
  }

  /** Their rows in the concept table, of those that are not Athena's alone. */
  rows(): Row[] {
    return [...this.used.values()].filter((row) => row !== undefined);
  }

  private use(key: string, concept: ValueConcept): void {
    this.ids.set(key, concept.id);
    this.used.set(concept.id, rowOf(concept));
  }

  /** Those named by their ids, but for units and routes that Athena knows to be none. */
  private async useNamed(named: Map<string, ValueConcept>): Promise<void> {
    const refused = new Set<number>();
    const ids = new Map([...named.values()].map(({ id, domain }) => [id, domain]));
    for await (const [table, row] of this.athena?.rowsOf([...ids.keys()]) ?? []) {
      const id = Number(row.concept_id);
      const domain = ids.get(id);
      if (table !== 'concept' || !domain || domain === 'Meas Value') continue;
      if (row.domain_id !== domain || row.standard_concept !== 'S' || row.invalid_reason) refused.add(id);
    }
    for (const [key, concept] of named) if (!refused.has(concept.id)) this.use(key, concept);
  }

  private async lookUp(codes: { domain: Domain; code: Code }[]): Promise<void> {
    const wanted = codes.flatMap(({ domain, code }) => {
      const vocabulary = ohdsiVocabulary(code.system);
      return vocabulary ? [{ domain, code, vocabulary }] : [];
    });
    const found = await this.athena?.map(wanted.map(({ code, vocabulary }) => ({ vocabulary, code: code.code })));
    wanted.forEach(({ domain, code }, i) => {
      const mapping = found?.[i];
      // An answer is its own concept, whether standard or not; units and routes must be standard.
      const id =
        domain === 'Meas Value'
          ? mapping?.source
          : mapping?.targets.find((target) => target.domain === domain)?.concept;
      if (!id) return;
      this.ids.set(keyOf(domain, code), id);
      this.used.set(id, undefined);
    });
  }
}

function* codesOf({ quantity, route, answer }: CodedEvent): Generator<[Domain, Code]> {
  const unit = quantity && unitOf(quantity);
  if (unit) yield ['Unit', unit];
  if (route?.code) yield ['Route', route.code];
  if (answer) yield ['Meas Value', answer];
}

function unitOf({ unit, system, code }: Quantity): Code | undefined {
  if (system && code) return { system, code, display: unit };
  return unit === undefined ? undefined : { system: UCUM, code: unitCode(unit), display: unit };
}

function conceptOf(domain: Domain, code: Code): ValueConcept | undefined {
  if (code.system !== OMOP_CONCEPT)
    return code.system === UCUM && domain === 'Unit' ? unitConcept(code.code) : valueConcept(domain, code);
  const id = Number(code.code);
  if (!isSharedConcept(id)) return undefined;
  const named = domain === 'Unit' ? { vocabulary: 'UCUM', class: 'Unit' } : { vocabulary: 'None', class: 'Undefined' };
  const display = cut(code.display ?? `Concept ${id}`, NAME_LENGTH);
  return { id, domain, system: code.system, code: code.code, display, ...named };
}

function keyOf(domain: Domain, { system, code }: Code): string {
  return `${domain}|${system}|${code}`;
}
