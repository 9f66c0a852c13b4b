import type { Column } from '@ehrsynth/matrix';
import { type Code, System } from '@ehrsynth/records';
import type { Vocabulary } from '@ehrsynth/vocab';

/**
 * A column's code as a record writes it. Rolled-up columns need a code of the finest level: of an ICD-10-CM header its
 * unspecified billable code (the first one where there is none), of an NDC product a package, of an ingredient a product.
 */
export class Concretizer {
  private readonly codes = new Map<string, Code>();
  private byIngredient: Map<string, string> | undefined;

  constructor(private readonly vocabulary: Vocabulary) {}

  concrete(column: Column): Code {
    const key = `${column.system}|${column.code}`;
    let code = this.codes.get(key);
    if (!code) this.codes.set(key, (code = this.resolve(column)));
    return code;
  }

  private resolve({ system, code, display, level }: Column): Code {
    const concrete =
      system === System.icd10cm
        ? this.billable(code)
        : system === System.ndc && level === 'ingredient'
          ? (this.ingredients().get(code) ?? code)
          : system === System.ndc
            ? this.packageOf(code)
            : code;
    const known = this.vocabulary.find(system, concrete);
    return { system, code: known?.code ?? concrete, display: known?.display ?? display };
  }

  private billable(code: string): string {
    const entry = this.vocabulary.icd10cm.find(code);
    if (!entry || entry.billable) return code;
    const children = entry.children.map((child) => this.vocabulary.icd10cm.find(child)!);
    const chosen = children.find(({ title }) => /unspecified/i.test(title)) ?? children[0];
    return this.billable(chosen.code);
  }

  private packageOf(code: string): string {
    return code.length === 9 ? (this.vocabulary.ndc.find(code)?.packages[0] ?? code) : code;
  }

  private ingredients(): Map<string, string> {
    this.byIngredient ??= new Map(
      [...this.vocabulary.ndc]
        .reverse()
        .map(({ ingredients, packages }) => [ingredients.join('; '), packages[0]]),
    );
    return this.byIngredient;
  }
}
