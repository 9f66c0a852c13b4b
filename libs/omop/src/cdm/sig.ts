import type { CodedEvent, Comparator } from '@ehrsynth/records';

type Dosage = Pick<CodedEvent, 'dose' | 'timesPerDay'>;

/**
 * The text that stands in `sig` for a dose and how often a day it is taken: "Dose 2 tablet, 3 times a day", a unit's code after it in
 * parentheses. Undefined where there is neither, or this form has no room for it: a dose without a number, a unit of more than 20
 * characters or with a comma, a parenthesis or a bar.
 */
export function sigOf({ dose, timesPerDay }: Dosage): string | undefined {
  const { comparator = '', value, unit, system, code } = dose ?? {};
  const amount = [`Dose ${comparator}${value}`, unit, code && `(${system}|${code})`].filter(Boolean).join(' ');
  const often = timesPerDay === undefined ? undefined : `${timesPerDay} times a day`;
  const sig = [dose && amount, often].filter(Boolean).join(', ');
  return FORM.test(sig) ? sig : undefined;
}

/** What a text in the form of `sigOf` says; nothing of any other, which may name the patient. */
export function readSig(text: string): Dosage {
  const { comparator, value, unit, system, code, often } = FORM.exec(text)?.groups ?? {};
  const dose = {
    value: Number(value),
    ...(comparator && { comparator: comparator as Comparator }),
    ...(unit && { unit }),
    ...(system && { system, code }),
  };
  return { ...(value && { dose }), ...(often && { timesPerDay: Number(often) }) };
}

/** @param named true for JavaScript: SQL has no names of groups */
function form(named: boolean): string {
  const group = (name: string, pattern: string) => (named ? `(?<${name}>${pattern})` : `(${pattern})`);
  const number = '-?[0-9][0-9.]*(e[+-]?[0-9]+)?';
  const unit = '[^,()| \\n]([^,()|\\n]{0,18}[^,()| \\n])?';
  const code = `[(]${group('system', '[^,()| \\n]+')}[|]${group('code', '[^,()| \\n]+')}[)]`;
  const dose = `Dose ${group('comparator', '[<>]=?|=')}?${group('value', number)}( ${group('unit', unit)})?( ${code})?`;
  const often = (name: string) => `${group(name, '[0-9][0-9.]*(e[+-]?[0-9]+)?')} times a day`;
  // Either part alone, or both: names of groups may not stand twice.
  return named ? `^(?=.)(${dose})?((^|(?<=.), )${often('often')})?$` : `^(${dose}(, ${often('')})?|${often('')})$`;
}

const FORM = new RegExp(form(true));

/** The same form, for SQL. */
export const SIG_FORM = form(false);
