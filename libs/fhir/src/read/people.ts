import { createHash } from 'node:crypto';
import type { Fact } from './facts.ts';
import { universalId, type Key, splitKey, isOfDocument, withoutCase } from './identity.ts';
import { type IdentifierLink, identifierLinksOf, linksOf, type PatientLink } from './merged-patients.ts';
import { withoutPlace } from './newest.ts';
import type { Found } from './found.ts';
import { lastPart, type Resource } from './resources.ts';
import { identifierKeys } from './subject.ts';

/** What is kept of a Patient besides its fact. */
export interface Person {
  /** Its own id: what its record is called, where no other has it. */
  id: string;
  /** What distinguishes it from others with the same id. */
  mark?: string;
  links: PatientLink[];
  identifierLinks?: IdentifierLink[];
  /** By which references may mean it. */
  identifiers: string[];
}

export function personOf(found: Found, key: Key, facts: Fact[]): Person {
  const { resource, fullUrl } = found;
  const { plain, base } = splitKey(key);
  const own = typeof resource.id === 'string' && resource.id !== '' ? resource.id : undefined;
  const named = fullUrl ? lastPart(fullUrl) : lastPart(plain.replace(/ #.*$/, ''));
  const id = own ?? (named === '' ? 'unnamed' : named);
  const ofDocument = isOfDocument(key);
  const address = plain.slice('Patient/'.length);
  const urns = ofDocument
    ? []
    : [...universalOid(address), ...new Set([id, address])].map((one) => withoutCase(`urn:uuid:${one}`));
  const identifierLinks = identifierLinksOf(found);
  return {
    id,
    ...(identifierLinks.length > 0 && { identifierLinks }),
    mark: ofDocument ? lookOf(found, facts) : (base ?? (address === id ? undefined : address)),
    links: linksOf(found, key),
    identifiers: [...identifierKeys(resource), ...urns],
  };
}

/** What a Patient of one document looks like; neither names of files nor their order may decide it. */
function lookOf({ resource, fullUrl }: Found, facts: Fact[]): string {
  const names = (Array.isArray(resource.name) ? resource.name : []) as (Resource | null)[];
  const texts = names.flatMap((name) => [name?.family, name?.text, ...[name?.given ?? []].flat()]);
  const plain = texts.filter((text) => typeof text === 'string');
  return JSON.stringify([fullUrl, plain, identifierKeys(resource), withoutPlace(facts)]);
}

function universalOid(address: string): string[] {
  return universalId(`urn:oid:${address}`) ? [`urn:oid:${address}`] : [];
}

/** The ids of records of which several have the same: each with a short hash of what it is. */
export function distinctIds(people: { id: string; mark?: string }[]): string[] {
  if (people.length === 1) return [people[0].id];
  const counts = new Map<string, number>();
  return people.map(({ id, mark }) => {
    const hash = mark === undefined ? '' : `-${createHash('sha256').update(mark).digest('hex').slice(0, 8)}`;
    const count = (counts.get(hash) ?? 0) + 1;
    counts.set(hash, count);
    return count === 1 ? id + hash : `${id}${hash}-${count}`;
  });
}
