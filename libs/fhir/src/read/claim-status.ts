import { codingsOf } from './codings.ts';
import { ownKey, resolve } from './references.ts';
import type { Found } from './found.ts';
import type { Resource } from './resources.ts';

/** Of the first fact of a claim: how it is found to be the same as another. */
export interface ClaimMark {
  /** Its own address, that of the claim that it answers, and its identifiers. */
  keys?: string[];
  /** Addresses and identifiers of the claims that it replaces. */
  supersedes?: string[];
  /** Conditions, procedures and prescriptions that it refers to. */
  refersTo?: string[];
  /** Encounters that its lines refer to. */
  encounters?: string[];
  created?: string;
  /** First and last day of what it bills. */
  period?: string;
}

export const REPEATS_OTHERS = 'says only what other resources say';

/**
 * Whether another claim has taken the place of this one. One that was denied, or whose processing failed, is counted: who
 * pays for a service does not decide whether it was given.
 */
export function isReplaced(resource: Resource): boolean {
  return relatedTo(resource, 'replacedby').length > 0;
}

export function claimKeys(found: Found): string[] {
  const { resource } = found;
  const answered = resolve(resource.claim?.reference, found);
  return [ownKey(found), ...(answered ? [answered] : []), ...identifiersIn(resource.identifier)];
}

/** The earlier claims that this one takes the place of. @see R4, Claim.related; ex-relatedclaimrelationship */
export function supersededBy(found: Found): string[] {
  return relatedTo(found.resource, 'prior').flatMap(({ claim, reference }) => {
    const address = resolve(claim?.reference, found);
    return [...(address ? [address] : []), ...identifiersIn([claim?.identifier, reference])];
  });
}

/** Whether two answers to a claim that is not there are of one claim: they have a number in common, or bill the same days. */
export function isSameClaim(a: ClaimMark, b: ClaimMark): boolean {
  if (a.period !== undefined && a.period === b.period) return true;
  return a.keys!.some((key) => key.startsWith(IDENTIFIER) && b.keys!.includes(key));
}

/** What begins the keys that are identifiers. */
export const IDENTIFIER = 'identifier ';

function relatedTo({ related }: Resource, code: string): Resource[] {
  const all = (related ?? []) as Resource[];
  return all.filter(({ relationship }) => codingsOf(relationship).some((coding) => coding.code === code));
}

function identifiersIn(identifiers: unknown): string[] {
  const all = (identifiers ?? []) as ({ system?: string; value?: string } | undefined | null)[];
  return all.flatMap((one) => (one?.value ? [`${IDENTIFIER}${one.system ?? ''}|${one.value}`] : []));
}
