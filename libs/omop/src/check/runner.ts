import type { Table } from '../cdm/tables.ts';
import type { Source } from '../read/source.ts';
import type { Check, CheckName, CheckResult } from './check.ts';
import { profileOf, type TableProfile } from './profile.ts';

/** Asks one check after the other. What a table has is counted once. */
export class Runner {
  private readonly profiles = new Map<string, Promise<TableProfile>>();
  private readonly concepts = new Map<string, Promise<Set<string>>>();
  private readonly shapes: Map<string, Table>;

  constructor(
    private readonly source: Source,
    tables: Table[],
    private readonly thresholds: Partial<Record<CheckName, number>>,
  ) {
    this.shapes = new Map(tables.map((table) => [table.name, table]));
  }

  async run(check: Check): Promise<CheckResult> {
    const started = Date.now();
    const threshold = this.thresholds[check.name] ?? check.threshold;
    const result = (violations: number, rows: number, more: Partial<CheckResult> = {}): CheckResult => {
      const share = rows > 0 ? violations / rows : 0;
      return {
        ...check,
        threshold,
        violations,
        rows,
        share,
        hasFailed: violations > 0 && share * 100 > threshold,
        seconds: (Date.now() - started) / 1000,
        ...more,
      };
    };
    try {
      const notThere = this.whatIsNotThere(check);
      if (notThere) return result(0, 0, { notApplicable: notThere });
      if (check.isViolated !== undefined) return result(check.isViolated ? 1 : 0, 1);
      const unasked = this.cannotAsk(check);
      if (unasked) return result(0, 0, { error: unasked, hasFailed: true });
      const empty = await this.whatIsEmpty(check);
      if (empty) return result(0, 0, { notApplicable: empty });
      const [violations, rows] = await this.counts(check);
      if (check.concept && rows === 0) return result(0, 0, { notApplicable: noRowsOf(check) });
      return result(violations, rows);
    } catch (error) {
      return result(0, 0, { error: (error as Error).message, hasFailed: true });
    }
  }

  /**
   * Why there is nothing to check: the rules of the dashboard's calculateNotApplicableStatus. A table or field that is missing comes first,
   * then what keeps the question from being asked, then what is empty.
   */
  private whatIsNotThere({ name, table, field }: Check): string | undefined {
    const { tables, columns } = this.source;
    if (name === 'cdmTable' || name === 'measureConditionEraCompleteness') return undefined;
    if (!tables.has(table)) return `The table ${table} is missing`;
    const isMissing = name !== 'cdmField' && field && !columns.get(table)?.has(field);
    return isMissing ? `${table} has no field ${field}` : undefined;
  }

  private cannotAsk({ needs = [] }: Check): string | undefined {
    for (const need of needs) {
      const [table, field] = need.split('.');
      if (!this.source.tables.has(table)) return `The table ${table} is missing`;
      if (field && !this.source.columns.get(table)?.has(field)) return `${table} has no field ${field}`;
    }
    return undefined;
  }

  private async whatIsEmpty(check: Check): Promise<string | undefined> {
    const { name, table, field, concept } = check;
    if (name === 'measurePersonCompleteness') return undefined;
    if (name === 'measureConditionEraCompleteness') {
      const { tables } = this.source;
      const has = tables.has('condition_occurrence') && (await this.profile('condition_occurrence')).rows > 0;
      return has ? undefined : 'condition_occurrence has no rows';
    }
    const { rows, fields } = await this.profile(table);
    if (rows === 0) return `${table} has no rows`;
    if (!field || name === 'measureValueCompleteness') return undefined;
    if (fields.get(field)?.values === 0) return `${field} of ${table} has no values`;
    // Descendants stand there under their own ids.
    if (!concept || name === 'plausibleGenderUseDescendants') return undefined;
    return (await this.conceptsIn(table, field)).has(concept.id) ? undefined : noRowsOf(check);
  }

  private async counts({ profile, violated, checked, table, field }: Check): Promise<[number, number]> {
    const known = checked ? undefined : await this.profile(table);
    const rows = known ? known.rows : await this.count(checked!);
    if (!profile) return [await this.count(violated!), rows];
    const { values, unreadable } = (known ?? (await this.profile(table))).fields.get(field!)!;
    return [profile === 'missing' ? rows - values : unreadable, rows];
  }

  private profile(table: string): Promise<TableProfile> {
    return this.once(this.profiles, table, () => profileOf(this.source, this.shapes.get(table)!));
  }

  /** The concepts that stand in a field. */
  private conceptsIn(table: string, field: string): Promise<Set<string>> {
    return this.once(this.concepts, `${table}.${field}`, async () => {
      const rows = await this.source.database.all<{ id: bigint | number | string | null }>(
        `SELECT DISTINCT ${field} AS id FROM ${table}`,
      );
      return new Set(rows.map(({ id }) => String(id)));
    });
  }

  private once<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
    if (!known.has(key)) known.set(key, ask());
    return known.get(key)!;
  }

  private async count(sql: string): Promise<number> {
    return Number((await this.source.database.all<{ n: bigint | number }>(sql))[0].n);
  }
}

function noRowsOf({ table, field, concept }: Check): string {
  const unit = concept!.unit ? ` in the unit ${concept!.unit.id}` : '';
  return `${table} has no ${field} ${concept!.id}${unit}`;
}
