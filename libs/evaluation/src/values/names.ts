import type { Dictionary } from '@ehrsynth/histories';
import type { Code } from '@ehrsynth/records';
import type { Lab } from './labs.ts';
import type { NamedCode, NamedLab } from './values-comparison.ts';

/** Numbers of a dictionary as they are printed. */
export class Namer {
  constructor(private readonly dictionary: Dictionary) {}

  code(number: number): NamedCode {
    return named(this.dictionary.codes[number].code);
  }

  /** Undefined for 0. */
  answer(number: number): NamedCode | undefined {
    const answer = this.dictionary.answers[number];
    return answer && named(answer);
  }

  lab({ code, unit }: Lab): NamedLab {
    return { ...this.code(code), ...(unit !== 0 && { unit: this.dictionary.units.texts[unit] }) };
  }

  visitClass(number: number): string {
    return this.dictionary.classes.texts[number];
  }

  /** The display of a code, or the code. */
  title(number: number): string {
    const { code, display } = this.code(number);
    return display ?? code;
  }
}

function named({ system, code, display }: Code): NamedCode {
  return { system, code, ...(display !== undefined && { display }) };
}
