import type { Concept } from './codings.ts';
import type { Resource } from './resources.ts';
import {
  GERMAN_CERTAINTIES,
  INTENTS,
  OTHER_STATUSES,
  type Standing,
  type Standings,
  STATUSES,
  USES,
  VERIFICATIONS,
} from './statuses.ts';

/** Whether it happened, and by which word of the resource; `detail` where R4 does not have the word. */
export type Happened =
  { standing: 'happened' } | { standing: Exclude<Standing, 'happened'>; reason: string; detail?: string };

const HAPPENED: Happened = { standing: 'happened' };
const NOT_OF_R4 = 'status that R4 does not have';
const GERMAN_CERTAINTY = /\/icd-10-gm-diagnosesicherheit$/;
const ABSENT_STATUS = /\/data-absent-reason$/;

/** Whether what a resource describes happened, from every element of it that can say so. */
export function happened(resource: Resource): Happened {
  const { resourceType } = resource;
  const status = ofStatus(resource, STATUSES[resourceType]);
  if (status.standing === 'did not') return status;
  const other = ofOthers(resource);
  return other.standing === 'did not' || status.standing === 'happened' ? other : status;
}

/** By what is not its status. */
function ofOthers(resource: Resource): Happened {
  switch (resource.resourceType) {
    case 'Condition':
    case 'AllergyIntolerance':
      return ofVerification(resource);
    case 'MedicationRequest':
      return resource.doNotPerform === true ? { standing: 'did not', reason: 'doNotPerform' } : ofIntent(resource);
    case 'ExplanationOfBenefit':
    case 'Claim':
      return ofWord(resource.use, USES, 'use');
    default:
      return HAPPENED;
  }
}

function ofStatus({ status, _status }: Resource, known: Standings | undefined): Happened {
  if (!known) return HAPPENED;
  if (status === undefined || status === null) {
    const extensions = (_status?.extension ?? []) as { url?: string }[];
    const isAbsent = extensions.some(({ url }) => ABSENT_STATUS.test(url ?? ''));
    return isAbsent ? { standing: 'unsure', reason: 'status unknown' } : HAPPENED;
  }
  return ofWord(status, known, 'status');
}

/** R4 requires a status, but many sources leave it out where there is no doubt. */
function ofWord(word: string | undefined | null, known: Standings, element: string): Happened {
  if (word === undefined || word === null) return HAPPENED;
  const written = known.has(word) ? word : withHyphens(word);
  const standing = known.get(written) ?? OTHER_STATUSES.get(written);
  if (standing === 'happened') return HAPPENED;
  if (standing) return { standing, reason: `${element} ${written}` };
  return { standing: 'unsure', reason: NOT_OF_R4, detail: word };
}

/** A plan is none but where it stands for what the patient was reported to take. @see US Core, Medication List */
function ofIntent({ intent, reportedBoolean, reportedReference }: Resource): Happened {
  const standing = ofWord(intent, INTENTS, 'intent');
  if (intent !== 'plan' || !(reportedBoolean === true || reportedReference)) return standing;
  return { standing: 'unsure', reason: 'intent plan, of what was reported' };
}

/** Every coding counts, and the text; a word that is not known counts only where there is none that is. */
function ofVerification({ verificationStatus, clinicalStatus, code }: Resource): Happened {
  let unsure: string | undefined;
  let unknown: string | undefined;
  let isConfirmed = false;
  for (const word of [...wordsOf(verificationStatus), ...certainties(code)]) {
    const written = VERIFICATIONS.has(word) ? word : withHyphens(word);
    const standing = VERIFICATIONS.get(written);
    if (standing === 'did not') return { standing, reason: `status ${written}` };
    if (standing === 'unsure') unsure ??= written;
    else if (standing === 'happened') isConfirmed = true;
    else unknown ??= word;
  }
  const error = wordsOf(clinicalStatus)
    .map(withHyphens)
    .find((word) => word === 'entered-in-error');
  if (error) return { standing: 'did not', reason: `status ${error}` };
  if (unsure) return { standing: 'unsure', reason: `status ${unsure}` };
  if (unknown && !isConfirmed) return { standing: 'unsure', reason: NOT_OF_R4, detail: unknown };
  return HAPPENED;
}

/** Whether a condition or an allergy is active still, as far as it says so; one that has abated is not. */
export function isActive(resource: Resource): boolean | undefined {
  const words = wordsOf(resource.clinicalStatus).map(withHyphens);
  if (words.some((word) => ACTIVE.has(word))) return true;
  if (words.length > 0) return false;
  for (const name in resource) if (name.startsWith('abatement') && resource[name]) return false;
  return undefined;
}

const ACTIVE = new Set(['active', 'recurrence', 'relapse']);

/** The codes and the text of a concept. */
export function wordsOf(concept: (Concept & { text?: string }) | undefined | null): string[] {
  if (!concept) return [];
  const words: string[] = [];
  for (const coding of concept.coding ?? []) if (coding?.code) words.push(coding.code);
  if (concept.text) words.push(concept.text);
  return words;
}

/** How sure a diagnosis is, where a coding of ICD-10-GM says so itself. */
function certainties(code: Concept | undefined | null): string[] {
  const words: string[] = [];
  for (const coding of (code?.coding ?? []) as { extension?: unknown }[]) {
    if (!Array.isArray(coding?.extension)) continue;
    for (const extension of coding.extension as Partial<Record<string, unknown>>[]) {
      const certainty = (extension?.valueCoding as { code?: unknown } | undefined)?.code;
      if (typeof extension?.url !== 'string' || !GERMAN_CERTAINTY.test(extension.url)) continue;
      if (typeof certainty === 'string' && Object.hasOwn(GERMAN_CERTAINTIES, certainty))
        words.push(GERMAN_CERTAINTIES[certainty]);
    }
  }
  return words;
}

/** "Entered in Error", EnteredInError, entered_in_error → entered-in-error */
function withHyphens(word: string): string {
  const parts = word.trim().replace(/([a-z])(?=[A-Z])/g, '$1-');
  return parts.toLowerCase().replace(/[\s_-]+/g, '-');
}
