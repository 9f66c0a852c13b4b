import { type Code, type EventKind, type PatientRecord, systemName } from '@ehrsynth/records';
import type { Athena, Mapping } from '../athena/athena.ts';
import { Concept, FIRST_LOCAL_CONCEPT, SOURCE_CODE, VACCINE } from '../cdm/concepts.ts';
import { tableOfKind } from '../cdm/events.ts';
import { ALWAYS_VALID, OWN_CONCEPTS, type Row } from '../cdm/own-concepts.ts';
import { ohdsiVocabulary, vocabularyOfSystem } from '../cdm/vocabularies.ts';
import { ValueConcepts } from './value-concepts.ts';

/** How many codes and events have a standard concept. */
export interface Mapped {
  codes: number;
  mappedCodes: number;
  events: number;
  mappedEvents: number;
}

interface Known {
  key: string;
  /** Of the concept of our own. */
  domain: string;
  class: string;
  code: Code;
  mapping: Mapping;
  events: number;
}

/**
 * The concepts of the codes that events have: Athena's and their standard concepts where the user has them, else concepts of our own
 * (ids above 2 billion, not standard), as OHDSI's convention has it: so each code's system and name stand in the tables.
 */
export class Concepts {
  private readonly known = new Map<string, Known>();
  private own = 0;
  readonly values: ValueConcepts;

  constructor(
    private readonly athena: Athena | undefined,
    /** The first id of a concept of our own, from which they count up; or the id of each by its key. */
    private readonly ownIds: number | ((key: string) => number) = FIRST_LOCAL_CONCEPT,
  ) {
    this.values = new ValueConcepts(athena);
  }

  /** The ids of the codes' concepts by their keys, in the order in which they came. */
  ids(): [key: string, id: number][] {
    return [...this.known].map(([key, { mapping }]) => [key, mapping.source]);
  }

  /** Names of all that has been learnt, which is more after something new. */
  learnt(): string[] {
    return [...this.known.keys(), ...this.values.learnt()];
  }

  /** How much `learnt` names. */
  get size(): number {
    return this.known.size + this.values.size;
  }

  /** Looks the codes of records up; to be done before `of` is asked for them. */
  async learn(records: PatientRecord[]): Promise<void> {
    await this.values.learn(records);
    const fresh: Known[] = [];
    const add = (domain: string, code: Code, kind?: EventKind): Known => {
      const key = keyOf(code, kind);
      let known = this.known.get(key);
      if (!known) {
        known = { key, domain, class: classOf(kind), code, mapping: { source: 0, targets: [] }, events: 0 };
        this.known.set(key, known);
        fresh.push(known);
      }
      return known;
    };
    for (const { events } of records) {
      for (const { kind, code, answer, panel } of events) {
        add(tableOfKind(kind).domain, code, kind).events++;
        if (panel) add(tableOfKind('measurement').domain, panel);
        if (answer && this.values.answer(answer) === undefined) add('Meas Value', answer);
      }
    }
    const listed = this.athena ? fresh.filter(({ code }) => ohdsiVocabulary(code.system)) : [];
    const wanted = listed.map(({ code }) => ({
      vocabulary: ohdsiVocabulary(code.system)!,
      code: code.code,
    }));
    const found = (await this.athena?.map(wanted)) ?? [];
    listed.forEach((known, i) => (known.mapping = found[i] ?? known.mapping));
    for (const { key, mapping } of fresh) if (mapping.source === 0) mapping.source = this.ownId(key);
  }

  private ownId(key: string): number {
    return typeof this.ownIds === 'number' ? this.ownIds + this.own++ : this.ownIds(key);
  }

  /** @param kind of the event whose code it is */
  of(code: Code, kind?: EventKind): Mapping {
    return this.known.get(keyOf(code, kind))!.mapping;
  }

  mapped(): Mapped {
    // Answers are not counted: they are no events.
    const all = [...this.known.values()].filter(({ events: ofCode }) => ofCode > 0);
    const mapped = all.filter(({ mapping }) => mapping.targets.length > 0);
    const events = (some: Known[]) => some.reduce((sum, known) => sum + known.events, 0);
    return { codes: all.length, mappedCodes: mapped.length, events: events(all), mappedEvents: events(mapped) };
  }

  /** Rows of the vocabulary tables: all concepts that stand in the data, and what these refer to in turn. */
  async *rows(): AsyncGenerator<[table: string, row: Row]> {
    const seen = {
      vocabulary_id: new Set<string>(),
      domain_id: new Set<string>(),
      concept_class_id: new Set<string>(),
    };
    const vocabularies = new Map<string, Row>();
    let relationship = false;
    for await (const [table, row] of this.conceptRows()) {
      if (table === 'vocabulary') {
        // Athena's come first, and say more.
        if (!vocabularies.has(String(row.vocabulary_id))) vocabularies.set(String(row.vocabulary_id), row);
        continue;
      }
      relationship ||= table === 'concept_relationship';
      if (table === 'concept') for (const [column, ids] of Object.entries(seen)) ids.add(String(row[column]));
      yield [table, row];
    }
    for (const id of seen.vocabulary_id)
      yield [
        'vocabulary',
        { vocabulary_id: id, vocabulary_name: id, ...vocabularies.get(id), vocabulary_concept_id: Concept.none },
      ];
    for (const id of seen.domain_id)
      yield ['domain', { domain_id: id, domain_name: id, domain_concept_id: Concept.none }];
    for (const id of seen.concept_class_id)
      yield ['concept_class', { concept_class_id: id, concept_class_name: id, concept_class_concept_id: Concept.none }];
    if (relationship) yield ['relationship', MAPS_TO];
  }

  private async *conceptRows(): AsyncGenerator<[table: string, row: Row]> {
    const all = [...this.known.values()].map(({ mapping }) => mapping);
    const used = new Set([
      ...OWN_CONCEPTS.map((row) => Number(row.concept_id)),
      ...all.flatMap(({ source, targets }) => [
        source,
        ...targets.flatMap(({ concept, ingredients }) => [concept, ...ingredients]),
      ]),
      ...this.values.concepts.keys(),
    ]);
    const told = new Set<number>();
    if (this.athena) {
      for await (const [table, row] of this.athena.rowsOf([...used])) {
        if (table === 'concept') told.add(Number(row.concept_id));
        yield [table, row];
      }
    }
    for (const row of [...OWN_CONCEPTS, ...this.values.rows()])
      if (!told.has(Number(row.concept_id))) yield ['concept', row];
    for (const { mapping, ...known } of this.known.values()) {
      if (told.has(mapping.source)) continue;
      const { code } = known;
      const id = vocabularyOfSystem(code.system);
      yield ['concept', ownConcept(mapping.source, known, id)];
      yield [
        'vocabulary',
        { vocabulary_id: id, vocabulary_name: systemName(code.system), vocabulary_reference: code.system },
      ];
    }
  }
}

const MAPS_TO: Row = {
  relationship_id: 'Maps to',
  relationship_name: 'Non-standard to Standard map (OMOP)',
  is_hierarchical: '0',
  defines_ancestry: '0',
  reverse_relationship_id: 'Mapped from',
  relationship_concept_id: Concept.none,
};

function ownConcept(
  id: number,
  { domain, class: ofClass, code }: Pick<Known, 'domain' | 'class' | 'code'>,
  vocabulary: string,
): Row {
  return {
    concept_id: id,
    concept_name: code.display ?? code.code,
    domain_id: domain,
    vocabulary_id: vocabulary,
    concept_class_id: ofClass,
    concept_code: code.code,
    ...ALWAYS_VALID,
  };
}

/** A code of vaccines and of other things has a concept of each: their kind is read from it. */
function keyOf({ system, code }: Code, kind?: EventKind): string {
  return kind === 'immunization' ? `${system}|${code}|${VACCINE}` : `${system}|${code}`;
}

function classOf(kind: EventKind | undefined): string {
  return kind === 'immunization' ? VACCINE : SOURCE_CODE;
}
