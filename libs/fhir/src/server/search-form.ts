import { z } from 'zod';
import { FHIR_ID } from '../resource-types.ts';
import type { Refusal } from './refusal.ts';

/** In what form a server lets a type be searched. */
export const SearchForm = z.object({
  /** All at once, patient by patient, or each of those that were referred to by its id. */
  by: z.enum(['type', 'patient', 'reference']).default('type'),
  /** Whether it takes a number of resources for a page. */
  count: z.boolean().default(true),
  /** By category: not at all, by all in one search, or each in its own. */
  category: z.enum(['none', 'all', 'each']).default('none'),
});
export type SearchForm = z.infer<typeof SearchForm>;

export const ALL_AT_ONCE: SearchForm = { by: 'type', count: true, category: 'none' };

/** The standard categories, for servers that want one. @see R4 observation-category, condition-category,
 *  medicationrequest-category; US Core 6.1 condition-category and us-core-category */
export const CATEGORIES: Record<string, string[]> = {
  Observation: `social-history vital-signs imaging laboratory procedure survey exam therapy activity sdoh
    functional-status disability-status cognitive-status clinical-test`.split(/\s+/),
  Condition: ['problem-list-item', 'encounter-diagnosis', 'health-concern'],
  MedicationRequest: ['inpatient', 'outpatient', 'community', 'discharge'],
};

/** Types that belong to no patient, and have no search parameter for one. */
const OF_NO_PATIENT = new Set([
  'Patient',
  'Medication',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'Location',
  'HealthcareService',
  'Substance',
]);

/** Another form after a refusal; undefined where there is none left that may do. @param patients how many there are to go by */
export function nextForm(type: string, form: SearchForm, refusal: Refusal, patients: number): SearchForm | undefined {
  const mayByPatient = form.by === 'type' && patients > 0 && !OF_NO_PATIENT.has(type);
  if (mayByPatient && refusal.asksForPatient) return { ...form, by: 'patient' };
  if (form.count && refusal.isOfCount) return { ...form, count: false };
  if (type in CATEGORIES && refusal.asksForCategory && form.category !== 'each')
    return { ...form, category: form.category === 'none' ? 'all' : 'each' };
  if (type === 'Medication' && form.by === 'type') return { ...form, by: 'reference' };
  if (mayByPatient && refusal.asksForLess) return { ...form, by: 'patient' };
  return undefined;
}

/** The searches of a type in a form, each by its number. */
export interface Searches {
  count: number;
  /** Under the base. */
  address(index: number): string;
}

/** @param ids of the patients, or of what was referred to, as the form has it */
export function searchesIn(
  type: string,
  { by, count, category }: SearchForm,
  ids: string[],
  { since, pageSize }: { since?: string; pageSize: number },
): Searches {
  if (by === 'reference') return { count: ids.length, address: (index) => `${type}/${checkedId(ids[index])}` };
  const all = CATEGORIES[type] ?? [];
  const categories = category === 'each' ? all : [category === 'all' ? all.join(',') : undefined];
  return {
    count: (by === 'patient' ? ids.length : 1) * categories.length,
    address: (index) => {
      const query = new URLSearchParams();
      if (by === 'patient') query.set('patient', checkedId(ids[Math.floor(index / categories.length)]));
      const one = categories[index % categories.length];
      if (one !== undefined) query.set('category', one);
      if (count) query.set('_count', String(pageSize));
      if (since) query.set('_lastUpdated', `gt${since}`);
      return query.size > 0 ? `${type}?${query}` : type;
    },
  };
}

function checkedId(id: string): string {
  if (!FHIR_ID.test(id)) throw new Error('an id that was not checked');
  return id;
}
