import { existsSync } from 'node:fs';
import { type Database, openDatabase, quote } from '@ehrsynth/duckdb';
import { BrokenVocabularyError } from '../errors.ts';
import { vocabularyVersion } from '../read/source.ts';
import type { Row } from '../cdm/own-concepts.ts';

/** A code by OHDSI's name of its vocabulary. */
export interface VocabularyCode {
  vocabulary: string;
  code: string;
}

/** What Athena knows of a code. */
export interface Mapping {
  /** The code's own concept. */
  source: number;
  /** Standard concepts that it maps to; none where it maps to nothing. */
  targets: { concept: number; domain: string; ingredients: number[] }[];
}

const MEMORY = '300MB';

/** The vocabularies that the user has from Athena, imported by `importAthena`. */
export class Athena {
  private constructor(
    private readonly database: Database,
    /** Of the download: "v5.0 31-AUG-23". */
    readonly version: string,
  ) {}

  /** Undefined where nothing was imported. @throws BrokenVocabularyError */
  static async open(path: string): Promise<Athena | undefined> {
    if (!existsSync(path)) return undefined;
    const database = await openDatabase(undefined, { memory: MEMORY });
    try {
      await database.run(`ATTACH ${quote(path)} AS athena (READ_ONLY)`);
      await database.run('USE athena');
      return new Athena(database, (await vocabularyVersion(database))!);
    } catch (error) {
      await database.close();
      throw new BrokenVocabularyError(path, error as Error);
    }
  }

  /** What is known of each code, in the order given; undefined for a code that Athena does not have. */
  async map(codes: VocabularyCode[]): Promise<(Mapping | undefined)[]> {
    const found: (Mapping | undefined)[] = codes.map(() => undefined);
    if (codes.length === 0) return found;
    const values = codes.map(({ vocabulary, code }, i) => `(${i}, ${quote(vocabulary)}, ${quote(code)})`);
    const rows = await this.database.all<MappedRow>(`
      SELECT v.i, s.concept_id AS source, t.concept_id AS target, t.domain_id AS domain
      FROM (VALUES ${values.join(', ')}) v(i, vocabulary, code)
      JOIN concept s ON s.vocabulary_id = v.vocabulary AND s.concept_code = v.code
      LEFT JOIN maps_to m ON m.concept_id_1 = s.concept_id
      LEFT JOIN concept t ON t.concept_id = m.concept_id_2 AND t.standard_concept = 'S' AND t.invalid_reason IS NULL
      ORDER BY v.i, s.concept_id, t.concept_id`);
    const ingredients = await this.ingredients(rows);
    for (const { i, source, target, domain } of rows) {
      const mapping = (found[i] ??= { source: Number(source), targets: [] });
      if (target === null || mapping.source !== Number(source)) continue;
      mapping.targets.push({
        concept: Number(target),
        domain: domain!,
        ingredients: ingredients.get(target) ?? [],
      });
    }
    return found;
  }

  /** Rows of the vocabulary tables that the concepts need: themselves, and what they map to or are made of. */
  async *rowsOf(concepts: number[]): AsyncGenerator<[table: string, row: Row]> {
    if (concepts.length === 0) return;
    const wanted = `(SELECT unnest([${concepts.join(', ')}]) AS id)`;
    const is = (column: string) => `${column} IN (SELECT id FROM ${wanted})`;
    const date = (column: string) => `CAST(${column} AS VARCHAR) AS ${column}`;
    const tables: [string, string][] = [
      [
        'concept',
        `SELECT concept_id, concept_name, domain_id, vocabulary_id, concept_class_id, standard_concept, concept_code, ${date('valid_start_date')}, ${date('valid_end_date')}, invalid_reason FROM concept WHERE ${is('concept_id')} ORDER BY concept_id`,
      ],
      [
        'concept_relationship',
        `SELECT concept_id_1, concept_id_2, 'Maps to' AS relationship_id, '1970-01-01' AS valid_start_date, '2099-12-31' AS valid_end_date FROM maps_to WHERE ${is('concept_id_1')} AND ${is('concept_id_2')} ORDER BY 1, 2`,
      ],
      [
        'concept_ancestor',
        `SELECT * FROM ingredient WHERE ${is('ancestor_concept_id')} AND ${is('descendant_concept_id')} ORDER BY 1, 2`,
      ],
      [
        'vocabulary',
        `SELECT vocabulary_id, vocabulary_name, vocabulary_reference, vocabulary_version FROM vocabulary WHERE vocabulary_id IN (SELECT vocabulary_id FROM concept WHERE ${is('concept_id')}) ORDER BY 1`,
      ],
    ];
    for (const [table, sql] of tables) {
      for (const row of await this.database.all<Record<string, string | bigint | null>>(sql)) {
        yield [table, Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))];
      }
    }
  }

  close(): Promise<void> {
    return this.database.close();
  }

  private async ingredients(rows: MappedRow[]): Promise<Map<bigint, number[]>> {
    const drugs = new Set(rows.filter(({ domain }) => domain === 'Drug').map(({ target }) => target!));
    const found = new Map<bigint, number[]>();
    if (drugs.size === 0) return found;
    const pairs = await this.database.all<{ drug: bigint; ingredient: bigint }>(
      `SELECT descendant_concept_id AS drug, ancestor_concept_id AS ingredient FROM ingredient
      WHERE descendant_concept_id IN (${[...drugs].join(', ')}) ORDER BY 1, 2`,
    );
    for (const { drug, ingredient } of pairs) {
      if (found.has(drug)) found.get(drug)!.push(Number(ingredient));
      else found.set(drug, [Number(ingredient)]);
    }
    return found;
  }
}

interface MappedRow {
  i: number;
  source: bigint;
  target: bigint | null;
  domain: string | null;
}

function plain(value: string | bigint | null): string | number | undefined {
  if (value === null) return undefined;
  return typeof value === 'bigint' ? Number(value) : value;
}
