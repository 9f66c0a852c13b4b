import type { Sex } from '@ehrsynth/records';
import { type Fact, ownKey, project } from '../read/facts.ts';
import type { Found } from '../read/resources.ts';

interface PatientDates {
  sex: Sex;
  birthDate?: string;
  deathDate?: string;
}

/** What the checks between resources need: who is there, and each patient's dates. */
export class Context {
  private readonly resources = new Set<string>();
  private readonly types = new Set<string>();
  private readonly patients = new Map<string, PatientDates>();

  /** @param outer where a reference is looked up that is not here */
  constructor(private readonly outer?: Context) {}

  add(found: Found): void {
    const key = ownKey(found);
    this.resources.add(key);
    this.types.add(found.resource.resourceType);
    const projected = found.resource.resourceType === 'Patient' ? project(found) : undefined;
    if (projected && 'fact' in projected && projected.fact.type === 'patient') {
      const { sex, birthDate, deathDate } = projected.fact;
      this.patients.set(key, { sex, birthDate, deathDate });
    }
  }

  has(key: string): boolean {
    return this.resources.has(key) || (this.outer?.has(key) ?? false);
  }

  /** Whether any resource of the type is there: where none is, its absence is the export's scope. */
  hasType(type: string): boolean {
    return this.types.has(type) || (this.outer?.hasType(type) ?? false);
  }

  patient(key: string): PatientDates | undefined {
    return this.patients.get(key) ?? this.outer?.patient(key);
  }
}

/** A patient's fact with the patient, where the resource has one. */
export function factOf(found: Found): { patient: string; fact: Fact } | undefined {
  const projected = project(found);
  return 'fact' in projected ? projected : undefined;
}
