import type { Code, EventKind } from '@ehrsynth/records';
import { DOMAIN, FIRST_LOCAL_CONCEPT, VOCABULARY_IDS } from '../cdm/concepts.ts';
import type { Row } from './rows.ts';

/**
 * Concepts of our own for the source codes, as OHDSI's convention has them (ids above 2 billion, not standard): each code's
 * system and name stand in the tables even where nobody has Athena's files.
 */
export class SourceConcepts {
  private readonly ids = new Map<string, { id: number; kind: EventKind; code: Code }>();
  /** URI → vocabulary_id, of the systems that OHDSI has no name for. */
  private readonly others = new Map<string, string>();

  idOf(kind: EventKind, code: Code): number {
    const key = `${code.system}|${code.code}`;
    let known = this.ids.get(key);
    if (!known) this.ids.set(key, (known = { id: FIRST_LOCAL_CONCEPT + this.ids.size, kind, code }));
    return known.id;
  }

  *conceptRows(): Generator<Row> {
    for (const { id, kind, code } of this.ids.values()) {
      yield {
        concept_id: id,
        concept_name: (code.display ?? code.code).slice(0, 255),
        domain_id: DOMAIN[kind],
        vocabulary_id: this.vocabularyId(code.system),
        concept_class_id: 'Source code',
        concept_code: code.code.slice(0, 50),
        valid_start_date: '1970-01-01',
        valid_end_date: '2099-12-31',
      };
    }
  }

  /** To be asked for after the concepts. */
  *vocabularyRows(): Generator<Row> {
    const systems = new Set([...this.ids.values()].map(({ code }) => code.system));
    for (const system of systems) {
      const id = this.vocabularyId(system);
      yield {
        vocabulary_id: id,
        vocabulary_name: id,
        vocabulary_reference: system.slice(0, 255),
        vocabulary_concept_id: 0,
      };
    }
  }

  private vocabularyId(system: string): string {
    const known = VOCABULARY_IDS[system] ?? this.others.get(system);
    if (known) return known;
    const id = `source ${this.others.size + 1}`;
    this.others.set(system, id);
    return id;
  }
}
