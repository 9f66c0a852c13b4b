import { type CodeReading, judgedCode, kindOfSystem } from '@ehrsynth/meds';
import { type EventKind, System } from '@ehrsynth/records';
import { codeFormFault } from '@ehrsynth/vocab';
import type { CodeMeaning } from './long.ts';
import { kindOf, type NameReading, readingsOf, systemsOf } from './name-readings.ts';

/** System of codes that name none and have the form of none. */
export const OWN_SYSTEM = 'urn:ehrsynth:code';

export interface IdentifyOptions extends CodeReading {
  /** System of codes that do not say theirs: its URI or name. */
  system?: string;
  /** Kind of codes that neither say it nor have a system with codes of one kind. */
  kind?: EventKind;
}

/**
 * Says of which system a code is, and what kind of event it stands for: by what stands before it or in the row's other columns, by the
 * options, else by its form (in the dictionary of ICD-10-CM, a check digit of LOINC, …). What was found by form is counted.
 */
export class CodeIdentifier {
  /** Codes whose system their form showed, by that system. */
  readonly byForm = new Map<string, Set<string>>();
  /** Codes of no system that is known here. */
  readonly own = new Set<string>();
  private readonly known = new Map<string, CodeMeaning>();

  constructor(private readonly options: IdentifyOptions) {}

  /** @param system, kind of the row, where it says them apart */
  readonly resolve = (text: string, system?: string, kind?: string): CodeMeaning => {
    const key = JSON.stringify([text, system, kind]);
    let found = this.known.get(key);
    if (!found) this.known.set(key, (found = this.identify(text, system, kind)));
    return found;
  };

  private identify(text: string, rowSystem?: string, rowKind?: string): CodeMeaning {
    const { system: given } = this.options;
    const ofRow = rowSystem === undefined ? undefined : (systemsOf(rowSystem) ?? [rowSystem]);
    const said = rowKind === undefined ? undefined : kindOf(rowKind);
    const reading = readingsOf(text).find(({ systems }) => systems) ?? kindReading(text) ?? { code: text };
    const systems = reading.systems ?? ofRow ?? (given === undefined ? undefined : (systemsOf(given) ?? [given]));
    const system = systems ? this.among(systems, reading.code) : this.byItsForm(reading.code);
    const kind = reading.kind ?? said ?? kindOfSystem(system) ?? this.options.kind ?? 'condition';
    return this.meaning(kind, system, reading.code);
  }

  private meaning(kind: EventKind, system: string, text: string): CodeMeaning {
    const { code, fault } = judgedCode({ system, code: text }, this.options);
    return fault ? { fault: fault.reason } : { kind, code };
  }

  /** Of several systems that a word may mean, the one whose code it is. */
  private among(systems: readonly string[], code: string): string {
    return systems.find((system) => this.fits(system, code)) ?? systems[0];
  }

  private byItsForm(code: string): string {
    const system = SHOWN_BY_FORM.find((one) => this.fits(one, code));
    if (system === undefined) {
      this.own.add(code);
      return OWN_SYSTEM;
    }
    const codes = this.byForm.get(system) ?? new Set();
    this.byForm.set(system, codes.add(code));
    return system;
  }

  private fits(system: string, code: string): boolean {
    const { vocabulary } = this.options;
    if (system === System.icd10cm) return vocabulary.find(system, code) !== undefined;
    if (system === System.ndc) return /^[\d-]{11,13}$/.test(code) && vocabulary.find(system, code) !== undefined;
    if (system === System.icd10pcs && !/\d/.test(code)) return false;
    return codeFormFault(system, code) === undefined;
  }
}

/** Systems whose codes are known by their form, those with the narrowest first. */
const SHOWN_BY_FORM = [System.icd10cm, System.ndc, System.loinc, System.icd10pcs, System.snomed];

/** dx_E11.9: a kind before the code, and no system. */
function kindReading(text: string): NameReading | undefined {
  return readingsOf(text).find(({ kind, unknown }) => kind !== undefined && unknown === undefined);
}
