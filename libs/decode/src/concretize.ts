import type { Column } from '@ehrsynth/matrix';
import { type Code, type Sex, System } from '@ehrsynth/records';
import { plausibility, type Vocabulary } from '@ehrsynth/vocab';

/** Whom and when a code is of: a header's own codes may be limited to a sex or to ages. */
export interface Bearer {
  sex: Sex;
  /** Years. */
  age: number;
}

/**
 * A column's code as a record writes it. Rolled-up columns need a code of the finest level: of an ICD-10-CM header its
 * unspecified billable code (else the first one) that is possible for the patient, of an NDC product a package, of an
 * ingredient a product.
 */
export class Concretizer {
  private readonly known = new Map<string, Code[]>();
  private byIngredient: Map<string, string> | undefined;

  constructor(private readonly vocabulary: Vocabulary) {}

  concrete(column: Column, bearer: Bearer): Code {
    const choices = this.choices(column);
    if (choices.length === 1) return choices[0];
    return choices.find(({ system, code }) => plausibility(system, code, bearer).length === 0) ?? choices[0];
  }

  /** The codes that may stand for a column, the best first. */
  choices(column: Column): Code[] {
    const key = `${column.system}|${column.code}`;
    let choices = this.known.get(key);
    if (!choices) this.known.set(key, (choices = this.choicesOf(column)));
    return choices;
  }

  private choicesOf({ system, code, display, level }: Column): Code[] {
    const codes =
      system === System.icd10cm
        ? this.billable(code)
        : system === System.ndc && level === 'ingredient'
          ? [this.ingredients().get(code) ?? code]
          : system === System.ndc
            ? [this.packageOf(code)]
            : [code];
    return codes.map((one) => {
      const known = this.vocabulary.find(system, one);
      return { system, code: known?.code ?? one, display: known?.display ?? display };
    });
  }

  /** The billable codes under a header, unspecified ones first. */
  private billable(code: string): string[] {
    const entry = this.vocabulary.icd10cm.find(code);
    if (!entry || entry.billable) return [code];
    const children = entry.children.map((child) => this.vocabulary.icd10cm.find(child)!);
    const rank = (title: string) => (/unspecified/i.test(title) ? 0 : 1);
    return children.sort((a, b) => rank(a.title) - rank(b.title)).flatMap((child) => this.billable(child.code));
  }

  private packageOf(code: string): string {
    return code.length === 9 ? (this.vocabulary.ndc.find(code)?.packages[0] ?? code) : code;
  }

  private ingredients(): Map<string, string> {
    this.byIngredient ??= new Map(
      [...this.vocabulary.ndc].reverse().map(({ ingredients, packages }) => [ingredients.join('; '), packages[0]]),
    );
    return this.byIngredient;
  }
}
