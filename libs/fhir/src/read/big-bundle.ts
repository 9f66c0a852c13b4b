import { Addresses, deletionOf, type Entry, foundOf } from './unbundle.ts';
import type { BigPart } from './big-document.ts';
import { resourcesIn, resourcesOfParameters, responseOf } from './containers.ts';
import type { BigText } from './files.ts';
import type { Found } from './found.ts';
import { type Fault, isResource } from './resources.ts';

/** The resources of a document that is too long to be held, in two passes: the first for the addresses of its entries. */
export async function* resourcesOfBig(document: BigText): AsyncGenerator<Found | Fault> {
  const addresses = await addressesOf(document);
  for await (const part of document.big.parts()) {
    if ('fault' in part) yield part;
    else {
      for (const found of foundInPart(part, document, addresses)) {
        if ('fault' in found || found.deleted) yield found;
        else yield* resourcesIn(found);
      }
      const where = `${document.where}, entry ${part.index}`;
      if (part.list === 'entry') yield* responseOf(part.value, { where, folder: document.folder });
    }
  }
  const fault = notInParts(document);
  if (fault) yield fault;
}

/** What is wrong with a document that has been read and is none that consists of parts. */
export function notInParts({ big, where }: BigText): Fault | undefined {
  const { resourceType } = big.header;
  if (big.isList || resourceType === 'Bundle' || resourceType === 'Parameters') return undefined;
  if (resourceType === '') return undefined;
  return { fault: 'single resource that is too long to be read', where, detail: resourceType, file: true };
}

/** The addresses of its entries. */
export async function addressesOf({ big, where }: BigText): Promise<Addresses> {
  const addresses = new Addresses(where);
  for await (const part of big.parts()) {
    addresses.type = big.header.type;
    if (!('fault' in part) && part.list === 'entry') addresses.add(part.value as Entry, part.index);
  }
  addresses.type = big.header.type;
  return addresses;
}

/** The resources of one part, Bundles in it whole; with what an entry says was deleted. */
export function* foundInPart(
  { list, index, value }: BigPart,
  { where, folder }: BigText,
  addresses: Addresses,
): Generator<Found | Fault> {
  const of = folder && { folder };
  if (list === 'entry') {
    const entry = value as Entry;
    const found = foundOf(entry, index, where, addresses) ?? deletionOf(entry, index, where, addresses);
    if (found) yield 'fault' in found ? found : { ...found, ...of };
  } else if (list === 'parameter') {
    for (const [name, resource] of resourcesOfParameters([value], 'parameter', 0))
      yield { resource, where: `${where}, ${name.replace('0', String(index))}`, ...of };
  } else {
    const at = `${where}, item ${index}`;
    if (isResource(value)) yield { resource: value, where: at, ...of };
    else yield { fault: 'not a FHIR resource', where: at, detail: 'no resourceType' };
  }
}
