import { addDays, daysBetween, type Sex } from '@ehrsynth/records';
import type { Fact } from '../read/facts.ts';
import { project } from '../read/project.ts';
import { ownKey } from '../read/references.ts';
import type { Found } from '../read/found.ts';
import { KeyTable, type SharedTable } from './key-table.ts';

export interface PatientDates {
  sex: Sex;
  birthDate?: string;
  deathDate?: string;
}

/** What the checks between resources ask: what is there, and each patient's dates. */
export interface Context {
  /** @param key Type/id */
  has(key: string): boolean;
  /** Whether any resource of the type is there: where none is, its absence is the export's scope. */
  hasType(type: string): boolean;
  patient(key: string): PatientDates | undefined;
  /** Of the bundle that it is of. */
  readonly bundleType?: string;
}

/** The resources of one bundle; what is not in it is looked up among the files. */
export class BundleContext implements Context {
  private readonly resources = new Set<string>();
  private readonly types = new Set<string>();
  private readonly patients = new Map<string, PatientDates>();

  constructor(
    private readonly outer: Context,
    readonly bundleType?: string,
  ) {}

  add(found: Found): void {
    const key = ownKey(found);
    this.resources.add(key);
    this.types.add(found.resource.resourceType);
    const dates = patientDates(found);
    if (dates) this.patients.set(key, dates);
  }

  has(key: string): boolean {
    return this.resources.has(key) || this.outer.has(key);
  }

  hasType(type: string): boolean {
    return this.types.has(type) || this.outer.hasType(type);
  }

  patient(key: string): PatientDates | undefined {
    return this.patients.get(key) ?? this.outer.patient(key);
  }
}

/** What another thread needs of it. */
export interface SharedFiles {
  resources: SharedTable;
  patients: SharedTable;
  types: string[];
}

const SEXES: Sex[] = ['female', 'male', 'other', 'unknown'];
const EPOCH = '1800-01-01';
/** No date, in a table of whole numbers. */
const NONE = -1;
const SEX_BITS = 4;

/** All resources of the files that stand outside bundles: as many as an export of millions of patients has. */
export class FilesContext implements Context {
  private readonly resources: KeyTable;
  private readonly patients: KeyTable;
  private readonly types: Set<string>;

  constructor(shared?: SharedFiles) {
    this.resources = new KeyTable(shared?.resources);
    this.patients = new KeyTable(shared?.patients);
    this.types = new Set(shared?.types);
  }

  /** Gives false where a resource of the same type and id was there before. */
  add(found: Found): boolean {
    const key = ownKey(found);
    this.types.add(found.resource.resourceType);
    const dates = patientDates(found);
    if (dates) {
      const { sex, birthDate, deathDate } = dates;
      this.patients.add(key, daysOf(birthDate), daysOf(deathDate) * SEX_BITS + SEXES.indexOf(sex));
    }
    return this.resources.add(key);
  }

  has(key: string): boolean {
    return this.resources.has(key);
  }

  hasType(type: string): boolean {
    return this.types.has(type);
  }

  patient(key: string): PatientDates | undefined {
    const [birth, deathAndSex] = this.patients.get(key) ?? [];
    if (birth === undefined) return undefined;
    const death = Math.floor(deathAndSex! / SEX_BITS);
    return {
      sex: SEXES[deathAndSex! - death * SEX_BITS],
      birthDate: dateOf(birth),
      deathDate: dateOf(death),
    };
  }

  share(): SharedFiles {
    return { resources: this.resources.share(), patients: this.patients.share(), types: [...this.types] };
  }
}

/** A patient's facts with the patient, where the resource has any. */
export function factsOf(found: Found): { patient: string; facts: Fact[] } | undefined {
  const projected = project(found);
  return 'facts' in projected ? projected : undefined;
}

export function patientDates(found: Found): PatientDates | undefined {
  const projected = found.resource.resourceType === 'Patient' ? project(found) : undefined;
  if (!projected || !('facts' in projected)) return undefined;
  return projected.facts.find((fact) => fact.type === 'patient');
}

function daysOf(date: string | undefined): number {
  return date === undefined || date < EPOCH ? NONE : daysBetween(EPOCH, date);
}

function dateOf(days: number): string | undefined {
  return days === NONE ? undefined : addDays(EPOCH, days);
}
