import { Rejection } from '../rejection.ts';
import { isType } from '../target.ts';
import { ofPatient, ofAnyPatient, patientCompartment } from './compartment.ts';
import { rangeOf } from './dates.ts';
import { NotSupported, wrongValue } from './errors.ts';
import { parametersOf } from './parameters.ts';
import { type Criterion, criterionOf } from './query.ts';
import type { SearchIndex } from './search-index.ts';
import { parseSearch, type SearchRequest } from './search-request.ts';
import type { Scope } from './searcher.ts';

/** The parameters that say when care took place, the first that a type has. */
const CARE_DATES = ['onset-date', 'authoredon', 'date', 'period', 'created', 'onset', 'issued', 'effective', 'sent'];
const OF_PAGES = ['_count', '_offset', '_format', '_pretty'];

/**
 * Patient/$everything of one patient or of all: the compartment, page by page, and what its resources refer to outside
 * of it (practitioners, medications) along with each page.
 * @param id undefined for all patients
 * @throws Rejection where there is no such patient or a parameter is wrong; NotSupported for parameters that R4 does not give it
 * @see https://hl7.org/fhir/R4/operation-patient-everything.html
 */
export function everything(
  index: SearchIndex,
  id: string | undefined,
  params: URLSearchParams,
  base: string,
): { request: SearchRequest; scope: Scope } {
  if (id !== undefined && !index.read(`Patient/${id}`))
    throw Rejection.because(404, 'not-found', `Patient/${id} does not exist`);
  const types = params.get('_type')?.split(',');
  for (const type of types ?? []) if (!isType(type)) throw wrongValue('_type', type, 'not a resource type');
  for (const name of ['_since', 'start', 'end']) {
    const value = params.get(name);
    if (value !== null && !rangeOf(value)) throw wrongValue(name, value, 'not a date');
  }
  const paging = new URLSearchParams();
  for (const [name, value] of params) {
    if (OF_PAGES.includes(name)) paging.append(name, value);
    else if (!['_since', '_type', 'start', 'end'].includes(name))
      throw new NotSupported(
        `$everything has no parameter ${JSON.stringify(name)}; it has _since, _type, _count, start and end`,
      );
  }
  const compartment = patientCompartment();
  const held = index.typesHeld().filter((type) => compartment.has(type) || type === 'Patient');
  const inOrder = ['Patient', ...held.filter((type) => type !== 'Patient')];
  const isTaken = (type: string) => !compartment.has(type) && type !== 'Patient' && (types?.includes(type) ?? true);
  return {
    request: {
      ...parseSearch(['Patient'], paging),
      used: params,
      includes: [{ isReverse: false, isIterated: true, codes: [], isTaken }],
    },
    scope: {
      types: inOrder.filter((type) => types?.includes(type) ?? true),
      address: `${base}/Patient/${id === undefined ? '' : `${id}/`}$everything`,
      criteria: (type) => [
        id === undefined ? ofAnyPatient(type) : ofPatient(type, id),
        ...sinceOf(type, params.get('_since')),
        ...careDates(type, params.get('start'), params.get('end')),
      ],
    },
  };
}

function sinceOf(type: string, since: string | null): Criterion[] {
  return since === null ? [] : [criterionOf(type, '_lastUpdated', `ge${since}`)];
}

/** What has no date of care, such as the patient, is always in. */
function careDates(type: string, start: string | null, end: string | null): Criterion[] {
  const table = parametersOf(type);
  const code = CARE_DATES.find((name) => table.get(name)?.kind === 'date');
  if (code === undefined || type === 'Patient') return [];
  const within = (value: string): Criterion => ({
    kind: 'any',
    criteria: [criterionOf(type, `${code}:missing`, 'true'), criterionOf(type, code, value)],
  });
  return [...(start === null ? [] : [within(`ge${start}`)]), ...(end === null ? [] : [within(`le${end}`)])];
}
