import type { Sex } from '@ehrsynth/records';
import { extension } from './extension.ts';
import type { Resource } from './resources.ts';

const SEXES = new Set(['female', 'male', 'other', 'unknown']);

/** The administrative gender of a Patient; where it has none, by its extensions. */
export function sexOf(resource: Resource): Sex {
  const birthSex = extension(resource, 'birthsex')?.valueCode === 'F' ? 'female' : 'male';
  const gender = resource.gender ?? (extension(resource, 'birthsex') ? birthSex : 'unknown');
  return SEXES.has(gender) ? (gender as Sex) : 'unknown';
}
